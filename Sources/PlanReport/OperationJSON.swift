import KafkaModel
import Planner

/// Operations and preconditions of a plan as JSON.
enum OperationJSON {
    /// What is there before a step and what afterwards, in Terraform's shape.
    static func change(_ step: Step) -> JSONText {
        let (before, after, unknown) = values(step)
        return [
            "actions": [.string(step.action.terraformWord)], "before": before, "after": after,
            "after_unknown": .sorted(Dictionary(uniqueKeysWithValues: unknown.map { ($0, true) })),
            "before_sensitive": false, "after_sensitive": false,
        ]
    }

    private static func values(_ step: Step) -> (before: JSONText, after: JSONText, unknown: [String]) {
        switch step.operation {
        case .createStore: return (.null, ["topic": "__lockstep", "partitions": .number(1)], ["topic_id"])
        case .createLink(let link):
            return (
                .null,
                [
                    "source_cluster_id": .string(link.sourceClusterId),
                    "destination_cluster_id": .string(link.destinationClusterId), "prefix": .string(link.prefix),
                    "state": .string(link.state.rawValue), "settings": settings(link.settings),
                ], ["link_id"]
            )
        case .changeLinkState(let from, let to): return (state(from.rawValue), state(to.rawValue), [])
        case .changeLinkSettings(let from, let to):
            return (["settings": settings(from)], ["settings": settings(to)], [])
        case .createMirrorTopic(let creation): return (.null, mirror(creation), ["topic_id"])
        case .addPartitions(_, let from, let to):
            return (["partitions": .number(from)], ["partitions": .number(to)], [])
        case .changeMirrorConfigs(_, let change): return (.null, configs(change), [])
        case .pauseMirror: return (state("ACTIVE"), state("PAUSED"), [])
        case .resumeMirror: return (state("PAUSED"), state("ACTIVE"), [])
        case .promoteMirror: return (stored(step), state("PROMOTED"), ["stopped_offsets"])
        case .failOverMirror: return (stored(step), state("FAILED_OVER"), ["stopped_offsets"])
        case .deleteMirror(_, let id): return (["topic_id": .optional(id)], .null, [])
        case .forgetMirror: return (["record": true], .null, [])
        case .deleteLink(let mirrors):
            return (["mirror_topics": .array(mirrors.map { .string($0) })], .null, [])
        case .startWorkers(let indexes):
            return (.null, ["start": .array(indexes.map(JSONText.number))], [])
        case .stopWorkers(let indexes):
            return (["running": .array(indexes.map(JSONText.number))], .null, [])
        }
    }

    private static func settings(_ settings: LinkSettings) -> JSONText {
        .sorted(settings.described.mapValues { .string($0) })
    }

    private static func configs(_ change: MirrorConfigChange) -> JSONText {
        func optional(_ values: [String: String?]?) -> JSONText {
            values.map { .sorted($0.mapValues { .optional($0) }) } ?? .null
        }
        return [
            "set": .sorted(change.set.mapValues { .string($0) }),
            "remove": .array(change.remove.map { .string($0) }), "overrides": optional(change.overrides),
            "restore_configs": optional(change.restoreConfigs),
        ]
    }

    private static func state(_ word: String) -> JSONText { ["state": .string(word)] }

    /// The state that the mirror's record must have before the step.
    private static func stored(_ step: Step) -> JSONText {
        for case .mirrorState(_, _, let found) in step.preconditions { return state(found.rawValue) }
        return .null
    }

    private static func mirror(_ creation: MirrorTopicCreation) -> JSONText {
        [
            "source_topic": .string(creation.sourceTopic), "source_topic_id": .optional(creation.sourceTopicId),
            "state": .string(creation.state.rawValue), "partitions": .number(creation.partitions),
            "replication_factor": creation.replicationFactor.map { .integer(Int64($0)) } ?? .null,
            "configs": .sorted(creation.configs.mapValues { .string($0) }),
            "restore_configs": .sorted(creation.restoreConfigs.mapValues { .optional($0) }),
            "overrides": .sorted(creation.overrides.mapValues { .optional($0) }),
        ]
    }

    /// A precondition as kind, object and expected value.
    static func precondition(_ precondition: Precondition) -> JSONText {
        switch precondition {
        case .clusterId(let cluster, let id): equals("cluster_id", cluster, .string(id))
        case .linkAbsent(let link): absent("link \(link)")
        case .linkId(let link, let id?): equals("link_id", "link \(link)", .string(id))
        case .linkId(let link, nil): ["kind": "present", "object": .string("link \(link)")]
        case .linkState(let link, let state): equals("value", "link \(link) state", .string(state.rawValue))
        case .linkSettings(let link, let expected): equals("value", "link \(link) settings", settings(expected))
        case .mirrorAbsent(let topic): absent("mirror \(topic)")
        case .mirrorState(let link, let topic, let state):
            equals("value", "mirror \(link)/\(topic) state", .string(state.rawValue))
        case .topicAbsent(let cluster, let topic): absent("topic \(cluster)/\(topic)")
        case .topicId(let cluster, let topic, let id): equals("topic_id", "topic \(cluster)/\(topic)", .string(id))
        case .partitionCount(let cluster, let topic, let count):
            equals("partitions", "topic \(cluster)/\(topic)", .number(count))
        }
    }

    private static func equals(_ kind: String, _ object: String, _ value: JSONText) -> JSONText {
        ["kind": .string(kind), "object": .string(object), "equals": value]
    }

    private static func absent(_ object: String) -> JSONText { ["kind": "absent", "object": .string(object)] }
}

/// Addresses of objects, such as `mirror_topic.paris-to-dublin/paris.orders`.
enum Address {
    static func of(_ object: PlannedObject, link: String?) -> String {
        guard object.kind == .mirrorTopic, let link else { return "\(object.kind.rawValue).\(object.name)" }
        return "\(object.kind.rawValue).\(link)/\(object.name)"
    }
}

extension Step {
    var address: String { Address.of(object, link: link) }
}

extension Step.Operation {
    /// The operation as one word for programs.
    var word: String {
        switch self {
        case .createStore, .createLink, .createMirrorTopic: "create"
        case .changeLinkState, .changeLinkSettings, .changeMirrorConfigs: "update"
        case .addPartitions: "add_partitions"
        case .pauseMirror: "pause"
        case .resumeMirror: "resume"
        case .promoteMirror: "promote"
        case .failOverMirror: "fail_over"
        case .deleteMirror, .deleteLink: "delete"
        case .forgetMirror: "forget"
        case .startWorkers: "start"
        case .stopWorkers: "stop"
        }
    }
}

extension Step.Action {
    /// The action as one word for programs.
    var word: String {
        switch self {
        case .create: "create"
        case .change: "update"
        case .delete: "delete"
        case .irreversible: "stop"
        }
    }

    /// The action as Terraform's plans name it.
    var terraformWord: String {
        switch self {
        case .create: "create"
        case .change, .irreversible: "update"
        case .delete: "delete"
        }
    }
}
