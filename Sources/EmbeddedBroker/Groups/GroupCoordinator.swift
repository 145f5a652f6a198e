import KafkaProtocol

/// All groups of the broker.
struct GroupCoordinator {
    /// Groups by name.
    private(set) var groups: [String: ClassicGroup] = [:]
    /// How long the first rebalance of an empty group waits for more members (`group.initial.rebalance.delay.ms`).
    var initialRebalanceDelayMs: Int64 = 0

    /// Session timeouts that are accepted (`group.min.session.timeout.ms`, `group.max.session.timeout.ms`).
    private static let sessionTimeoutsMs: ClosedRange<Int32> = 6_000...1_800_000
    /// Longest text with an offset in bytes (`offset.metadata.max.bytes`).
    static let maximumMetadataBytes = 4_096

    /// The next time at which `tick` has something to do.
    var nextDeadline: Int64? { groups.values.compactMap(\.nextDeadline).min() }

    // MARK: Membership

    mutating func join(_ attempt: JoinAttempt, _ now: Int64) -> [GroupAction] {
        let request = attempt.request
        func refuse(_ code: ErrorCode) -> [GroupAction] {
            [.joined(attempt.ticket, ClassicGroup.joinError(code, request.memberId))]
        }
        if request.groupId.isEmpty { return refuse(.invalidGroupId) }
        if !Self.sessionTimeoutsMs.contains(request.sessionTimeoutMs) { return refuse(.invalidSessionTimeout) }
        if groups[request.groupId] == nil {
            guard request.memberId.isEmpty else { return refuse(.unknownMemberId) }
            groups[request.groupId] = ClassicGroup(id: request.groupId)
        }
        return groups[request.groupId]?.join(attempt, now, initialDelayMs: initialRebalanceDelayMs) ?? []
    }

    mutating func sync(_ request: SyncGroupRequest, _ ticket: GroupTicket, _ now: Int64) -> [GroupAction] {
        let code: ErrorCode = request.groupId.isEmpty ? .invalidGroupId : .unknownMemberId
        return groups[request.groupId]?.sync(request, ticket, now)
            ?? [.synced(ticket, SyncGroupResponse { $0.errorCode = code.rawValue })]
    }

    mutating func heartbeat(_ request: HeartbeatRequest, _ now: Int64) -> ErrorCode {
        if request.groupId.isEmpty { return .invalidGroupId }
        return groups[request.groupId]?.heartbeat(request, now) ?? .unknownMemberId
    }

    mutating func leave(
        _ groupId: String, memberId: String, instanceId: String?, _ now: Int64
    ) -> (code: ErrorCode, actions: [GroupAction]) {
        groups[groupId]?.leave(memberId: memberId, instanceId: instanceId, now) ?? (.unknownMemberId, [])
    }

    /// Lets time pass in every group.
    mutating func tick(_ now: Int64) -> [GroupAction] {
        var actions: [GroupAction] = []
        for id in groups.keys.sorted() {
            if let deadline = groups[id]?.nextDeadline, deadline <= now { actions += groups[id]?.tick(now) ?? [] }
        }
        return actions
    }

    /// Answers everybody who waits, because the broker goes down; sessions and offsets stay.
    mutating func releaseAll() -> [GroupAction] {
        var actions: [GroupAction] = []
        for (id, group) in groups {
            for member in group.members.values {
                actions += ClassicGroup.answers(to: member, .coordinatorNotAvailable)
                groups[id]?.members[member.id]?.join = nil
                groups[id]?.members[member.id]?.sync = nil
            }
        }
        return actions
    }

    // MARK: Offsets

    /// Whether the sender of a commit may commit; a group that nobody made yet is made.
    mutating func checkCommit(_ request: OffsetCommitRequest, version: Int16, _ now: Int64) -> ErrorCode {
        let generation = request.generationIdOrMemberEpoch
        guard let group = groups[request.groupId] else {
            guard generation < 0 else { return version >= 9 ? .groupIdNotFound : .illegalGeneration }
            groups[request.groupId] = ClassicGroup(id: request.groupId)
            return .noError
        }
        if generation < 0 && group.state == .empty { return .noError }
        guard generation >= 0 || !request.memberId.isEmpty || request.groupInstanceId != nil else {
            return .unknownMemberId
        }
        let code = group.check(memberId: request.memberId, instanceId: request.groupInstanceId)
        guard code == .noError else { return code }
        guard generation == group.generation else { return .illegalGeneration }
        if group.state == .completingRebalance { return .rebalanceInProgress }
        groups[request.groupId]?.heard(request.memberId, now)
        return .noError
    }

    /// Stores an offset of a group that exists.
    mutating func commit(_ groupId: String, _ partition: PartitionName, _ offset: CommittedOffset) {
        groups[groupId]?.offsets[partition] = offset
    }

    /// Forgets the offsets of a deleted topic.
    mutating func forget(topic: String) {
        for (id, group) in groups {
            groups[id]?.offsets = group.offsets.filter { $0.key.topic != topic }
        }
    }

    /// Removes a group without members; ids that were given out do not count.
    mutating func delete(_ groupId: String) -> ErrorCode {
        guard let group = groups[groupId] else { return .groupIdNotFound }
        guard group.members.isEmpty else { return .nonEmptyGroup }
        groups[groupId] = nil
        return .noError
    }
}
