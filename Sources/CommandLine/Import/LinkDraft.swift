/// A `ClusterLink` manifest in the making.
struct LinkDraft {
    /// Filters: a file that stays as it is, or entries in the manifest.
    enum Filters {
        /// A path, seen from the manifest.
        case file(String)
        /// Lines of YAML, an entry each.
        case entries([String])
    }

    /// `metadata.name`.
    var name: String
    /// Name of the source's manifest.
    var source: String
    /// Name of the destination's manifest.
    var destination: String
    /// Comment above the document; lines without `#`.
    var comment: [String] = []
    /// Whether the link is paused.
    var isPaused = false
    /// Prefix of mirror names; empty for none.
    var prefix = ""
    /// Where new mirrors begin; nil for the earliest offset.
    var startOffset: String?
    /// Replicas of new mirror topics; nil for the destination's default.
    var replicationFactor: String?
    /// Whether filters make mirror topics; nil when nothing is said.
    var autoCreates: Bool?
    /// Topic filters.
    var topicFilters: Filters?
    /// Group filters.
    var groupFilters: Filters?
    /// ACL filters.
    var aclFilters: Filters?
    /// Link configs, in order.
    var configs: [(key: String, value: String)] = []

    /// The document.
    var text: String {
        var lines = comment.map(YAMLText.comment)
        lines += [
            "apiVersion: lockstep/v1alpha1", "kind: ClusterLink", "metadata: {name: \(YAMLText.scalar(name))}", "spec:",
            "  sourceKafkaCluster: {clusterRef: {name: \(YAMLText.scalar(source))}}",
            "  destinationKafkaCluster: {clusterRef: {name: \(YAMLText.scalar(destination))}}",
        ]
        if isPaused { lines.append("  state: PAUSED") }
        let options = mirrorTopicOptions
        if !options.isEmpty { lines += ["  mirrorTopicOptions:"] + options.map { "    \($0)" } }
        lines += Self.lines(groupFilters, "consumerGroupFilters").map { "  \($0)" }
        lines += Self.lines(aclFilters, "aclFilters").map { "  \($0)" }
        if !configs.isEmpty {
            lines.append("  configs:")
            lines += configs.map { "    \($0.key): \(YAMLText.value($0.value))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var mirrorTopicOptions: [String] {
        var lines: [String] = []
        if !prefix.isEmpty { lines.append("prefix: \(YAMLText.scalar(prefix))") }
        if let startOffset { lines.append("startOffset: \(YAMLText.scalar(startOffset))") }
        if let replicationFactor { lines.append("replicationFactor: \(replicationFactor)") }
        if let autoCreates {
            lines += ["autoCreateTopics:", "  enabled: \(autoCreates)"]
            lines += Self.lines(topicFilters, "topicFilters").map { "  \($0)" }
        }
        return lines
    }

    private static func lines(_ filters: Filters?, _ name: String) -> [String] {
        switch filters {
        case nil: []
        case .file(let path): ["\(name)File: \(YAMLText.scalar(path))"]
        case .entries(let entries): ["\(name):"] + entries.map { "  - \($0)" }
        }
    }
}
