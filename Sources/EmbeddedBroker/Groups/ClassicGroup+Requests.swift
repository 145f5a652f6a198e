import Bytes
import KafkaProtocol

/// A JoinGroup request with what the broker knows of its sender.
struct JoinAttempt {
    /// The request.
    var request: JoinGroupRequest
    /// Its version.
    var version: Int16
    /// The client's name for itself.
    var clientId: String
    /// The client's address.
    var clientHost: String
    /// Under which it waits.
    var ticket: GroupTicket
    /// Unique part of a member id, should one be needed.
    var freshId: String
}

extension ClassicGroup {
    /// Version from which a new member must join again with the id it is given (KIP-394).
    private static let requiresKnownMemberId: Int16 = 4

    // MARK: Join

    mutating func join(_ attempt: JoinAttempt, _ now: Int64, initialDelayMs: Int64) -> [GroupAction] {
        let request = attempt.request
        guard accepts(protocolType: request.protocolType, request.protocols) else {
            return refuse(attempt, .inconsistentGroupProtocol)
        }
        if request.memberId.isEmpty { return joinNew(attempt, now, initialDelayMs) }
        if pending[request.memberId] != nil, request.groupInstanceId == nil {
            return admit(attempt, as: request.memberId, now, initialDelayMs)
        }
        let code = check(memberId: request.memberId, instanceId: request.groupInstanceId)
        guard code == .noError else { return refuse(attempt, code) }
        return rejoin(attempt, now, initialDelayMs)
    }

    private func refuse(_ attempt: JoinAttempt, _ code: ErrorCode) -> [GroupAction] {
        [.joined(attempt.ticket, Self.joinError(code, attempt.request.memberId))]
    }

    private mutating func joinNew(_ attempt: JoinAttempt, _ now: Int64, _ initialDelayMs: Int64) -> [GroupAction] {
        if let instanceId = attempt.request.groupInstanceId {
            let memberId = "\(instanceId)-\(attempt.freshId)"
            if let old = instances[instanceId] {
                return replaceStatic(old, attempt, as: memberId, now, initialDelayMs)
            }
            return admit(attempt, as: memberId, now, initialDelayMs)
        }
        let memberId = "\(attempt.clientId)-\(attempt.freshId)"
        guard attempt.version >= Self.requiresKnownMemberId else {
            return admit(attempt, as: memberId, now, initialDelayMs)
        }
        pending[memberId] = now + Int64(attempt.request.sessionTimeoutMs)
        return [.joined(attempt.ticket, Self.joinError(.memberIdRequired, memberId))]
    }

    private mutating func admit(
        _ attempt: JoinAttempt, as memberId: String, _ now: Int64, _ initialDelayMs: Int64
    ) -> [GroupAction] {
        add(member(attempt, id: memberId, now), protocolType: attempt.request.protocolType)
        return rebalanceOrWait(now, initialDelayMs)
    }

    private func member(_ attempt: JoinAttempt, id: String, _ now: Int64) -> GroupMember {
        let request = attempt.request
        return GroupMember(
            id: id, instanceId: request.groupInstanceId, clientId: attempt.clientId,
            clientHost: attempt.clientHost, sessionTimeoutMs: request.sessionTimeoutMs,
            rebalanceTimeoutMs: request.rebalanceTimeoutMs < 0
                ? request.sessionTimeoutMs : request.rebalanceTimeoutMs,
            protocols: request.protocols, join: attempt.ticket,
            sessionEnds: now + Int64(request.sessionTimeoutMs))
    }

    /// A static member came back under a new member id: the old id is fenced, the assignment stays if nothing changed.
    private mutating func replaceStatic(
        _ old: String, _ attempt: JoinAttempt, as memberId: String, _ now: Int64, _ initialDelayMs: Int64
    ) -> [GroupAction] {
        let previous = members[old]
        let wasLeader = leader == old
        var actions = remove(old, .fencedInstanceId)
        var member = member(attempt, id: memberId, now)
        member.assignment = previous?.assignment ?? .empty
        add(member, protocolType: attempt.request.protocolType)
        if wasLeader { leader = memberId }
        if state == .stable, previous?.protocols == member.protocols {
            members[memberId]?.join = nil
            // Before version 9 the leader must not learn that it leads, or it would assign again (KIP-814).
            var answer = joinAnswer(for: memberId)
            if wasLeader && attempt.version < 9 {
                answer.leader = old
                answer.members = []
            } else if wasLeader {
                answer.skipAssignment = true
            }
            actions.append(.joined(attempt.ticket, answer))
            return actions
        }
        return actions + rebalanceOrWait(now, initialDelayMs)
    }

    private mutating func rejoin(_ attempt: JoinAttempt, _ now: Int64, _ initialDelayMs: Int64) -> [GroupAction] {
        let id = attempt.request.memberId
        let isUnchanged = members[id]?.protocols == attempt.request.protocols
        heard(id, now)
        switch state {
        case .completingRebalance where isUnchanged, .stable where isUnchanged && id != leader:
            return [.joined(attempt.ticket, joinAnswer(for: id))]
        case .empty:
            return refuse(attempt, .unknownMemberId)
        case .preparingRebalance, .completingRebalance, .stable:
            var actions: [GroupAction] = []
            if let earlier = members[id]?.join {
                actions.append(.joined(earlier, Self.joinError(.unknownMemberId, id)))
            }
            members[id]?.protocols = attempt.request.protocols
            members[id]?.sessionTimeoutMs = attempt.request.sessionTimeoutMs
            if attempt.request.rebalanceTimeoutMs >= 0 {
                members[id]?.rebalanceTimeoutMs = attempt.request.rebalanceTimeoutMs
            }
            members[id]?.join = attempt.ticket
            return actions + rebalanceOrWait(now, initialDelayMs)
        }
    }

