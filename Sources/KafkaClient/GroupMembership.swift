import Bytes
import EventLoop
import KafkaConnection
import KafkaProtocol

/// Membership in a group of the classic protocol: join, sync, heartbeat, leave, driven by its owner.
///
/// It is a lease, not a fence: a paused process learns only at its next heartbeat that it is out. So the owner looks at
/// `leaseConfirmedAt` before each write and stops when it is older than half the session timeout.
///
/// ```swift
/// let assignment = try await membership.establish { members in assign(members) }
/// switch try await membership.heartbeat() { … }
/// ```
package actor GroupMembership {
    /// How the group is joined.
    package nonisolated let settings: GroupSettings

    package nonisolated var unownedExecutor: UnownedSerialExecutor { client.loop.asUnownedSerialExecutor() }

    private nonisolated let client: ClusterClient
    private var state: GroupMembershipState
    private var coordinator: Int32?

    /// Rounds of joining after which something is wrong that joining does not cure.
    private static let joinLimit = 20

    /// A membership that has not joined yet.
    package init(_ settings: GroupSettings, client: ClusterClient) {
        self.settings = settings
        self.client = client
        state = GroupMembershipState(settings)
    }

    /// When the last request was sent by which the coordinator confirmed the membership; nil outside the group.
    ///
    /// The sending counts, not the answer: the coordinator's clock began at some time in between.
    package var leaseConfirmedAt: ContinuousClock.Instant? { state.leaseConfirmedAt }

    /// Id that the coordinator gave; empty outside the group.
    package var memberId: String { state.memberId }

    /// Number of the group's composition; -1 outside the group.
    package var generation: Int32 { state.generation }

    /// Joins, lets the leader assign, and returns this member's assignment.
    ///
    /// - Parameter assign: called on the leader only: the assignment of each member, by member id.
    package func establish(
        _ assign: @Sendable ([JoinedGroup.Member]) -> [String: [UInt8]]
    ) async throws(ClientError) -> (group: JoinedGroup, assignment: ByteSlice) {
        for _ in 0..<Self.joinLimit {
            let group = try await join()
            let assignments = group.isLeader && !group.skipAssignment ? assign(group.members) : [:]
            if let assignment = try await sync(assignments) { return (group, assignment) }
        }
        throw client.error(.incomplete(.syncGroup, subject: "group \(settings.groupId), which keeps rebalancing"))
    }

    /// Joins the group, or joins again in a rebalance; waits until all members did or the rebalance timeout is over.
    package func join() async throws(ClientError) -> JoinedGroup {
        let patience = Int64(settings.rebalanceTimeoutMs) + client.options.requestTimeoutMs
        for _ in 0..<Self.joinLimit {
            let outcome = try await patiently { (self) async throws(ClientError) in
                let response = try await self.ask(self.state.joinRequest, timeoutMs: patience)
                return try self.settle(self.state.joined(response))
            }
            if let outcome { return outcome }
        }
        throw client.error(.incomplete(.joinGroup, subject: "group \(settings.groupId), which keeps rebalancing"))
    }

    /// Hands the leader's assignments over and waits for this member's own.
    ///
    /// - Parameter assignments: by member id; empty unless this member leads.
    /// - Returns: the assignment; nil when the group has changed meanwhile and must be joined again.
    package func sync(_ assignments: [String: [UInt8]]) async throws(ClientError) -> ByteSlice? {
        try await patiently { (self) async throws(ClientError) in
            let sentAt = ContinuousClock.now
            let request = self.state.syncRequest(assignments: assignments)
            let timeoutMs = Int64(self.settings.rebalanceTimeoutMs) + self.client.options.requestTimeoutMs
            let response = try await self.ask(request, timeoutMs: timeoutMs)
            switch self.state.synced(response, sentAt: sentAt) {
            case .assigned(let assignment): return assignment
            case .joinAgain: return nil
            case .failed(let code): throw self.refused(code, .syncGroup)
            }
        }
    }

    /// Tells the coordinator that this member lives, with one request.
    ///
    /// A thrown error says nothing about the membership; repeat soon, the lease runs on meanwhile.
    package func heartbeat() async throws(ClientError) -> HeartbeatOutcome {
        let sentAt = ContinuousClock.now
        let response = try await ask(state.heartbeatRequest, timeoutMs: Int64(settings.sessionTimeoutMs))
        let code = ErrorCode(response.errorCode)
        guard let outcome = state.heartbeatAnswered(code, sentAt: sentAt) else { throw refused(code, .heartbeat) }
        return outcome
    }

    /// Leaves the group at once, so that others take over without waiting for the session timeout.
    package func leave() async throws(ClientError) {
        guard let request = state.leaveRequest else { return }
        state.forgetMembership()
        let response = try await ask(request, timeoutMs: client.options.requestTimeoutMs)
        let code = ErrorCode(response.errorCode)
        guard code.isSuccess || code == .unknownMemberId else { throw refused(code, .leaveGroup) }
    }

    // MARK: Coordinator

    /// Nil when the group must be joined again.
    private func settle(_ outcome: GroupMembershipState.AfterJoin) throws(ClientError) -> JoinedGroup? {
        switch outcome {
        case .sync(let group): return group
        case .joinAgain: return nil
        case .failed(let code): throw refused(code, .joinGroup)
        }
    }

    private func ask<Request: RequestMessage>(
        _ request: Request, timeoutMs: Int64
    ) async throws(ClientError) -> Request.Response {
        do throws(ClientError) {
            let broker: Int32
            if let coordinator {
                broker = coordinator
            } else {
                broker = try await client.coordinator(.group(settings.groupId))
                coordinator = broker
            }
            return try await client.send(request, to: broker, lane: .group(settings.groupId), timeoutMs: timeoutMs)
        } catch {
            coordinator = nil
            throw error
        }
    }

    private func refused(_ code: ErrorCode, _ api: APIKey) -> ClientError {
        coordinator = nil
        return client.error(.refused(code, api, subject: "group \(settings.groupId)", message: nil))
    }

    /// Repeats while the failure is retriable and the rebalance timeout is not over.
    private func patiently<Value: Sendable>(
        _ operation: (isolated GroupMembership) async throws(ClientError) -> Value
    ) async throws(ClientError) -> Value {
        let patience = Int64(settings.rebalanceTimeoutMs) + client.options.requestTimeoutMs
        let deadline = ContinuousClock.now + .milliseconds(patience)
        var attempt = 1
        while true {
            do throws(ClientError) {
                return try await operation(self)
            } catch {
                guard error.isRetriable, ContinuousClock.now < deadline, !Task.isCancelled else { throw error }
                await client.loop.pause(.milliseconds(client.retry.pauseMs(after: attempt)))
                attempt += 1
            }
        }
    }
}
