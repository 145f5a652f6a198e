import Diagnostics
import KafkaModel
import YAMLDocument

/// A `ClusterLink`'s spec as read, before references and filter files are looked up.
struct LinkSpecification {
    var source: Located<String>?
    var destination: Located<String>?
    /// nil stands for ABSENT.
    var state: Located<LinkSpec.State?>?
    var options: MirrorOptions?
    var mirrorTopics: [MirrorTopicEntry]
    var workers: LinkWorkers
    var policy: LinkPolicy
    /// Configs as written, by name.
    var configs: [String: Located<String>]
    var groupFilters: GroupFilterReading
    var aclFilters: AclFilterReading

    /// Cluster Linking's names of what the link says for itself, as configs or in fields of its own.
    var saidConfigs: Set<String> {
        var names = Set(configs.keys)
        if options?.prefix != nil { names.insert("cluster.link.prefix") }
        if options?.autoCreate?.enabled != nil { names.insert("auto.create.mirror.topics.enable") }
        if state != nil { names.insert("cluster.link.paused") }
        return names
    }
}

/// The fields of a `ClusterLink`'s spec.
enum LinkFields {
    static let source = Field(
        "sourceKafkaCluster", "The cluster that is mirrored. Never written to.", ClusterReferenceFields.shape,
        required: true)
    static let destination = Field(
        "destinationKafkaCluster", "The cluster that gets the mirror topics.", ClusterReferenceFields.shape,
        required: true)
    static let state = Field(
        "state", "ACTIVE or PAUSED, for the whole link; ABSENT deletes the link and keeps its topics.", stateShape,
        fallback: "ACTIVE")
    static let mirrorTopicOptions = Field("mirrorTopicOptions", "How mirror topics are made.", MirrorOptionFields.shape)
    static let consumerGroupFilters = Field(
        "consumerGroupFilters", "Consumer groups whose offsets are synced.",
        Shape<[Located<TopicFilter>]>.list(of: FilterFields.groupFilter))
    static let consumerGroupFiltersFile = Field(
        "consumerGroupFiltersFile", "Cluster Linking's JSON file {\"groupFilters\": […]}, relative to the manifest.",
        FilterFile.path)
    static let aclFilters = Field("aclFilters", "ACLs that are synced.", AclFilterFields.list)
    static let aclFiltersFile = Field(
        "aclFiltersFile", "Cluster Linking's JSON file {\"aclFilters\": […]}, relative to the manifest.",
        FilterFile.path)
    static let configs = Field(
        "configs", "Cluster Linking's own link configs, with its names.", ConfigTable.linkConfigs.shape)
    static let mirrorTopics = Field(
        "mirrorTopics", "Mirror topics with an entry of their own.", MirrorTopicFields.list)
    static let workers = Field("workers", "Who copies, and how many.", WorkerFields.shape)
    static let policy = Field("policy", "What may happen, and when.", PolicyFields.shape)

    static let all: [any FieldDescription] = [
        source, destination, state, mirrorTopicOptions, consumerGroupFilters, consumerGroupFiltersFile, aclFilters,
        aclFiltersFile, configs, mirrorTopics, workers, policy,
    ]

    /// nil stands for ABSENT.
    private static let stateShape = Shape<LinkSpec.State?>.choice(
        ["ACTIVE": .active, "PAUSED": .paused, "ABSENT": nil], synonyms: ["PAUSE": .paused],
        refused: ["DELETED": "write ABSENT to delete the link"])

    /// `cluster.link.paused` is another way to write `state`; both together must say the same.
    private static func merged(
        _ state: Located<LinkSpec.State?>?, _ paused: Located<String?>?
    ) -> Located<LinkSpec.State?>? {
        guard let paused, let text = paused.value else { return state }
        let wanted: LinkSpec.State = text.lowercased() == "true" ? .paused : .active
        guard let state else { return Located(value: wanted, spot: paused.spot) }
        if let written = state.value, written != wanted {
            paused.spot.report(
                ManifestCode.conflict,
                "config \"cluster.link.paused\" and spec.state do not say the same",
                hint: "keep spec.state: \(written.rawValue) and remove the config", related: [.init(state.spot.place)])
        }
        return state
    }

    static let spec = Shape<LinkSpecification>.object(all) { reader in
        let source = reader.take(Self.source)?.value
        let destination = reader.take(Self.destination)?.value
        let state = reader.take(Self.state)
        let options = reader.take(mirrorTopicOptions)?.value
        let groups = GroupFilterReading(reader)
        let acls = AclFilterReading(reader)
        let configs = reader.take(Self.configs)?.value ?? [:]
        return LinkSpecification(
            source: source, destination: destination,
            state: merged(state, configs["cluster.link.paused"]),
            options: options,
            mirrorTopics: reader.take(mirrorTopics)?.value.map(\.value) ?? [],
            workers: reader.take(workers)?.value ?? LinkWorkers(), policy: reader.take(policy)?.value ?? LinkPolicy(),
            configs: ConfigTable.linkConfigs.used(configs), groupFilters: groups, aclFilters: acls)
    }
}

/// The fields of `sourceKafkaCluster`, `destinationKafkaCluster` (`clusterRef`) and of `linkRef`.
enum ClusterReferenceFields {
    static let name = Field("name", "metadata.name of the document.", Shape<String>.name, required: true)
    /// The name that a reference points to.
    static let reference = Shape<Located<String>>.object([name]) { $0.take(name) }
    static let clusterRef = Field("clusterRef", "Which Cluster document.", reference, required: true)
    static let shape = Shape<Located<String>>.object([clusterRef]) { $0.take(clusterRef)?.value }
}

/// A `MirrorTopicSet`'s spec as read.
struct MirrorTopicSetSpecification {
    var link: Located<String>?
    var mirrorTopics: [MirrorTopicEntry]
}

/// The fields of a `MirrorTopicSet`'s spec.
enum MirrorTopicSetFields {
    static let linkRef = Field(
        "linkRef", "Which ClusterLink document.", ClusterReferenceFields.reference, required: true)
    static let mirrorTopics = Field(
        "mirrorTopics", "Mirror topics of this set.", MirrorTopicFields.list, required: true)

    static let all: [any FieldDescription] = [linkRef, mirrorTopics]

    static let spec = Shape<MirrorTopicSetSpecification>.object(all) { reader in
        let link = reader.take(linkRef)?.value
        let entries = reader.take(mirrorTopics)?.value.map(\.value) ?? []
        return MirrorTopicSetSpecification(link: link, mirrorTopics: entries)
    }
}
