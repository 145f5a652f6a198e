import Bytes
import KafkaProtocol

/// A group of the classic protocol: its members, its generation and the rebalance between two generations.
///
/// A state machine without a clock: requests and `tick` change it and return the answers that became due. Times are
/// milliseconds of a monotonic clock.
struct ClassicGroup {
    /// Where the group stands, in Kafka's words.
    enum State: String {
        /// No members; offsets may remain.
        case empty = "Empty"
        /// Members are asked to join again.
        case preparingRebalance = "PreparingRebalance"
        /// The generation is formed; the leader's assignment is missing.
        case completingRebalance = "CompletingRebalance"
        /// Every member may fetch its assignment.
        case stable = "Stable"
    }

    /// The group's name.
    let id: String
    /// Where it stands.
    var state = State.empty
    /// Number of the generation; grows with every rebalance.
    var generation: Int32 = 0
    /// Kind of group, `consumer` for consumers; nil until a member joins.
    var protocolType: String?
    /// The protocol that all members speak.
    var protocolName: String?
    /// Id of the member that assigns.
    var leader: String?
    /// Members by id.
    var members: [String: GroupMember] = [:]
    /// Order in which members came.
    var order: [String] = []
    /// Ids that were given out and not used yet, with the time when they lapse.
    var pending: [String: Int64] = [:]
    /// Ids of static members by their instance id.
    var instances: [String: String] = [:]
    /// When the join phase, or the wait for assignments, ends.
    var rebalanceEnds: Int64?
    /// When a first rebalance may end at the earliest.
    var rebalanceDelayEnds: Int64?
    /// Committed offsets.
    var offsets: [PartitionName: CommittedOffset] = [:]

    /// An empty group.
    init(id: String) {
        self.id = id
    }

    /// Members in the order in which they came.
    var orderedMembers: [GroupMember] { order.compactMap { members[$0] } }

    /// The next time at which `tick` has something to do.
    var nextDeadline: Int64? {
        let sessions = members.values.filter { $0.join == nil }.map(\.sessionEnds)
        let times = sessions + pending.values + [rebalanceEnds, rebalanceDelayEnds].compactMap(\.self)
        return times.min()
    }

    // MARK: Identity

    /// Insists that a member is who it says it is.
    func check(memberId: String, instanceId: String?) -> ErrorCode {
        if let instanceId {
            guard let known = instances[instanceId] else { return .unknownMemberId }
            if known != memberId { return .fencedInstanceId }
        }
        return members[memberId] == nil ? .unknownMemberId : .noError
    }

    /// Whether a member with these protocols may join.
    func accepts(protocolType type: String, _ protocols: GroupMember.Protocols) -> Bool {
        if type.isEmpty || protocols.isEmpty { return false }
        guard !members.isEmpty else { return true }
        return type == protocolType
            && protocols.contains { candidate in
                members.values.allSatisfy { $0.protocols.contains { $0.name == candidate.name } }
            }
    }

    /// Notes that a member was heard of.
    mutating func heard(_ memberId: String, _ now: Int64) {
        guard let member = members[memberId] else { return }
        members[memberId]?.sessionEnds = now + Int64(member.sessionTimeoutMs)
    }

    // MARK: Members

    /// Adds a member.
    mutating func add(_ member: GroupMember, protocolType type: String) {
        if members.isEmpty { protocolType = type }
        members[member.id] = member
        order.append(member.id)
        pending[member.id] = nil
        if let instanceId = member.instanceId { instances[instanceId] = member.id }
    }

    /// Removes a member and returns the answers to the requests it has waiting.
    mutating func remove(_ memberId: String, _ code: ErrorCode) -> [GroupAction] {
        pending[memberId] = nil
        guard let member = members.removeValue(forKey: memberId) else { return [] }
        order.removeAll { $0 == memberId }
        if let instanceId = member.instanceId, instances[instanceId] == memberId { instances[instanceId] = nil }
        if leader == memberId { leader = nil }
        return Self.answers(to: member, code)
    }

    /// Answers with an error to whatever a member has waiting.
    static func answers(to member: GroupMember, _ code: ErrorCode) -> [GroupAction] {
        var actions: [GroupAction] = []
        if let ticket = member.join { actions.append(.joined(ticket, Self.joinError(code, member.id))) }
        if let ticket = member.sync {
            actions.append(.synced(ticket, SyncGroupResponse { $0.errorCode = code.rawValue }))
        }
        return actions
    }

