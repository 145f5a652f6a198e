import Bytes
import KafkaProtocol
import Testing

@testable import KafkaClient

@Suite("Group membership state")
struct GroupMembershipStateTests {
    private let settings = GroupSettings(
        groupId: "lockstep.a", protocolName: "ranges", metadata: [1, 2], instanceId: "w-0", sessionTimeoutMs: 10_000,
        rebalanceTimeoutMs: 8000)

    private func joinResponse(_ code: ErrorCode, member: String = "", leader: String = "") -> JoinGroupResponse {
        var response = JoinGroupResponse()
        response.errorCode = code.rawValue
        response.memberId = member
        response.leader = leader
        response.generationId = code.isSuccess ? 7 : -1
        return response
    }

    private func member() -> GroupMembershipState {
        var state = GroupMembershipState(settings)
        _ = state.joined(joinResponse(.noError, member: "m1", leader: "m0"))
        return state
    }

    @Test func `joins with its settings and no id`() {
        let request = GroupMembershipState(settings).joinRequest
        #expect(request.groupId == "lockstep.a")
        #expect(request.protocolType == "lockstep")
        #expect(request.protocols.map(\.name) == ["ranges"])
        #expect(request.protocols.map(\.metadata.array) == [[1, 2]])
        #expect(request.groupInstanceId == "w-0")
        #expect(request.memberId == "")
        #expect(request.sessionTimeoutMs == 10_000)
        #expect(request.rebalanceTimeoutMs == 8000)
    }

    @Test func `joins again with the id that the coordinator demands`() {
        var state = GroupMembershipState(settings)
        #expect(state.joined(joinResponse(.memberIdRequired, member: "m1")) == .joinAgain)
        #expect(state.joinRequest.memberId == "m1")
        #expect(state.generation == -1)
    }

    @Test func `a follower learns its generation and no members`() {
        var state = GroupMembershipState(settings)
        let expected = JoinedGroup(
            generation: 7, memberId: "m1", isLeader: false, members: [], skipAssignment: false)
        #expect(state.joined(joinResponse(.noError, member: "m1", leader: "m0")) == .sync(expected))
        #expect(state.syncRequest(assignments: [:]).generationId == 7)
    }

    @Test func `a leader learns the members in the order of their ids`() {
        var state = GroupMembershipState(settings)
        var response = joinResponse(.noError, member: "m1", leader: "m1")
        for id in ["m2", "m1"] {
            var member = JoinGroupResponse.JoinGroupResponseMember()
            member.memberId = id
            member.metadata = ByteSlice(Array(id.utf8))
            response.members.append(member)
        }
        guard case .sync(let group) = state.joined(response) else {
            Issue.record("the leader should sync")
            return
        }
        #expect(group.isLeader)
        #expect(group.members.map(\.memberId) == ["m1", "m2"])
        #expect(group.members.map(\.metadata) == [Array("m1".utf8), Array("m2".utf8)])
    }

    @Test func `forgets an id that the coordinator does not know, but does not loop on an empty one`() {
        var state = member()
        #expect(state.joined(joinResponse(.unknownMemberId)) == .joinAgain)
        #expect(state.joinRequest.memberId == "")
        #expect(state.joined(joinResponse(.unknownMemberId)) == .failed(.unknownMemberId))
    }

    @Test(arguments: [
        ErrorCode.inconsistentGroupProtocol, .invalidSessionTimeout, .groupMaxSizeReached, .notCoordinator,
    ])
    func `reports what joining again does not cure`(_ code: ErrorCode) {
        var state = GroupMembershipState(settings)
        #expect(state.joined(joinResponse(code)) == .failed(code))
    }

    @Test func `the lease counts from the sending of the sync and of each good heartbeat`() {
        var state = member()
        let start = ContinuousClock.now
        #expect(state.leaseConfirmedAt == nil)
        var response = SyncGroupResponse()
        response.assignment = ByteSlice([9])
        #expect(state.synced(response, sentAt: start) == .assigned(ByteSlice([9])))
        #expect(state.leaseConfirmedAt == start)
        #expect(state.heartbeatAnswered(.noError, sentAt: start + .seconds(3)) == .ok)
        #expect(state.leaseConfirmedAt == start + .seconds(3))
        #expect(state.heartbeatAnswered(.rebalanceInProgress, sentAt: start + .seconds(6)) == .rebalance)
        #expect(state.leaseConfirmedAt == start + .seconds(3))
        #expect(state.heartbeatAnswered(.notCoordinator, sentAt: start + .seconds(7)) == nil)
        #expect(state.leaseConfirmedAt == start + .seconds(3))
    }

    @Test(arguments: [
        (ErrorCode.unknownMemberId, HeartbeatOutcome.unknownMember, ""),
        (.illegalGeneration, .unknownMember, "m1"),
        (.fencedInstanceId, .fenced, ""),
    ])
    func `a member that is out has no lease`(_ code: ErrorCode, _ outcome: HeartbeatOutcome, _ idAfter: String) {
        var state = member()
        _ = state.synced(SyncGroupResponse(), sentAt: .now)
        #expect(state.heartbeatAnswered(code, sentAt: .now) == outcome)
        #expect(state.leaseConfirmedAt == nil)
        #expect(state.generation == -1)
        #expect(state.memberId == idAfter)
    }

    @Test(arguments: [
        (ErrorCode.groupAuthorizationFailed, "m1"), (.unknownServerError, "m1"), (.fencedInstanceId, ""),
    ])
    func `a member that is refused has no lease, but keeps its place`(_ code: ErrorCode, _ idAfter: String) {
        var (joining, syncing) = (member(), member())
        _ = joining.synced(SyncGroupResponse(), sentAt: .now)
        #expect(joining.joined(joinResponse(code)) == .failed(code))
        _ = syncing.synced(SyncGroupResponse(), sentAt: .now)
        var response = SyncGroupResponse()
        response.errorCode = code.rawValue
        #expect(syncing.synced(response, sentAt: .now) == .failed(code))
        for state in [joining, syncing] {
            #expect(state.leaseConfirmedAt == nil)
            #expect(state.generation == -1)
            #expect(state.joinRequest.memberId == idAfter)
        }
    }

    @Test func `a sync into a changed group means joining again`() {
        var state = member()
        var response = SyncGroupResponse()
        response.errorCode = ErrorCode.rebalanceInProgress.rawValue
        #expect(state.synced(response, sentAt: .now) == .joinAgain)
        #expect(state.joinRequest.memberId == "m1")
        #expect(state.leaseConfirmedAt == nil)
    }

    @Test func `outside the group there is nothing to leave`() {
        #expect(GroupMembershipState(settings).leaveRequest == nil)
        #expect(member().leaveRequest?.members.map(\.memberId) == ["m1"])
    }
}
