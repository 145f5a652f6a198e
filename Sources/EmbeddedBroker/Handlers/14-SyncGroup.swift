import KafkaProtocol

/// Takes the leader's assignment and hands every member its part.
enum SyncGroupHandler: RequestHandler {
    typealias Request = SyncGroupRequest

    /// From version 5 on, a member must say what it believes to take part in.
    private static let namesProtocol: Int16 = 5

    static func answer(
        _ request: SyncGroupRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> SyncGroupResponse {
        let isComplete = request.protocolType != nil && request.protocolName != nil
        guard isComplete || context.version < namesProtocol else {
            return refusal(request, .inconsistentGroupProtocol)
        }
        guard broker.isAllowed(.read, .group(request.groupId), context) else {
            return refusal(request, .groupAuthorizationFailed)
        }
        let ticket = GroupTicket(number: broker.nextNumber())
        return await withUnsafeContinuation { continuation in
            guard !broker.isStopped else {
                return continuation.resume(returning: refusal(request, .coordinatorNotAvailable))
            }
            broker.syncs[ticket] = continuation
            broker.perform(broker.groups.sync(request, ticket, broker.clock.monotonic))
        }
    }

    static func refusal(_ request: SyncGroupRequest, _ code: ErrorCode) -> SyncGroupResponse {
        SyncGroupResponse { $0.errorCode = code.rawValue }
    }
}
