import Diagnostics
import KafkaModel
import PlanReport
import Reconciler

/// Descriptions of links as JSON for programs, in the form of `status` where both say the same.
enum DescribeJSON {
    static func render(_ descriptions: [LinkDescription], readAtMs: Int64) -> String {
        let document: JSONText = [
            "format_version": "1.0",
            "timestamp": .string(UTCText.iso(readAtMs)),
            "links": .array(descriptions.map(link)),
        ]
        return document.pretty()
    }

    private static func link(_ description: LinkDescription) -> JSONText {
        let link = description.status
        return [
            "name": .string(link.name),
            "declared": .bool(link.isDeclared),
            "state": .string(link.condition.rawValue),
            "problem": StatusJSON.text(link.problem),
            "link_id": StatusJSON.text(link.record?.linkId),
            "source": .string(link.source),
            "source_cluster_id": StatusJSON.text(link.record?.sourceClusterId),
            "source_available": link.sourceAnswers.value.map { .bool($0) } ?? .null,
            "destination": .string(link.destination),
            "destination_cluster_id": StatusJSON.text(link.record?.destinationClusterId),
            "prefix": StatusJSON.text(link.record?.prefix),
            "created_at": StatusJSON.time(link.record?.createdAtMs),
            "source_security": security(description.sourceCluster),
            "destination_security": security(description.destinationCluster),
            "mirror_topic_counts": StatusJSON.counts(link),
            "workers": StatusJSON.workers(link),
            "tasks": .array(link.tasks.map(StatusJSON.task)),
            "configs": .array(description.configs.map(config)),
            "not_applied": .array(
                description.pending.map { pending in
                    [
                        "name": .string(pending.name), "now": .string(pending.now),
                        "declared": .string(pending.declared),
                    ]
                }),
        ]
    }

    /// What decides how connections are protected; null when no manifest declares the cluster.
    private static func security(_ cluster: ClusterSpec?) -> JSONText {
        guard let cluster else { return .null }
        return .array(
            cluster.securityFacts.map { fact in
                [
                    "name": .string(fact.name), "value": .string(fact.value), "secret": .bool(fact.isSecret),
                    "source": .string(fact.place == nil ? "DEFAULT" : "MANIFEST"), "place": place(fact.place),
                ]
            })
    }

    private static func place(_ place: SourcePlace?) -> JSONText {
        place.map { ["file": .string($0.file), "line": .integer(Int64($0.line))] } ?? .null
    }

    private static func config(_ config: LinkDescription.Config) -> JSONText {
        let (source, place): (String, JSONText) =
            switch config.origin {
            case .manifest(let place):
                ("MANIFEST", self.place(place))
            case .stored: ("STORED", .null)
            case .standard: ("DEFAULT", .null)
            case .derived: ("DERIVED", .null)
            }
        return [
            "name": .string(config.name), "value": StatusJSON.text(config.value), "source": .string(source),
            "place": place,
        ]
    }
}
