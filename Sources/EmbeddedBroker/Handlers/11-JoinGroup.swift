import KafkaProtocol

/// Joins a group and waits for the generation to be formed.
enum JoinGroupHandler: RequestHandler {
    typealias Request = JoinGroupRequest

    static func answer(
        _ request: JoinGroupRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> JoinGroupResponse {
        let attempt = JoinAttempt(
            request: request, version: context.version, clientId: context.header.clientId ?? "",
            clientHost: context.clientHost, ticket: GroupTicket(number: broker.nextNumber()),
            freshId: broker.randomId().description)
        return await withUnsafeContinuation { continuation in
            guard !broker.isStopped else {
                return continuation.resume(returning: refusal(request, .coordinatorNotAvailable))
            }
            broker.joins[attempt.ticket] = continuation
            broker.perform(broker.groups.join(attempt, broker.clock.monotonic))
        }
    }

    static func refusal(_ request: JoinGroupRequest, _ code: ErrorCode) -> JoinGroupResponse {
        ClassicGroup.joinError(code, request.memberId)
    }
}
