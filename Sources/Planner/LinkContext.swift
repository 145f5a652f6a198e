import Diagnostics
import KafkaModel

/// What all rules of one link look at, and how they write steps and blocked changes down.
struct LinkContext {
    let link: LinkSpec
    let live: LiveLink
    let source: PlannedCluster
    let destination: PlannedCluster
    /// Why nothing of the source may be used, as a whole sentence; nil when it may.
    let sourceProblem: String?

    /// A source topic's name with its cluster, as reports show it.
    func sourceName(_ topic: String) -> String { "\(source.name)/\(topic)" }

    /// What the source says about a topic; what was not read is unreadable, never absent.
    func sourceTopic(_ name: String) -> TopicPresence {
        live.sourceTopics[name] ?? .unreadable("nothing was read about it")
    }

    /// What the destination says about a topic; what was not read is unreadable, never absent.
    func destinationTopic(_ name: String) -> TopicPresence {
        live.destinationTopics[name] ?? .unreadable("nothing was read about it")
    }

    /// The destination is still the cluster the plan was made for.
    var onDestination: [Precondition] {
        destination.clusterId.map { [.clusterId(cluster: destination.name, equals: $0)] } ?? []
    }

    /// The source is still the cluster the plan was made for.
    var onSource: [Precondition] {
        source.clusterId.map { [.clusterId(cluster: source.name, equals: $0)] } ?? []
    }

    /// The link is still the one that was found, or is there once an earlier step has made it.
    var isLink: Precondition { .linkId(link: link.name, equals: live.record?.linkId) }

    /// A topic is still the one that was found; nothing where the cluster has no topic ids.
    func topicIs(_ topic: LiveTopic, on cluster: PlannedCluster) -> [Precondition] {
        topic.topicId.map { [.topicId(cluster: cluster.name, topic: topic.name, equals: $0)] } ?? []
    }

    /// A step on `object` at `place`.
    func draft(
        _ stage: StepDraft.Stage, _ action: Step.Action, _ object: PlannedObject, at place: SourcePlace?,
        headline: String? = nil, _ operation: Step.Operation, details: [Detail] = [],
        if preconditions: [Precondition] = [], needs: Step.Consent? = nil
    ) -> StepDraft {
        let isOfCluster = stage == .store
        return StepDraft(
            stage: stage,
            step: Step(
                number: 0, action: action, object: object, link: isOfCluster ? nil : link.name,
                source: isOfCluster ? nil : source.name, destination: destination.name, place: place,
                headline: headline, operation: operation, details: details,
                preconditions: onDestination + preconditions, after: [], needs: needs))
    }

    /// A change on `object` at `place` that will not be done.
    func blocked(
        _ action: Step.Action, _ object: PlannedObject, at place: SourcePlace?, headline: String? = nil,
        details: [Detail] = [], _ rule: BlockedChange.Rule, _ reason: String, reasonPlace: SourcePlace? = nil,
        remedy: String
    ) -> BlockedChange {
        BlockedChange(
            action: action, object: object, link: link.name, destination: destination.name, place: place,
            headline: headline, details: details, rule: rule, reason: reason, reasonPlace: reasonPlace,
            remedy: remedy)
    }
}
