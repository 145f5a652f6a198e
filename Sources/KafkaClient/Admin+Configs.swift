import KafkaModel
import KafkaProtocol

/// A setting of a topic as it takes effect.
package struct TopicConfig: Hashable, Sendable {
    /// The value, as Kafka writes it.
    package var value: String
    /// Whether it is set on the topic itself, not taken from the brokers or Kafka's defaults.
    package var isOverride: Bool

    /// A setting of its parts.
    package init(value: String, isOverride: Bool) {
        self.value = value
        self.isOverride = isOverride
    }
}

extension ClusterClient {
    /// All settings of a topic, by name (needs DESCRIBE_CONFIGS on the topic).
    package func topicConfigs(_ topic: String) async throws(ClientError) -> [String: TopicConfig] {
        try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
            guard let found = try await client.configs(of: [topic])[topic] else {
                throw client.error(.incomplete(.describeConfigs, subject: "topic \(topic)"))
            }
            switch found {
            case .success(let configs): return configs
            case .failure(let error): throw error
            }
        }
    }

    /// All settings of a topic, as the rules for mirrors compare them (needs DESCRIBE_CONFIGS on the topic).
    package func foundConfigs(_ topic: String) async throws(ClientError) -> FoundConfigs {
        let configs = try await topicConfigs(topic)
        return FoundConfigs(
            values: configs.mapValues(\.value), overridden: Set(configs.filter { $0.value.isOverride }.keys))
    }

    /// Sets and removes settings of a topic one by one; others stay as they are (KIP-339).
    ///
    /// - Parameters:
    ///   - topic: name of the topic.
    ///   - set: names and their new values.
    ///   - delete: names that fall back to the brokers' value.
    package func alterConfigs(
        _ topic: String, set: [String: String], delete: [String] = []
    ) async throws(ClientError) {
        var resource = IncrementalAlterConfigsRequest.AlterConfigsResource()
        resource.resourceType = ConfigResource.topic
        resource.resourceName = topic
        for (name, value) in set.sorted(by: { $0.key < $1.key }) {
            var config = IncrementalAlterConfigsRequest.AlterableConfig()
            config.name = name
            config.configOperation = 0
            config.value = value
            resource.configs.append(config)
        }
        for name in delete.sorted() {
            var config = IncrementalAlterConfigsRequest.AlterableConfig()
            config.name = name
            config.configOperation = 1
            config.value = nil
            resource.configs.append(config)
        }
        var request = IncrementalAlterConfigsRequest()
        request.resources = [resource]
        let ask = request
        try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
            // A ZooKeeper cluster takes it at any broker, a KRaft broker forwards it.
            let response = try await client.sendToController(ask)
            guard let answer = response.responses.first(where: { $0.resourceName == topic }) else {
                throw client.error(.incomplete(.incrementalAlterConfigs, subject: "topic \(topic)"))
            }
            try client.check(answer.errorCode, .incrementalAlterConfigs, topic: topic, answer.errorMessage)
        }
    }

    /// Settings of several topics with one request; each topic has its own outcome.
    ///
    /// - Parameter wanted: settings to ask for; nil asks for all.
    func configs(
        of topics: [String], only wanted: Set<String>? = nil
    ) async throws(ClientError) -> [String: Result<[String: TopicConfig], ClientError>] {
        var request = DescribeConfigsRequest()
        request.resources = topics.map { name in
            var resource = DescribeConfigsRequest.DescribeConfigsResource()
            resource.resourceType = ConfigResource.topic
            resource.resourceName = name
            resource.configurationKeys = wanted?.sorted()
            return resource
        }
        let response = try await sendToAny(request)
        var found: [String: Result<[String: TopicConfig], ClientError>] = [:]
        for result in response.results {
            guard result.errorCode == 0 else {
                found[result.resourceName] = .failure(
                    error(
                        .refused(
                            ErrorCode(result.errorCode), .describeConfigs, subject: "topic \(result.resourceName)",
                            message: result.errorMessage)))
                continue
            }
            var configs: [String: TopicConfig] = [:]
            for config in result.configs {
                guard let value = config.value else { continue }
                configs[config.name] = TopicConfig(
                    value: value, isOverride: config.configSource == ConfigResource.sourceTopic)
            }
            found[result.resourceName] = .success(configs)
        }
        return found
    }
}

/// Kafka's numbers for what has settings, and for where a value comes from.
enum ConfigResource {
    /// `ConfigResource.Type.TOPIC`.
    static let topic: Int8 = 2
    /// `ConfigResource.Type.BROKER`.
    static let broker: Int8 = 4
    /// `ConfigSource.DYNAMIC_TOPIC_CONFIG`.
    static let sourceTopic: Int8 = 1
}
