import Diagnostics
import KafkaModel
import Planner

/// A plan as JSON for programs, shaped like Terraform's plan document where the meaning is the same.
///
/// Readers must ignore keys they do not know; within format 1.x keys are only added.
package enum PlanJSON {
    /// Version of the document's form.
    package static let formatVersion = "1.0"

    /// What stands around the plan.
    package struct Options: Hashable, Sendable {
        /// Version of Lockstep.
        package var version: String
        /// Commit of the manifests, when they are in git.
        package var commit: String?
        /// Until when a saved plan is valid, in milliseconds since 1970.
        package var validUntilMs: Int64?

        /// Options of their parts.
        package init(version: String, commit: String? = nil, validUntilMs: Int64? = nil) {
            self.version = version
            self.commit = commit
            self.validUntilMs = validUntilMs
        }
    }

    /// The whole document, indented, with a line end at its end.
    package static func render(_ plan: Plan, _ options: Options) -> String { document(plan, options).pretty() }

    /// The three numbers that GitLab's Terraform report reads, in one line with a line end.
    package static func counts(_ plan: Plan) -> String {
        let counts = plan.counts
        let document: JSONText = [
            "create": .number(counts.create), "update": .number(counts.change), "delete": .number(counts.delete),
        ]
        return document.compact() + "\n"
    }

    /// The document as a value.
    package static func document(_ plan: Plan, _ options: Options) -> JSONText {
        let addresses = Dictionary(plan.steps.map { ($0.number, $0.address) }) { first, _ in first }
        return [
            "format_version": .string(formatVersion),
            "tool": ["name": "lockstep", "version": .string(options.version)],
            "plan_id": .string(plan.planId),
            "live_fingerprint": .string(plan.fingerprint),
            "timestamp": .string(UTCText.iso(plan.readAtMs)),
            "expires_at": .optional(options.validUntilMs.map(UTCText.iso)),
            "source": [
                "git_commit": .optional(options.commit),
                "manifests_digest": .string("sha256:\(plan.manifestsDigest)"),
                "files": .number(plan.fileCount),
            ],
            "clusters": .array(plan.clusters.map(cluster)),
            "applyable": .bool(plan.hasChanges),
            "complete": .bool(!plan.isIncomplete),
            "errored": false,
            "summary": summary(plan),
            "resource_changes": .array(plan.steps.map { step($0, addresses) } + plan.blocked.map(blocked)),
            "unmanaged": [
                "mirror_topics": .array(
                    plan.undeclared.map { ["link": .string($0.link), "name": .string($0.topic)] })
            ],
            "diagnostics": .array(diagnostics(plan)),
        ]
    }

    private static func cluster(_ cluster: PlannedCluster) -> JSONText {
        [
            "name": .string(cluster.name), "cluster_id": .optional(cluster.clusterId),
            "brokers": cluster.clusterId == nil ? .null : .number(cluster.brokerCount),
            "access": .string(cluster.access.rawValue), "reachable": .bool(cluster.clusterId != nil),
            "problem": .optional(cluster.problem), "identity": .optional(cluster.identity),
        ]
    }

    private static func summary(_ plan: Plan) -> JSONText {
        let counts = plan.counts
        return [
            "create": .number(counts.create), "update": .number(counts.change), "delete": .number(counts.delete),
            "irreversible": .number(counts.irreversible), "blocked": .number(plan.blocked.count),
            "unchanged": .number(plan.unchanged), "unmanaged": ["topics": .number(plan.undeclared.count)],
        ]
    }

    private static func step(_ step: Step, _ addresses: [Int: String]) -> JSONText {
        var members: [(String, JSONText)] = [
            ("step", .number(step.number)),
            ("address", .string(step.address)),
            ("type", .string(step.object.kind.rawValue)),
            ("name", .string(step.object.name)),
            ("link", .optional(step.link)),
            ("cluster", .string(step.destination)),
            ("operation", .string(step.operation.word)),
            ("irreversible", .bool(step.needs != nil)),
            ("needs", .optional(step.needs?.rawValue)),
            ("blocked", .null),
            ("depends_on", .array(step.after.compactMap { addresses[$0].map { .string($0) } })),
            ("location", location(step.place)),
            ("change", OperationJSON.change(step)),
        ]
        if case .promoteMirror(_, let lag, let timeoutMs, _) = step.operation {
            members.append(("wait", ["max_lag": .integer(lag), "timeout_ms": .integer(timeoutMs)]))
        }
        members.append(("preconditions", .array(step.preconditions.map(OperationJSON.precondition))))
        members.append(("details", .array(step.details.map(detail))))
        return .object(members.map { JSONText.Member(key: $0.0, value: $0.1) })
    }

    private static func blocked(_ change: BlockedChange) -> JSONText {
        [
            "step": .null,
            "address": .string(Address.of(change.object, link: change.link)),
            "type": .string(change.object.kind.rawValue),
            "name": .string(change.object.name),
            "link": .string(change.link),
            "cluster": .string(change.destination),
            "operation": .string(change.action.word),
            "irreversible": .bool(change.action == .irreversible || change.action == .delete),
            "needs": .null,
            "blocked": [
                "reasons": [
                    [
                        "rule": .string(change.rule.rawValue), "summary": .string(change.reason),
                        "at": location(change.reasonPlace),
                    ]
                ],
                "remedy": .string(change.remedy),
            ],
            "depends_on": [],
            "location": location(change.place),
            "change": ["actions": [.string(change.action.terraformWord)]],
            "preconditions": [],
            "details": .array(change.details.map(detail)),
        ]
    }

    private static func detail(_ detail: Detail) -> JSONText {
        ["label": .string(detail.label), "value": .string(detail.value)]
    }

    private static func location(_ place: SourcePlace?) -> JSONText {
        guard let place else { return .null }
        return ["file": .string(place.file), "line": .number(place.line), "column": .number(place.column)]
    }

    private static func diagnostics(_ plan: Plan) -> [JSONText] {
        plan.incomplete.map { ["severity": "error", "code": "incomplete", "summary": .string($0)] }
            + plan.notes.map {
                [
                    "severity": "warning", "code": .string($0.code ?? "note"), "summary": .string($0.text),
                    "link": .optional($0.link),
                ]
            }
    }
}
