import Bytes
import KafkaProtocol

/// How a membership joins its group.
package struct GroupSettings: Hashable, Sendable {
    /// Name of the group.
    package var groupId: String
    /// Kind of the group; members of another kind are refused.
    package var protocolType: String
    /// Name of the way of assigning that all members share.
    package var protocolName: String
    /// What the leader learns of this member; kept small, as the whole group is stored in one record.
    package var metadata: [UInt8]
    /// `group.instance.id`: a restart within the session timeout keeps the membership (KIP-345).
    package var instanceId: String?
    /// After this time without a heartbeat the coordinator gives the member up, in milliseconds; brokers take 6 s to
    /// 30 min.
    package var sessionTimeoutMs: Int32
    /// How long the coordinator waits for members to join again in a rebalance, in milliseconds.
    package var rebalanceTimeoutMs: Int32

    /// Settings of a worker group.
    package init(
        groupId: String, protocolType: String = "lockstep", protocolName: String, metadata: [UInt8] = [],
        instanceId: String? = nil, sessionTimeoutMs: Int32, rebalanceTimeoutMs: Int32
    ) {
        self.groupId = groupId
        self.protocolType = protocolType
        self.protocolName = protocolName
        self.metadata = metadata
        self.instanceId = instanceId
        self.sessionTimeoutMs = sessionTimeoutMs
        self.rebalanceTimeoutMs = rebalanceTimeoutMs
    }
}

/// The group as a member found it when it joined.
package struct JoinedGroup: Hashable, Sendable {
    /// Another member, as the leader sees it.
    package struct Member: Hashable, Sendable {
        /// Id that the coordinator gave it.
        package var memberId: String
        /// `group.instance.id` of a static member.
        package var instanceId: String?
        /// What it told about itself.
        package var metadata: [UInt8]
    }

    /// Number of this composition of the group.
    package var generation: Int32
    /// Id of this member.
    package var memberId: String
    /// Whether this member assigns.
    package var isLeader: Bool
    /// All members by id, this one included; empty unless `isLeader`.
    package var members: [Member]
    /// The coordinator asks the leader to leave the assignment as it is (a static leader that came back, KIP-814).
    package var skipAssignment: Bool
}

/// What a heartbeat came to.
package enum HeartbeatOutcome: Hashable, Sendable {
    /// The membership goes on.
    case ok
    /// The group is changing: join again, within the rebalance timeout.
    case rebalance
    /// Another process uses the same `group.instance.id`: stop at once, for good.
    case fenced
    /// The coordinator has given this member up: stop at once, then join again.
    case unknownMember
}

/// Membership in a group of the classic protocol, without I/O: requests out, answers in.
struct GroupMembershipState {
    /// What to do after an answer to JoinGroup.
    enum AfterJoin: Equatable {
        /// Exchange the assignment.
        case sync(JoinedGroup)
        /// Join once more, with the id that is known now.
        case joinAgain
        /// Retriable codes may go away, others will not.
        case failed(ErrorCode)
    }

    /// What to do after an answer to SyncGroup.
    enum AfterSync: Equatable {
        /// Work on this.
        case assigned(ByteSlice)
        /// The group changed meanwhile.
        case joinAgain
        /// Retriable codes may go away, others will not.
        case failed(ErrorCode)
    }

    let settings: GroupSettings
    /// Empty until the coordinator gave one.
    private(set) var memberId = ""
    /// -1 outside the group.
    private(set) var generation: Int32 = -1
    /// When the last request was sent that the coordinator answered with "you are a member of this generation".
    private(set) var leaseConfirmedAt: ContinuousClock.Instant?

    init(_ settings: GroupSettings) {
        self.settings = settings
    }

    // MARK: Joining

    var joinRequest: JoinGroupRequest {
        var entry = JoinGroupRequest.JoinGroupRequestProtocol()
        entry.name = settings.protocolName
        entry.metadata = ByteSlice(settings.metadata)
        var request = JoinGroupRequest()
        request.groupId = settings.groupId
        request.sessionTimeoutMs = settings.sessionTimeoutMs
        request.rebalanceTimeoutMs = settings.rebalanceTimeoutMs
        request.memberId = memberId
        request.groupInstanceId = settings.instanceId
        request.protocolType = settings.protocolType
        request.protocols = [entry]
        return request
    }

