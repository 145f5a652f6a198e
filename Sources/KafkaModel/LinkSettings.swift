/// How a link works beside copying records, as `apply` stores it and workers follow it; holds no secret.
///
/// Scalars keep Cluster Linking's names and their written text, so a link can be described in its users' words.
package struct LinkSettings: Hashable, Sendable, Codable {
    /// Configs that are set, by Cluster Linking's name; everything else has its default.
    package var configs: [String: String]
    /// Filters for mirror topics made without an entry of their own; nil = switched off.
    package var topicFilters: TopicFilters?
    /// Filters for consumer groups whose offsets are synced; nil = switched off.
    package var groupFilters: TopicFilters?
    /// Replicas of new mirror topics; nil = the destination's default.
    package var replicationFactor: Int16?
    /// Source topics that the filters select although their entries say ABSENT, sorted; nil for none.
    ///
    /// Workers know the filters and not the entries: what an apply deletes must not come back by a filter.
    package var notAutoCreated: [String]?
    /// Filters for the ACLs that are synced; nil = switched off.
    package var aclFilters: AclFilters?
    /// Which ACLs of the destination may be removed; nil = `owned`.
    package var aclPrune: AclPrune?

    /// Settings of their parts.
    package init(
        configs: [String: String] = [:], topicFilters: TopicFilters? = nil, groupFilters: TopicFilters? = nil,
        aclFilters: AclFilters? = nil, aclPrune: AclPrune? = nil
    ) {
        self.configs = configs
        self.topicFilters = topicFilters
        self.groupFilters = groupFilters
        self.aclFilters = aclFilters
        self.aclPrune = aclPrune
    }

    /// Default of each config that has one, by name: Cluster Linking's, but for those in `otherDefaults`.
    package static let defaults = [
        "acl.sync.enable": "false",
        "acl.sync.ms": "5000",
        "availability.check.consecutive.failure.threshold": "5",
        "availability.check.ms": "60000",
        "cluster.link.retry.timeout.ms": "300000",
        "consumer.group.prefix.enable": "false",
        "consumer.offset.sync.enable": "false",
        "consumer.offset.sync.ms": "30000",
        "metadata.max.age.ms": "300000",
        "num.cluster.link.fetchers": "1",
        "replica.fetch.backoff.ms": "100",
        "replica.fetch.max.bytes": "1048576",
        "replica.fetch.min.bytes": "1",
        "replica.fetch.response.max.bytes": "8388608",
        "replica.fetch.wait.max.ms": "500",
        "replica.socket.timeout.ms": "15000",
        "topic.config.sync.include": SyncedConfigs.defaultInclude.text,
        "topic.config.sync.ms": "5000",
    ]

    /// What Cluster Linking has where the default is Lockstep's own, chosen by measurement, by name.
    package static let otherDefaults = [
        "replica.fetch.backoff.ms": "1000",
        "replica.fetch.response.max.bytes": "10485760",
        "replica.socket.timeout.ms": "30000",
    ]

    /// How late a new source topic or partition may be noticed, in milliseconds (`metadata.max.age.ms`).
    package var metadataMaxAgeMs: Int64 { milliseconds("metadata.max.age.ms") }

    /// How often the source is asked whether it answers, in milliseconds (`availability.check.ms`).
    package var availabilityCheckMs: Int64 { milliseconds("availability.check.ms") }

    /// Failed checks in a row before the link is UNAVAILABLE.
    package var availabilityThreshold: Int64 { milliseconds("availability.check.consecutive.failure.threshold") }

    /// Time between two looks at the settings of mirror topics, in milliseconds (`topic.config.sync.ms`).
    package var topicConfigSyncMs: Int64 { milliseconds("topic.config.sync.ms") }

    /// The topic settings that follow the source (`topic.config.sync.include`).
    package var topicConfigInclude: TopicConfigInclude {
        effective("topic.config.sync.include").map { TopicConfigInclude($0) } ?? SyncedConfigs.defaultInclude
    }

    /// Whether committed offsets of consumer groups are synced (`consumer.offset.sync.enable`).
    package var isOffsetSyncEnabled: Bool { effective("consumer.offset.sync.enable") == "true" }

    /// Time between two syncs of group offsets, in milliseconds (`consumer.offset.sync.ms`).
    package var offsetSyncMs: Int64 { milliseconds("consumer.offset.sync.ms") }

    /// Whether groups get the link's prefix on the destination as topics do (`consumer.group.prefix.enable`).
    package var isGroupPrefixEnabled: Bool { effective("consumer.group.prefix.enable") == "true" }

    /// Whether ACLs are synced (`acl.sync.enable`).
    package var syncsAcls: Bool { effective("acl.sync.enable") == "true" && aclFilters != nil }

    /// How often ACLs are synced, in milliseconds (`acl.sync.ms`).
    package var aclSyncMs: Int64 { milliseconds("acl.sync.ms") }

    /// Time from the start of one pass of a task to that of the next, in milliseconds; nil while it is switched off.
    package func intervalMs(of task: LinkTaskName) -> Int64? {
        switch task {
        case .consumerOffsetSync: isOffsetSyncEnabled ? offsetSyncMs : nil
        case .aclSync: syncsAcls ? aclSyncMs : nil
        case .topicConfigsSync: topicConfigSyncMs
        case .autoCreateMirror: topicFilters == nil ? nil : metadataMaxAgeMs
        case .availabilityCheck: availabilityCheckMs
        }
    }

    /// A config as it takes effect: the text that is set, or the default; nil when it has neither.
    package func effective(_ name: String) -> String? { configs[name] ?? Self.defaults[name] }

    /// A config of milliseconds; texts were checked before they were stored.
    private func milliseconds(_ name: String) -> Int64 { effective(name).flatMap { Int64($0) } ?? .max }

    /// Everything that is set, by name, in words for people.
    package var described: [String: String] {
        var words = configs
        words["auto.create.mirror.topics.filters"] = topicFilters?.described
        words["consumer.offset.group.filters"] = groupFilters?.described
        words["replicationFactor"] = replicationFactor.map { "\($0)" }
        words["auto.create.mirror.topics.except"] = notAutoCreated?.joined(separator: ", ")
        words["acl.filters"] = aclFilters?.described
        words["policy.aclPrune"] = aclPrune?.rawValue
        return words
    }

    /// One setting that differs, in words for people; nil where it is not set.
    package struct Difference: Hashable, Sendable {
        /// Cluster Linking's name of it.
        package var name: String
        /// What is set now.
        package var from: String?
        /// What is wanted.
        package var to: String?
    }

    /// What changes from these settings to `wanted`, by name.
    package func differences(to wanted: LinkSettings) -> [Difference] {
        let (old, new) = (described, wanted.described)
        return Set(old.keys).union(new.keys).sorted().compactMap { name in
            old[name] == new[name] ? nil : Difference(name: name, from: old[name], to: new[name])
        }
    }
}

extension TopicFilters {
    /// The entries in words, such as `include orders. (PREFIXED), exclude orders.tmp. (PREFIXED)`.
    package var described: String {
        entries.map { "\($0.filterType.rawValue.lowercased()) \($0.name) (\($0.patternType.rawValue))" }
            .joined(separator: ", ")
    }
}
