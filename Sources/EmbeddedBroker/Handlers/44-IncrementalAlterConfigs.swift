import KafkaProtocol

/// Changes the configs of topics key by key: all changes of one topic, or none.
enum IncrementalAlterConfigsHandler: RequestHandler {
    typealias Request = IncrementalAlterConfigsRequest

    private static let topicResource: Int8 = 2

    static func answer(
        _ request: IncrementalAlterConfigsRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> IncrementalAlterConfigsResponse {
        response(request) { resource in
            do throws(AdminRefusal) {
                guard broker.isAllowed(.alterConfigs, .topic(resource.resourceName), context) else {
                    throw AdminRefusal(.topicAuthorizationFailed)
                }
                let configs = try changed(resource, broker)
                if !request.validateOnly { broker.topics.update(resource.resourceName) { $0.configs = configs } }
                return AdminRefusal(.noError)
            } catch {
                return error
            }
        }
    }

    static func refusal(
        _ request: IncrementalAlterConfigsRequest, _ code: ErrorCode
    ) -> IncrementalAlterConfigsResponse {
        response(request) { _ in AdminRefusal(code) }
    }

    private static func changed(
        _ resource: IncrementalAlterConfigsRequest.AlterConfigsResource, _ broker: isolated EmbeddedBroker
    ) throws(AdminRefusal) -> TopicConfigs {
        guard resource.resourceType == topicResource else {
            throw AdminRefusal(.invalidRequest, "This broker alters configs of topics only.")
        }
        guard var configs = broker.topics[resource.resourceName]?.configs else {
            throw AdminRefusal(.unknownTopicOrPartition, "The topic '\(resource.resourceName)' does not exist.")
        }
        let names = resource.configs.map(\.name)
        guard Set(names).count == names.count else {
            throw AdminRefusal(.invalidRequest, "Error due to duplicate config keys")
        }
        for change in resource.configs {
            guard let operation = TopicConfigs.Operation(rawValue: change.configOperation) else {
                throw AdminRefusal(.unknownServerError)
            }
            if change.value == nil && operation != .delete {
                throw AdminRefusal(
                    .invalidRequest, "Null value not supported for : \(change.name)")
            }
            try configs.apply(operation, change.name, change.value)
        }
        return configs
    }

    private static func response(
        _ request: IncrementalAlterConfigsRequest,
        _ outcome: (IncrementalAlterConfigsRequest.AlterConfigsResource) -> AdminRefusal
    ) -> IncrementalAlterConfigsResponse {
        IncrementalAlterConfigsResponse {
            $0.responses = request.resources.map { resource in
                let outcome = outcome(resource)
                return IncrementalAlterConfigsResponse.AlterConfigsResourceResponse {
                    $0.resourceType = resource.resourceType
                    $0.resourceName = resource.resourceName
                    $0.errorCode = outcome.code.rawValue
                    $0.errorMessage = outcome.message
                }
            }
        }
    }
}