    mutating func joined(_ response: JoinGroupResponse) -> AfterJoin {
        let code = ErrorCode(response.errorCode)
        switch code {
        case .noError: break
        case .memberIdRequired:
            memberId = response.memberId
            return .joinAgain
        case .unknownMemberId:
            // A coordinator that does not know an empty id either has another trouble than ours.
            if memberId.isEmpty { return .failed(code) }
            forgetMembership()
            return .joinAgain
        case .illegalGeneration, .rebalanceInProgress:
            return .joinAgain
        default:
            refused(code)
            return .failed(code)
        }
        memberId = response.memberId
        generation = response.generationId
        let isLeader = response.leader == response.memberId
        let members = response.members.map {
            JoinedGroup.Member(memberId: $0.memberId, instanceId: $0.groupInstanceId, metadata: $0.metadata.array)
        }
        return .sync(
            JoinedGroup(
                generation: generation, memberId: memberId, isLeader: isLeader,
                members: isLeader ? members.sorted { $0.memberId < $1.memberId } : [],
                skipAssignment: response.skipAssignment))
    }

    // MARK: Assignment

    func syncRequest(assignments: [String: [UInt8]]) -> SyncGroupRequest {
        var request = SyncGroupRequest()
        request.groupId = settings.groupId
        request.generationId = generation
        request.memberId = memberId
        request.groupInstanceId = settings.instanceId
        request.protocolType = settings.protocolType
        request.protocolName = settings.protocolName
        request.assignments = assignments.sorted { $0.key < $1.key }.map { member, bytes in
            var assignment = SyncGroupRequest.SyncGroupRequestAssignment()
            assignment.memberId = member
            assignment.assignment = ByteSlice(bytes)
            return assignment
        }
        return request
    }

    mutating func synced(_ response: SyncGroupResponse, sentAt: ContinuousClock.Instant) -> AfterSync {
        let code = ErrorCode(response.errorCode)
        switch code {
        case .noError:
            leaseConfirmedAt = sentAt
            return .assigned(response.assignment)
        case .rebalanceInProgress, .illegalGeneration:
            return .joinAgain
        case .unknownMemberId:
            forgetMembership()
            return .joinAgain
        default:
            refused(code)
            return .failed(code)
        }
    }

    // MARK: Staying

    var heartbeatRequest: HeartbeatRequest {
        var request = HeartbeatRequest()
        request.groupId = settings.groupId
        request.generationId = generation
        request.memberId = memberId
        request.groupInstanceId = settings.instanceId
        return request
    }

    /// What a heartbeat's answer means; nil when the coordinator has another trouble, which leaves the lease as it was.
    mutating func heartbeatAnswered(_ code: ErrorCode, sentAt: ContinuousClock.Instant) -> HeartbeatOutcome? {
        switch code {
        case .noError:
            leaseConfirmedAt = sentAt
            return .ok
        case .rebalanceInProgress:
            // The lease is not prolonged: whoever does not join again in time loses its partitions.
            return .rebalance
        case .unknownMemberId, .illegalGeneration:
            // Another generation has other owners, so this is no mere change of the group.
            let isKnown = code == .illegalGeneration
            leaseConfirmedAt = nil
            generation = -1
            if !isKnown { memberId = "" }
            return .unknownMember
        case .fencedInstanceId:
            forgetMembership()
            return .fenced
        default:
            return nil
        }
    }

    // MARK: Leaving

    /// Nil outside the group.
    var leaveRequest: LeaveGroupRequest? {
        guard !memberId.isEmpty else { return nil }
        var member = LeaveGroupRequest.MemberIdentity()
        member.memberId = memberId
        member.groupInstanceId = settings.instanceId
        member.reason = "the worker stops"
        var request = LeaveGroupRequest()
        request.groupId = settings.groupId
        request.members = [member]
        return request
    }

    /// A refusal that trying again does not cure ends the lease, but not the place in the group: the coordinator keeps
    /// it for the time of a session, and whoever came back without the id would be waited for as a second member.
    private mutating func refused(_ code: ErrorCode) {
        if code == .fencedInstanceId { return forgetMembership() }
        guard !code.isRetriable else { return }
        generation = -1
        leaseConfirmedAt = nil
    }

    /// Forgets everything that only holds inside the group.
    mutating func forgetMembership() {
        memberId = ""
        generation = -1
        leaseConfirmedAt = nil
    }
}
