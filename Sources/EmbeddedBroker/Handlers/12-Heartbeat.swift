import KafkaProtocol

/// Keeps a member's session alive and tells it of a rebalance.
enum HeartbeatHandler: RequestHandler {
    typealias Request = HeartbeatRequest

    static func answer(
        _ request: HeartbeatRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> HeartbeatResponse {
        guard broker.isAllowed(.read, .group(request.groupId), context) else {
            return refusal(request, .groupAuthorizationFailed)
        }
        let code = broker.groups.heartbeat(request, broker.clock.monotonic)
        broker.armTick()
        return refusal(request, code)
    }

    static func refusal(_ request: HeartbeatRequest, _ code: ErrorCode) -> HeartbeatResponse {
        HeartbeatResponse { $0.errorCode = code.rawValue }
    }
}
