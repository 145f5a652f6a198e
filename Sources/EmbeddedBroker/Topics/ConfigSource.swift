/// Where a config value comes from, by Kafka's number (`DescribeConfigsResponse.ConfigSource`).
enum ConfigSource: Int8 {
    /// Set on the topic.
    case dynamicTopicConfig = 1
    /// In the broker's own configuration.
    case staticBrokerConfig = 4
    /// Kafka's default.
    case defaultConfig = 5

    /// The source of a topic's config.
    init(_ name: String, _ configs: TopicConfigs) {
        self = configs.values[name] == nil ? .defaultConfig : .dynamicTopicConfig
    }
}