    private mutating func rebalanceOrWait(_ now: Int64, _ initialDelayMs: Int64) -> [GroupAction] {
        state == .preparingRebalance
            ? completeJoinIfReady(now) : prepareRebalance(now, initialDelayMs: initialDelayMs)
    }

    // MARK: Sync, heartbeat, leave

    mutating func sync(_ request: SyncGroupRequest, _ ticket: GroupTicket, _ now: Int64) -> [GroupAction] {
        func answer(_ code: ErrorCode) -> [GroupAction] {
            [.synced(ticket, SyncGroupResponse { $0.errorCode = code.rawValue })]
        }
        let code = check(memberId: request.memberId, instanceId: request.groupInstanceId)
        guard code == .noError else { return answer(code) }
        guard request.generationId == generation else { return answer(.illegalGeneration) }
        if let type = request.protocolType, type != protocolType { return answer(.inconsistentGroupProtocol) }
        if let name = request.protocolName, name != protocolName { return answer(.inconsistentGroupProtocol) }
        heard(request.memberId, now)
        switch state {
        case .empty: return answer(.unknownMemberId)
        case .preparingRebalance: return answer(.rebalanceInProgress)
        case .stable: return [.synced(ticket, syncAnswer(for: request.memberId))]
        case .completingRebalance:
            var actions: [GroupAction] = []
            if let earlier = members[request.memberId]?.sync {
                let retry = SyncGroupResponse { $0.errorCode = ErrorCode.rebalanceInProgress.rawValue }
                actions.append(.synced(earlier, retry))
            }
            members[request.memberId]?.sync = ticket
            return request.memberId == leader ? actions + assign(request.assignments) : actions
        }
    }

    private mutating func assign(_ assignments: [SyncGroupRequest.SyncGroupRequestAssignment]) -> [GroupAction] {
        for id in order {
            members[id]?.assignment = assignments.first { $0.memberId == id }?.assignment ?? .empty
        }
        state = .stable
        rebalanceEnds = nil
        var actions: [GroupAction] = []
        for id in order {
            guard let ticket = members[id]?.sync else { continue }
            members[id]?.sync = nil
            actions.append(.synced(ticket, syncAnswer(for: id)))
        }
        return actions
    }

    private func syncAnswer(for memberId: String) -> SyncGroupResponse {
        SyncGroupResponse {
            $0.protocolType = protocolType
            $0.protocolName = protocolName
            $0.assignment = members[memberId]?.assignment ?? .empty
        }
    }

    mutating func heartbeat(_ request: HeartbeatRequest, _ now: Int64) -> ErrorCode {
        let code = check(memberId: request.memberId, instanceId: request.groupInstanceId)
        guard code == .noError else { return code }
        guard request.generationId == generation else { return .illegalGeneration }
        heard(request.memberId, now)
        return state == .preparingRebalance ? .rebalanceInProgress : .noError
    }

    mutating func leave(
        memberId: String, instanceId: String?, _ now: Int64
    ) -> (code: ErrorCode, actions: [GroupAction]) {
        if pending.removeValue(forKey: memberId) != nil { return (.noError, completeJoinIfReady(now)) }
        var id = memberId
        if let instanceId {
            guard let known = instances[instanceId] else { return (.unknownMemberId, []) }
            if !memberId.isEmpty && known != memberId { return (.fencedInstanceId, []) }
            id = known
        }
        guard members[id] != nil else { return (.unknownMemberId, []) }
        return (.noError, remove(id, .unknownMemberId) + shrink(now))
    }

    /// A member is gone: the others share anew.
    private mutating func shrink(_ now: Int64) -> [GroupAction] {
        switch state {
        case .empty: return []
        case .preparingRebalance: return completeJoinIfReady(now)
        case .completingRebalance, .stable: return prepareRebalance(now, initialDelayMs: 0)
        }
    }

    // MARK: Time

    /// Lets time pass: sessions end, unused ids lapse, the join phase is over.
    mutating func tick(_ now: Int64) -> [GroupAction] {
        var actions: [GroupAction] = []
        pending = pending.filter { $0.value > now }
        if let ends = rebalanceDelayEnds, ends <= now { rebalanceDelayEnds = nil }
        for member in orderedMembers where member.join == nil && member.sessionEnds <= now {
            actions += remove(member.id, .unknownMemberId) + shrink(now)
        }
        actions += completeJoinIfReady(now)
        guard let ends = rebalanceEnds, ends <= now else { return actions }
        switch state {
        case .preparingRebalance:
            actions += completeJoin(now)
        case .completingRebalance:
            // Those who did not ask for their assignment in time are out.
            for member in orderedMembers where member.sync == nil {
                actions += remove(member.id, .unknownMemberId)
            }
            actions += prepareRebalance(now, initialDelayMs: 0)
        case .empty, .stable:
            rebalanceEnds = nil
        }
        return actions
    }
}
