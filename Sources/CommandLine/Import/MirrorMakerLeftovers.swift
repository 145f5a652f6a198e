/// Why settings of MirrorMaker have no place in a link.
enum MirrorMakerLeftovers {
    private static let reasons: [(prefix: String, reason: String)] = [
        ("offset-syncs", "offsets stay equal, so there is nothing to translate"),
        ("offset.lag.max", "offsets stay equal, so there is nothing to translate"),
        ("emit.offset-syncs", "offsets stay equal, so there is nothing to translate"),
        ("emit.heartbeats", "there is no heartbeat topic; lockstep status shows what lives"),
        ("heartbeats", "there is no heartbeat topic; lockstep status shows what lives"),
        ("emit.checkpoints", "offsets stay equal, so there are no checkpoints"),
        ("checkpoints", "offsets stay equal, so there are no checkpoints"),
        ("refresh.groups", "groups are looked up with each sync (consumer.offset.sync.ms)"),
        ("tasks.max", "workers share the partitions; set workers.count"),
        ("config.properties.exclude", "name what follows the source in the config topic.config.sync.include"),
        ("use.defaults.from", "settings that the source does not set are compared as they take effect"),
        ("sync.topic.acls", "declare aclFilters and acl.sync.enable for the ACLs that shall follow"),
        ("sync.topic.configs", "topic configs always follow; name which in topic.config.sync.include"),
        ("replication.policy", "only the prefix of the default policy and no prefix are known"),
        ("producer.", "the mirror's own writes cannot be tuned like a producer"),
        ("consumer.", "the mirror's own reads cannot be tuned like a consumer; see lockstep help configs"),
        ("admin.", "say it for the cluster, without admin."),
        ("exactly.once", "records are never doubled; there is nothing to switch on"),
        ("dedicated.mode", "there is no Connect cluster"),
        ("config.storage", "there is no Connect cluster"), ("status.storage", "there is no Connect cluster"),
        ("offset.storage", "there is no Connect cluster"), ("offset.flush", "there is no Connect cluster"),
        ("key.converter", "records are copied unopened"), ("value.converter", "records are copied unopened"),
        ("header.converter", "records are copied unopened"), ("transforms", "records are copied unopened"),
        ("topic.filter.class", "topics are chosen by filters of names and prefixes"),
        ("group.filter.class", "groups are chosen by filters of names and prefixes"),
        ("forwarding.admin.class", "topics are made with Kafka's own requests"),
        ("metric", "lockstep status shows what is measured"),
    ]

    /// The reason for a setting that nobody knows.
    static let unknown = "it is not known"

    /// The reason for a setting, without the flow or cluster in front of it.
    static func reason(_ name: String) -> String {
        reasons.first { name.hasPrefix($0.prefix) }?.reason ?? unknown
    }
}
