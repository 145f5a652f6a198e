/// Cluster Linking's link configs, with its names.
extension ConfigTable {
    static let linkConfigs = ConfigTable(
        "config", LinkConfig.all,
        groups: [
            ("sasl.", .elsewhere("the Cluster manifest of the source")),
            ("ssl.", .elsewhere("the Cluster manifest of the source")),
            (
                "local.",
                .notAvailable(
                    unless: nil,
                    hint: "it is for connections that the source opens; here the destination's side opens them all")
            ),
            ("reverse.", .notAvailable(unless: nil, hint: "links are not reversed; declare a second link back")),
            (
                "confluent.",
                .notAvailable(unless: nil, hint: "it is a setting of Confluent Server's brokers, and none is needed")
            ),
            ("password.encoder.", .notAvailable(unless: nil, hint: "no secret is stored, so none is encoded")),
            ("schema.registry.", .notAvailable(unless: nil, hint: "schemas are not linked")),
        ])
}

private enum LinkConfig {
    private static let interval: ConfigKey.Kind = .integer(1000...Int64(Int32.max))
    private static let positive: ConfigKey.Kind = .integer(1...Int64(Int32.max))
    private static let derived: ConfigKey.Standing = .notAvailable(
        unless: nil, hint: "it is found out, never set; \"lockstep describe\" shows it")
    private static let sourceCluster: ConfigKey.Standing = .elsewhere("the Cluster manifest of the source")

    /// A link is refused what a `Cluster` only warns of: here it would stand beside configs that all do something.
    private static func withoutEffect(_ reason: String) -> ConfigKey.Standing {
        .notAvailable(unless: nil, hint: reason)
    }

    static let all = identity + syncs + availability

    private static let identity = [
        ConfigKey(
            "link.mode", .word(["DESTINATION", "SOURCE", "BIDIRECTIONAL"]),
            .notAvailable(unless: "DESTINATION", hint: "links read from the source; remove it"),
            "Role of the cluster."),
        ConfigKey(
            "connection.mode", .word(["OUTBOUND", "INBOUND"]),
            .notAvailable(unless: "OUTBOUND", hint: "links read from the source; remove it"), "Who connects to whom."),
        ConfigKey("bootstrap.servers", .text, sourceCluster, "Belongs into the Cluster manifest."),
        ConfigKey("security.protocol", .text, sourceCluster, "Belongs into the Cluster manifest."),
        ConfigKey("cluster.link.prefix", .text, .elsewhere("spec.mirrorTopicOptions.prefix"), "Use prefix."),
        ConfigKey("cluster.link.paused", .boolean, .alias("spec.state"), "Whether the whole link stands still."),
        ConfigKey(
            "local.listener.name", .text,
            .notAvailable(unless: nil, hint: "no broker opens connections for a link, so none has a listener for it"),
            "Listener for connections that the other side opens."),
        ConfigKey("remote.link.connection.mode", .text, derived, "Who connects to whom, as the other side has it."),
        ConfigKey("dest.cluster.id", .text, derived, "Id of the destination."),
        ConfigKey("cluster.link.id", .text, derived, "Id of the link."),
        ConfigKey("link.prefix", .text, derived, "Prefix of mirror names."),
        ConfigKey(
            "mirror.start.offset.spec", .text, .elsewhere("spec.mirrorTopicOptions.startOffset"), "Use startOffset."),
    ]