    /// A JoinGroup response that is an error.
    static func joinError(_ code: ErrorCode, _ memberId: String) -> JoinGroupResponse {
        JoinGroupResponse {
            $0.errorCode = code.rawValue
            $0.memberId = memberId
        }
    }

    // MARK: Rebalance

    /// Asks every member to join again.
    mutating func prepareRebalance(_ now: Int64, initialDelayMs: Int64) -> [GroupAction] {
        var actions: [GroupAction] = []
        if state == .completingRebalance {
            for id in order {
                if let ticket = members[id]?.sync {
                    members[id]?.sync = nil
                    let answer = SyncGroupResponse { $0.errorCode = ErrorCode.rebalanceInProgress.rawValue }
                    actions.append(.synced(ticket, answer))
                }
                members[id]?.assignment = .empty
            }
        }
        let longest = members.values.map(\.rebalanceTimeoutMs).max() ?? 0
        rebalanceDelayEnds = state == .empty && initialDelayMs > 0 ? now + initialDelayMs : nil
        rebalanceEnds = now + Int64(longest)
        state = .preparingRebalance
        return actions + completeJoinIfReady(now)
    }

    /// Ends the join phase when every member has joined and no given id is unused.
    mutating func completeJoinIfReady(_ now: Int64) -> [GroupAction] {
        guard state == .preparingRebalance, rebalanceDelayEnds == nil else { return [] }
        guard pending.isEmpty, members.values.allSatisfy({ $0.join != nil }) else { return [] }
        return completeJoin(now)
    }

    /// Forms the next generation of those who joined; the others are out, but for static members.
    mutating func completeJoin(_ now: Int64) -> [GroupAction] {
        var actions: [GroupAction] = []
        for member in orderedMembers where member.join == nil && member.instanceId == nil {
            actions += remove(member.id, .unknownMemberId)
        }
        rebalanceDelayEnds = nil
        generation += 1
        guard !members.isEmpty else {
            becomeEmpty()
            return actions
        }
        if leader.flatMap({ members[$0]?.join }) == nil {
            leader = orderedMembers.first { $0.join != nil }?.id ?? order.first
        }
        protocolName = electProtocol()
        state = .completingRebalance
        let longest = members.values.map(\.rebalanceTimeoutMs).max() ?? 0
        rebalanceEnds = now + Int64(longest)
        for id in order {
            guard let ticket = members[id]?.join else { continue }
            members[id]?.join = nil
            heard(id, now)
            actions.append(.joined(ticket, joinAnswer(for: id)))
        }
        return actions
    }

    /// The group lost its last member.
    mutating func becomeEmpty() {
        state = .empty
        protocolName = nil
        leader = nil
        rebalanceEnds = nil
        rebalanceDelayEnds = nil
    }

    /// Each member votes for its first protocol that all speak; the most votes win.
    private func electProtocol() -> String? {
        var votes: [String: Int] = [:]
        var first: [String] = []
        for member in orderedMembers {
            let choice = member.protocols.first { candidate in
                members.values.allSatisfy { $0.protocols.contains { $0.name == candidate.name } }
            }
            guard let choice else { continue }
            if votes[choice.name] == nil { first.append(choice.name) }
            votes[choice.name, default: 0] += 1
        }
        return first.max { (votes[$0] ?? 0) < (votes[$1] ?? 0) }
    }

    /// What a member that joined is told; the leader learns who the others are.
    func joinAnswer(for memberId: String) -> JoinGroupResponse {
        JoinGroupResponse {
            $0.generationId = generation
            $0.protocolType = protocolType
            $0.protocolName = protocolName ?? ""
            $0.leader = leader ?? ""
            $0.memberId = memberId
            guard memberId == leader else { return }
            $0.members = orderedMembers.map { member in
                JoinGroupResponse.JoinGroupResponseMember {
                    $0.memberId = member.id
                    $0.groupInstanceId = member.instanceId
                    $0.metadata = member.metadata(protocolName ?? "")
                }
            }
        }
    }
}

/// An offset that a group committed.
struct CommittedOffset: Equatable {
    /// The offset.
    var offset: Int64
    /// Leader epoch that came along; -1 without one.
    var leaderEpoch: Int32
    /// Text that came along.
    var metadata: String
}
