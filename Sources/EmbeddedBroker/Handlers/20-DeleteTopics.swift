import KafkaProtocol

/// Deletes topics by name, or from version 6 by id, with their offsets in every group.
enum DeleteTopicsHandler: RequestHandler {
    typealias Request = DeleteTopicsRequest

    private static let takesIds: Int16 = 6

    static func answer(
        _ request: DeleteTopicsRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> DeleteTopicsResponse {
        DeleteTopicsResponse {
            $0.responses = wanted(request).map { state in
                let name = state.name ?? broker.topics.name(of: state.topicId)
                let mayDeleteAll = broker.isAllowed(.delete, .cluster, context)
                let mayDescribe =
                    name.map { mayDeleteAll || broker.isAllowed(.describe, .topic($0), context) } ?? true
                // Who may not even describe a topic is told neither its name nor whether it exists.
                guard mayDescribe else { return result(state.name, state.topicId, .topicAuthorizationFailed) }
                guard let topic = name.flatMap({ broker.topics[$0] }) else {
                    let code: ErrorCode = state.name == nil ? .unknownTopicId : .unknownTopicOrPartition
                    return result(state.name, state.topicId, code)
                }
                guard mayDeleteAll || broker.isAllowed(.delete, .topic(topic.name), context) else {
                    return result(topic.name, state.topicId, .topicAuthorizationFailed)
                }
                delete(topic, broker)
                return result(topic.name, topic.id, .noError)
            }
        }
    }

    static func refusal(_ request: DeleteTopicsRequest, _ code: ErrorCode) -> DeleteTopicsResponse {
        DeleteTopicsResponse {
            $0.responses = wanted(request).map { result($0.name, $0.topicId, code) }
        }
    }

    /// Both forms of the request as the later one.
    private static func wanted(_ request: DeleteTopicsRequest) -> [DeleteTopicsRequest.DeleteTopicState] {
        request.topics
            + request.topicNames.map { name in DeleteTopicsRequest.DeleteTopicState { $0.name = name } }
    }

    private static func delete(_ topic: Topic, _ broker: isolated EmbeddedBroker) {
        broker.topics.remove(topic.name)
        broker.groups.forget(topic: topic.name)
        broker.changed(topic.partitions.indices.map { PartitionName(topic: topic.name, index: Int32($0)) })
    }

    private static func result(
        _ name: String?, _ id: KafkaUUID, _ code: ErrorCode
    ) -> DeleteTopicsResponse.DeletableTopicResult {
        DeleteTopicsResponse.DeletableTopicResult {
            $0.name = name
            $0.topicId = id
            $0.errorCode = code.rawValue
            $0.errorMessage =
                switch code {
                case .noError: nil
                case .unknownTopicId: "This server does not host this topic ID."
                case .unknownTopicOrPartition: "This server does not host this topic-partition."
                default: nil
                }
        }
    }
}