    private static let syncs = [
        ConfigKey("metadata.max.age.ms", interval, .used, "How late a new source topic or partition may be noticed."),
        ConfigKey(
            "auto.create.mirror.topics.enable", .boolean,
            .elsewhere("spec.mirrorTopicOptions.autoCreateTopics.enabled"), "Use autoCreateTopics."),
        ConfigKey(
            "auto.create.mirror.topics.filters", .text,
            .elsewhere("spec.mirrorTopicOptions.autoCreateTopics.topicFilters"), "Use autoCreateTopics."),
        ConfigKey("consumer.offset.sync.enable", .boolean, .used, "Sync consumer group offsets."),
        ConfigKey("consumer.offset.sync.ms", interval, .used, "How often group offsets are synced."),
        ConfigKey("consumer.offset.group.filters", .text, .elsewhere("spec.consumerGroupFilters"), "Use the filters."),
        ConfigKey("consumer.group.prefix.enable", .boolean, .used, "Put the link's prefix in front of synced groups."),
        ConfigKey("acl.sync.enable", .boolean, .used, "Sync ACLs."),
        ConfigKey("acl.sync.ms", interval, .used, "How often ACLs are synced."),
        ConfigKey("acl.filters", .text, .elsewhere("spec.aclFilters"), "Use the filters."),
        ConfigKey("topic.config.sync.ms", interval, .used, "How often topic configs are synced."),
        ConfigKey(
            "topic.config.sync.include", .topicConfigNames, .used, "Which topic configs follow the source, by commas."),
    ]

    private static let availability = [
        ConfigKey(
            "availability.check.ms", interval, .used, "How often the link's worker asks whether the source answers."),
        ConfigKey(
            "availability.check.consecutive.failure.threshold", positive, .used,
            "Failed checks in a row before the link is UNAVAILABLE."),
        ConfigKey(
            "cluster.link.retry.timeout.ms", positive, .used,
            "How long a source may be away before SOURCE_UNAVAILABLE becomes FAILED; it is retried all the same."),
        ConfigKey("num.cluster.link.fetchers", .integer(1...64), .used, "Fetches at a time from each source broker."),
        ConfigKey("replica.fetch.max.bytes", positive, .used, "Most bytes of one partition in a fetch."),
        ConfigKey("replica.fetch.min.bytes", positive, .used, "Fewest bytes a fetch waits for."),
        ConfigKey("replica.fetch.wait.max.ms", positive, .used, "How long a fetch waits for them."),
        ConfigKey("replica.fetch.response.max.bytes", positive, .used, "Most bytes of one fetch response."),
        ConfigKey("replica.fetch.backoff.ms", positive, .used, "First pause after a failure; it doubles up to 5 s."),
        ConfigKey("replica.socket.timeout.ms", positive, .used, "How long a fetch may take beyond its wait."),
        ConfigKey(
            "replica.socket.receive.buffer.bytes", positive,
            .notAvailable(unless: nil, hint: "the system sizes receive buffers by itself, better than a fixed number"),
            "Size of the receive buffer."),
        ConfigKey("request.timeout.ms", positive, sourceCluster, "Use properties of the Cluster manifest."),
        ConfigKey(
            "default.api.timeout.ms", positive, withoutEffect(ConnectionPropertyReason.wholeCall),
            "How long one admin call may take in all."),
        ConfigKey(
            "connections.max.idle.ms", positive, withoutEffect(ConnectionPropertyReason.idle),
            "Closes connections that are idle this long."),
        ConfigKey(
            "client.dns.lookup", .text,
            .notAvailable(unless: "use_all_dns_ips", hint: ConnectionPropertyReason.dnsLookup),
            "How host names become addresses."),
        ConfigKey("retry.backoff.ms", positive, sourceCluster, "Use properties of the Cluster manifest."),
        ConfigKey(
            "reconnect.backoff.ms", positive, withoutEffect(ConnectionPropertyReason.reconnect),
            "First pause before connecting again."),
        ConfigKey(
            "reconnect.backoff.max.ms", positive, withoutEffect(ConnectionPropertyReason.longestReconnect),
            "Longest pause before connecting again."),
        ConfigKey("socket.connection.setup.timeout.ms", positive, sourceCluster, "Use properties of the Cluster."),
        ConfigKey(
            "socket.connection.setup.timeout.max.ms", positive, withoutEffect(ConnectionPropertyReason.longestSetup),
            "Longest time to set up a connection."),
    ]
}
