import KafkaModel
import YAMLDocument

/// A `mirrorTopics` entry as read, before it is known which link it belongs to.
struct MirrorTopicEntry {
    let name: Located<String>
    let sourceName: Located<String>?
    let state: Located<MirrorTopicSpec.State>?
    /// Overrides as written, by name; a value of nil stands for null.
    let configs: [String: Located<String?>]
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
        "configs", "Topic configs of the mirror that differ from the source; null removes one.", TopicConfigs.shape)

    static let all: [any FieldDescription] = [name, sourceTopicName, state, configs]

    static let entry = Shape<MirrorTopicEntry>.object(all) { reader in
        let name = reader.take(Self.name)
        let sourceName = reader.take(sourceTopicName)
        let state = reader.take(Self.state)
        let configs = reader.take(Self.configs)?.value ?? [:]
        guard let name else { return nil }
        return MirrorTopicEntry(
            name: name, sourceName: sourceName, state: state, configs: configs, spot: reader.spot)
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
