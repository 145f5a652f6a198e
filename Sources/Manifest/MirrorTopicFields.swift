import KafkaModel
import YAMLDocument

/// A `mirrorTopics` entry as read, before it is known which link it belongs to.
struct MirrorTopicEntry {
    let name: Located<String>
    let sourceName: Located<String>?
    let state: Located<MirrorTopicSpec.State>?
    let spot: YAMLSpot
}

/// The fields of an entry of `mirrorTopics`.
enum MirrorTopicFields {
    static let name = Field(
        "name", "Name on the destination: the link's prefix and the source's name.", Shape<String>.topicName,
        required: true)
    static let sourceTopicName = Field(
        "sourceTopicName", "Name on the source; by default the name without the link's prefix.", Shape<String>.topicName
    )
    static let state = Field(
        "state", "PROMOTED and FAILED_OVER are one-way; ABSENT deletes the mirror topic.", MirrorTopicFields.stateShape,
        fallback: "ACTIVE")
    static let configs = Field(
        "configs", "Topic configs of the mirror that differ from the source; null removes one.", TopicConfigs.shape,
        unavailable: { !$0.isEmpty }, hint: "mirror topics have their source's configs for now; remove it")

    static let all: [any FieldDescription] = [name, sourceTopicName, state, configs]

    static let entry = Shape<MirrorTopicEntry>.object(all) { reader in
        let name = reader.take(Self.name)
        let sourceName = reader.take(sourceTopicName)
        let state = reader.take(Self.state)
        _ = reader.take(configs)
        guard let name else { return nil }
        return MirrorTopicEntry(name: name, sourceName: sourceName, state: state, spot: reader.spot)
    }

    static let list = Shape<[Located<MirrorTopicEntry>]>.list(of: entry)

    /// The words of Confluent for Kubernetes, Terraform and Redpanda are accepted as well.
    private static let stateShape = Shape<MirrorTopicSpec.State>.choice(
        [
            "ACTIVE": .active, "PAUSED": .paused, "PROMOTED": .promoted, "FAILED_OVER": .failedOver, "ABSENT": .absent,
        ],
        synonyms: [
            "PAUSE": .paused, "PROMOTE": .promoted, "FAILOVER": .failedOver, "FAILED OVER": .failedOver,
        ],
        refused: [
            "FAILED": "FAILED is observed, never desired; FAILED_OVER ends mirroring now",
            "FAULTED": "FAULTED is observed, never desired; FAILED_OVER ends mirroring now",
            "STOPPED": "STOPPED is observed; PROMOTED and FAILED_OVER lead to it",
            "PENDING_STOPPED": "PENDING_STOPPED is observed; PROMOTED and FAILED_OVER lead to it",
            "PROMOTING": "PROMOTING is observed; write PROMOTED",
            "FAILING_OVER": "FAILING_OVER is observed; write FAILED_OVER",
            "FAILING OVER": "FAILING OVER is observed; write FAILED_OVER",
            "DELETED": "write ABSENT to delete the mirror topic",
        ])
}

/// Topic configs: known keys are type-checked, the broker decides about the others.
enum TopicConfigs {
    private static let milliseconds: ConfigKey.Kind = .integer(-1...Int64.max)
    private static let positive: ConfigKey.Kind = .integer(1...Int64(Int32.max))

    static let shape = ConfigTable(
        "topic config",
        [
            ConfigKey(
                "cleanup.policy", .word(["delete", "compact", "compact,delete", "delete,compact"]), .used,
                "What happens to old records."),
            ConfigKey("delete.retention.ms", .integer(0...Int64.max), .used, "How long tombstones stay."),
            ConfigKey("max.message.bytes", .integer(0...Int64(Int32.max)), .used, "Largest record batch."),
            ConfigKey("min.insync.replicas", positive, .used, "Replicas that must have a record."),
            ConfigKey("retention.bytes", .integer(-1...Int64.max), .used, "Most bytes kept of a partition."),
            ConfigKey("retention.ms", milliseconds, .used, "How long records are kept."),
            ConfigKey("segment.bytes", positive, .used, "Size of a log segment."),
            ConfigKey("segment.ms", .integer(1...Int64.max), .used, "Age of a log segment."),
            ConfigKey("unclean.leader.election.enable", .boolean, .used, "Whether a replica that lags may lead."),
        ]
    ).shape
}
