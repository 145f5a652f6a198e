import KafkaProtocol

/// Tells the configs of topics, with defaults as a 4.x broker has them, and a few of the broker's own.
enum DescribeConfigsHandler: RequestHandler {
    typealias Request = DescribeConfigsRequest

    private static let topicResource: Int8 = 2
    private static let brokerResource: Int8 = 4

    static func answer(
        _ request: DescribeConfigsRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> DescribeConfigsResponse {
        DescribeConfigsResponse {
            $0.results = request.resources.map { resource in
                var result = DescribeConfigsResponse.DescribeConfigsResult()
                result.resourceType = resource.resourceType
                result.resourceName = resource.resourceName
                result.errorMessage = nil
                do throws(AdminRefusal) {
                    try authorize(resource, context, broker)
                    result.configs = try configs(of: resource, request, broker)
                } catch {
                    result.errorCode = error.code.rawValue
                    result.errorMessage = error.message
                }
                return result
            }
        }
    }

    static func refusal(_ request: DescribeConfigsRequest, _ code: ErrorCode) -> DescribeConfigsResponse {
        DescribeConfigsResponse {
            $0.results = request.resources.map { resource in
                DescribeConfigsResponse.DescribeConfigsResult {
                    $0.errorCode = code.rawValue
                    $0.errorMessage = nil
                    $0.resourceType = resource.resourceType
                    $0.resourceName = resource.resourceName
                }
            }
        }
    }

    private static func authorize(
        _ resource: DescribeConfigsRequest.DescribeConfigsResource, _ context: RequestContext,
        _ broker: isolated EmbeddedBroker
    ) throws(AdminRefusal) {
        switch resource.resourceType {
        case topicResource where !broker.isAllowed(.describeConfigs, .topic(resource.resourceName), context):
            throw AdminRefusal(.topicAuthorizationFailed, "Topic authorization failed.")
        case brokerResource where !broker.isAllowed(.describeConfigs, .cluster, context):
            throw AdminRefusal(.clusterAuthorizationFailed, "Cluster authorization failed.")
        default: break
        }
    }

    private static func configs(
        of resource: DescribeConfigsRequest.DescribeConfigsResource, _ request: DescribeConfigsRequest,
        _ broker: isolated EmbeddedBroker
    ) throws(AdminRefusal) -> [DescribeConfigsResponse.DescribeConfigsResourceResult] {
        // No key at all asks for every config.
        let keys = resource.configurationKeys.flatMap { $0.isEmpty ? nil : Set($0) }
        func isAsked(_ name: String) -> Bool { keys?.contains(name) ?? true }
        switch resource.resourceType {
        case topicResource:
            if let complaint = Topic.complaint(aboutName: resource.resourceName) {
                throw AdminRefusal(.invalidTopicException, complaint)
            }
            guard let topic = broker.topics[resource.resourceName] else {
                throw AdminRefusal(.unknownTopicOrPartition, "")
            }
            return TopicConfigDefinition.all.filter { isAsked($0.name) }
                .map { described($0, topic.configs, withSynonyms: request.includeSynonyms) }
        case brokerResource:
            guard resource.resourceName.isEmpty || resource.resourceName == "\(broker.options.nodeId)" else {
                throw AdminRefusal(
                    .invalidRequest,
                    "Unexpected broker id, expected \(broker.options.nodeId) or empty string, but received "
                        + resource.resourceName)
            }
            // The cluster-wide defaults, the resource without a name, are all unset.
            let entries = resource.resourceName.isEmpty ? [] : BrokerConfigs.entries(broker.options)
            return entries.filter { isAsked($0.name) }.map(described)
        default:
            throw AdminRefusal(.invalidRequest, "Unsupported resource type: \(resource.resourceType)")
        }
    }

    private static func described(
        _ definition: TopicConfigDefinition, _ configs: TopicConfigs, withSynonyms: Bool
    ) -> DescribeConfigsResponse.DescribeConfigsResourceResult {
        DescribeConfigsResponse.DescribeConfigsResourceResult {
            $0.name = definition.name
            $0.value = configs.value(definition.name)
            $0.configSource = ConfigSource(definition.name, configs).rawValue
            $0.configType = definition.kind.code
            $0.documentation = nil
            guard withSynonyms else { return }
            if let value = configs.values[definition.name] {
                $0.synonyms.append(synonym(definition.name, value, .dynamicTopicConfig))
            }
            if let name = definition.brokerName {
                $0.synonyms.append(synonym(name, definition.defaultValue, .defaultConfig))
            }
        }
    }

    private static func synonym(
        _ name: String, _ value: String, _ source: ConfigSource
    ) -> DescribeConfigsResponse.DescribeConfigsSynonym {
        DescribeConfigsResponse.DescribeConfigsSynonym {
            $0.name = name
            $0.value = value
            $0.source = source.rawValue
        }
    }

    private static func described(
        _ entry: BrokerConfigs.Entry
    ) -> DescribeConfigsResponse.DescribeConfigsResourceResult {
        DescribeConfigsResponse.DescribeConfigsResourceResult {
            $0.name = entry.name
            $0.value = entry.value
            $0.readOnly = true
            $0.configSource = (entry.isSet ? ConfigSource.staticBrokerConfig : .defaultConfig).rawValue
            $0.configType = entry.kind.code
            $0.documentation = nil
        }
    }
}
