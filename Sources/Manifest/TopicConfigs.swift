import Diagnostics
import KafkaModel
import YAMLDocument

/// Topic configs of a mirror topic's entry: known keys are type-checked, the broker decides about the others.
enum TopicConfigs {
    static let table = ConfigTable(
        "topic config", compaction + retention + log + replication, passesUnknownOn: true)

    static let shape = table.shape

    private static let notNegative: ConfigKey.Kind = .integer(0...Int64.max)
    private static let positive: ConfigKey.Kind = .integer(1...Int64.max)
    private static let size: ConfigKey.Kind = .integer(0...Int64(Int32.max))

    private static let compaction = [
        ConfigKey(
            "cleanup.policy", .word(["delete", "compact", "compact,delete", "delete,compact"]), .used,
            "What happens to old records."),
        ConfigKey("delete.retention.ms", notNegative, .used, "How long tombstones stay."),
        ConfigKey("max.compaction.lag.ms", positive, .used, "Latest time at which a record is compacted."),
        ConfigKey("min.cleanable.dirty.ratio", .text, .used, "Share of a log that waits before it is compacted."),
        ConfigKey("min.compaction.lag.ms", notNegative, .used, "How long a record stays uncompacted."),
    ]

    private static let retention = [
        ConfigKey("local.retention.bytes", .integer(-2...Int64.max), .used, "Most bytes kept on the brokers' disks."),
        ConfigKey("local.retention.ms", .integer(-2...Int64.max), .used, "How long records stay on brokers' disks."),
        ConfigKey("remote.log.copy.disable", .boolean, .used, "Whether nothing more goes to tiered storage."),
        ConfigKey("remote.log.delete.on.disable", .boolean, .used, "Whether tiered data goes with the feature."),
        ConfigKey("remote.storage.enable", .boolean, .used, "Whether tiered storage is used."),
        ConfigKey("retention.bytes", .integer(-1...Int64.max), .used, "Most bytes kept of a partition."),
        ConfigKey("retention.ms", .integer(-1...Int64.max), .used, "How long records are kept."),
    ]

    private static let log = [
        ConfigKey("compression.gzip.level", .integer(-1...9), .used, "Level of gzip."),
        ConfigKey("compression.lz4.level", .integer(1...17), .used, "Level of LZ4."),
        ConfigKey(
            "compression.type", .word(["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]), .used,
            "How batches are stored."),
        ConfigKey("compression.zstd.level", .integer(-131_072...22), .used, "Level of Zstandard."),
        ConfigKey("file.delete.delay.ms", notNegative, .used, "Pause before a deleted segment leaves the disk."),
        ConfigKey("flush.messages", positive, .used, "Records after which the log is flushed."),
        ConfigKey("flush.ms", notNegative, .used, "Time after which the log is flushed."),
        ConfigKey("index.interval.bytes", size, .used, "Bytes between two entries of the index."),
        ConfigKey("max.message.bytes", size, .used, "Largest record batch."),
        ConfigKey("message.downconversion.enable", .boolean, .used, "Whether old consumers are served."),
        ConfigKey("message.timestamp.after.max.ms", notNegative, .used, "How far ahead timestamps may be."),
        ConfigKey("message.timestamp.before.max.ms", notNegative, .used, "How old timestamps may be."),
        ConfigKey("message.timestamp.difference.max.ms", notNegative, .used, "How far off timestamps may be."),
        ConfigKey(
            "message.timestamp.type", .word(["CreateTime", "LogAppendTime"]), .used, "Whose time records carry."),
        ConfigKey("preallocate", .boolean, .used, "Whether segments get their space at once."),
        ConfigKey("segment.bytes", .integer(14...Int64(Int32.max)), .used, "Size of a log segment."),
        ConfigKey("segment.index.bytes", .integer(4...Int64(Int32.max)), .used, "Size of a segment's index."),
        ConfigKey("segment.jitter.ms", notNegative, .used, "Random part of the age of a log segment."),
        ConfigKey("segment.ms", positive, .used, "Age of a log segment."),
    ]

    private static let byTools: ConfigKey.Standing = .notAvailable(
        unless: nil, hint: "Kafka's tools set it while partitions move; remove it")

    private static let replication = [
        ConfigKey("follower.replication.throttled.replicas", .text, byTools, "Replicas with a throttle."),
        ConfigKey("leader.replication.throttled.replicas", .text, byTools, "Replicas with a throttle."),
        ConfigKey("min.insync.replicas", .integer(1...Int64(Int32.max)), .used, "Replicas that must have a record."),
        ConfigKey("unclean.leader.election.enable", .boolean, .used, "Whether a replica that lags may lead."),
    ]

    /// The overrides of an entry, without those that follow the source of its link (which are reported).
    static func overrides(
        of entry: MirrorTopicEntry, include: TopicConfigInclude, at list: YAMLSpot?
    ) -> [String: String?] {
        var overrides: [String: String?] = [:]
        for (name, located) in entry.configs {
            guard !include.contains(name) || SyncedConfigs.deferred.contains(name) else {
                report(name, of: entry.name.value, located.spot, include, at: list)
                continue
            }
            overrides[name] = .some(located.value.map { table.keys[name]?.canonical($0) ?? $0 })
        }
        return overrides
    }

    private static func report(
        _ name: String, of topic: String, _ spot: YAMLSpot, _ include: TopicConfigInclude, at list: YAMLSpot?
    ) {
        let isAlways = SyncedConfigs.always.contains(name) || SyncedConfigs.timestampBounds.contains(name)
        let rest = TopicConfigInclude(names: include.names.subtracting([name])).text
        spot.report(
            ManifestCode.configOverride,
            "topic config \"\(name)\" of mirror topic \"\(topic)\" \(isAlways ? "always " : "")follows the source",
            hint: isAlways ? "remove it" : "to set it here, take it out: topic.config.sync.include: \"\(rest)\"",
            related: isAlways ? [] : list.map { [.init($0.place, "the list")] } ?? [])
    }
}

/// The value of `topic.config.sync.include`.
enum TopicConfigNames {
    /// Whether it is a list that can work; otherwise everything that is wrong was reported.
    static func check(_ text: String, _ entry: YAMLEntry) -> Bool {
        let include = TopicConfigInclude(text)
        for problem in include.problems {
            switch problem {
            case .missing(let names):
                let list = TopicConfigInclude(names: include.names.union(names)).text
                entry.value.spot.report(
                    ManifestCode.badValue,
                    "config \"\(entry.key)\" lacks \(names.joined(separator: " and ")), which always "
                        + "\(names.count == 1 ? "follows" : "follow") the source",
                    hint: "write \"\(list)\"")
            case .unknown(let name):
                entry.value.spot.report(
                    ManifestCode.badValue,
                    "config \"\(entry.key)\" names \"\(name)\", which is no topic config to sync",
                    hint: DidYouMean.hint(for: name, among: SyncedConfigs.all))
            case .refused(let name, let why):
                entry.value.spot.report(
                    ManifestCode.badValue, "config \"\(entry.key)\" names \"\(name)\", which is never synced: \(why)",
                    hint: "remove it from the list")
            }
        }
        return include.problems.isEmpty
    }
}
