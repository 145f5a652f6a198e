import KafkaProtocol

/// Names this broker as the coordinator of every group and transactional id.
enum FindCoordinatorHandler: RequestHandler {
    typealias Request = FindCoordinatorRequest

    /// Groups and transactional ids; share groups (2) are not supported.
    private static let keyTypes: ClosedRange<Int8> = 0...1

    static func answer(
        _ request: FindCoordinatorRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> FindCoordinatorResponse {
        guard keyTypes.contains(request.keyType) else { return refusal(request, .invalidRequest) }
        let isBatch = context.version >= 4
        let keys = isBatch ? request.coordinatorKeys : [request.key]
        let (isGroup, refused): (Bool, ErrorCode) =
            request.keyType == 0 ? (true, .groupAuthorizationFailed) : (false, .transactionalIdAuthorizationFailed)
        func isAllowed(_ key: String) -> Bool {
            broker.isAllowed(.describe, isGroup ? .group(key) : .transactionalId(key), context)
        }
        guard keys.contains(where: isAllowed) || keys.isEmpty else { return refusal(request, refused) }
        // The first question for a coordinator makes the topic in which coordinators keep what they know.
        broker.createInternalTopic(request.keyType == 0 ? .groups : .transactions)
        return FindCoordinatorResponse {
            guard isBatch else {
                $0.errorMessage = "NONE"
                $0.nodeId = broker.options.nodeId
                $0.host = broker.host
                $0.port = Int32(broker.port)
                return
            }
            $0.coordinators = request.coordinatorKeys.map { key in
                guard isAllowed(key) else { return failed(key, refused) }
                return FindCoordinatorResponse.Coordinator {
                    $0.key = key
                    $0.nodeId = broker.options.nodeId
                    $0.host = broker.host
                    $0.port = Int32(broker.port)
                }
            }
        }
    }

    static func refusal(_ request: FindCoordinatorRequest, _ code: ErrorCode) -> FindCoordinatorResponse {
        FindCoordinatorResponse {
            guard !request.coordinatorKeys.isEmpty else {
                $0.errorCode = code.rawValue
                $0.nodeId = -1
                $0.port = -1
                return
            }
            $0.coordinators = request.coordinatorKeys.map { failed($0, code) }
        }
    }

    private static func failed(_ key: String, _ code: ErrorCode) -> FindCoordinatorResponse.Coordinator {
        FindCoordinatorResponse.Coordinator {
            $0.key = key
            $0.errorCode = code.rawValue
            $0.nodeId = -1
            $0.port = -1
        }
    }
}
