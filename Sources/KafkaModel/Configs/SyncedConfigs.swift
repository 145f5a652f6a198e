/// Which topic settings may follow the source, in Cluster Linking's words (`topic.config.sync.include`).
package enum SyncedConfigs {
    /// The always-synced settings: every list names them.
    package static let always = [
        "cleanup.policy", "max.message.bytes", "message.timestamp.difference.max.ms", "message.timestamp.type",
    ]

    /// Those of the always-synced settings that a mirror has with the source's value while it is one.
    ///
    /// With another `cleanup.policy` it would keep other records than the source; with a smaller `max.message.bytes` it
    /// would refuse batches that the source has. The value counts, also where it is the source brokers' default.
    package static let taken = ["cleanup.policy", "max.message.bytes"]

    /// How far a record's timestamp may lie in the past and the future, under all its names.
    ///
    /// One setting up to Kafka 3.5, two since 3.6 (KIP-937), and since 4.0 the one is gone. A list that names either
    /// form means all of them.
    package static let timestampBounds = [
        "message.timestamp.after.max.ms", "message.timestamp.before.max.ms", "message.timestamp.difference.max.ms",
    ]

    /// What a mirror keeps at a value of its own while it is one, beside the timestamp settings.
    package static let deferred = ["compression.type", "retention.bytes", "retention.ms"]

    /// All other settings that a list may name.
    private static let optional = [
        "compression.gzip.level", "compression.lz4.level", "compression.zstd.level", "delete.retention.ms",
        "file.delete.delay.ms", "flush.messages", "flush.ms", "index.interval.bytes", "max.compaction.lag.ms",
        "message.downconversion.enable", "min.cleanable.dirty.ratio", "min.compaction.lag.ms", "min.insync.replicas",
        "preallocate", "segment.bytes", "segment.index.bytes", "segment.jitter.ms", "segment.ms",
        "unclean.leader.election.enable",
    ]

    /// Every setting that a list may name.
    package static let all = Set(always + timestampBounds + deferred + optional)

    /// The list that holds when none is set.
    ///
    /// The always-synced settings, and what decides how long records live and how they are stored: compaction,
    /// retention, compression. The rest (segments, flushing, in-sync replicas) fits a cluster rather than its data.
    package static let defaultInclude = TopicConfigInclude(
        names: Set(always + deferred + ["delete.retention.ms", "max.compaction.lag.ms", "min.compaction.lag.ms"]))

    /// Why no list may name a setting that Kafka has, as part of a sentence; nil when a list may, or none is known.
    package static func refusal(_ name: String) -> String? {
        switch name {
        case "leader.replication.throttled.replicas", "follower.replication.throttled.replicas":
            return "throttles are each cluster's own"
        case "remote.storage.enable", "remote.log.copy.disable", "remote.log.delete.on.disable", "local.retention.ms",
            "local.retention.bytes":
            return "tiered storage is each cluster's own"
        case "message.format.version":
            return "records keep the format they have, and Kafka 4 has no such setting"
        default:
            return name.hasPrefix("confluent.") ? "Apache Kafka has no such setting" : nil
        }
    }
}
