/// A topic as a cluster describes it.
package struct LiveTopic: Hashable, Sendable, Codable {
    /// Name of the topic.
    package var name: String
    /// Topic id in Kafka's base64 form; nil when the cluster has none (before 2.8).
    package var topicId: String?
    /// Number of partitions.
    package var partitionCount: Int
    /// Replicas of partition 0.
    package var replicationFactor: Int
    /// Configs as they take effect: those set on the topic, and the defaults of the settings a mirror syncs.
    package var configs: [String: String]
    /// The names in `configs` that are set on the topic itself.
    package var overriddenConfigs: Set<String>

    /// A topic of its parts.
    package init(
        name: String, topicId: String?, partitionCount: Int, replicationFactor: Int, configs: [String: String] = [:],
        overriddenConfigs: Set<String> = []
    ) {
        self.name = name
        self.topicId = topicId
        self.partitionCount = partitionCount
        self.replicationFactor = replicationFactor
        self.configs = configs
        self.overriddenConfigs = overriddenConfigs
    }
}

/// What a cluster answers when it is asked for one topic by name.
///
/// Absence is proven by name only: a list may leave out what the principal may not see.
package enum TopicPresence: Hashable, Sendable {
    /// The topic exists.
    case present(LiveTopic)
    /// "Unknown topic": it does not exist.
    case absent
    /// The cluster will not say; the reason in words.
    case unreadable(String)
}
