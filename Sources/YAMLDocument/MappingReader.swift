import Diagnostics

/// Takes the values of a mapping by name, notes which names were asked for, and reports the keys nobody asked for.
///
/// Nothing here throws: a wrong value is reported and reads as missing, so that the next mistake is found in the
/// same run.
package final class MappingReader {
    /// The mapping that is read.
    package let node: YAMLNode
    /// Where the mapping stands in the document, such as `spec.policy`; empty for the document itself.
    package let path: String
    /// Every name that was asked for.
    package private(set) var asked: Set<String> = []
    private let entries: [String: YAMLEntry]
    private let order: [YAMLEntry]

    /// Begins to read a mapping; nil, and a finding, when the node is something else.
    package init?(_ node: YAMLNode, path: String) {
        guard let all = node.entries else {
            node.reportWrongType("a mapping", what: path.isEmpty ? "a document" : path)
            return nil
        }
        self.node = node
        self.path = path
        order = all
        entries = Dictionary(all.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The entry of a key, or nil when it is not there. Either way the key is known from now on.
    package func entry(_ key: String) -> YAMLEntry? {
        asked.insert(key)
        return entries[key]
    }

    /// The path of a value in this mapping, such as `spec.policy.onUndeclare`.
    package func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// Where findings about this mapping as a whole point to: its first key, else the mapping itself.
    package var spot: YAMLSpot { order.first?.keySpot ?? node.spot }

    /// Reports a key that must be there and is not.
    package func reportMissing(_ key: String, hint: String? = nil) {
        let place = path.isEmpty ? "the document" : path
        spot.report(YAMLCode.missingKey, "\"\(key)\" is missing in \(place)", hint: hint)
    }

    /// Reports every key that was never asked for, with the name that was probably meant.
    package func finish() {
        let place = path.isEmpty ? "the document" : path
        for entry in order where !asked.contains(entry.key) {
            let unused = asked.filter { entries[$0] == nil }
            entry.keySpot.report(
                YAMLCode.unknownKey, "unknown key \"\(entry.key)\" in \(place)",
                hint: DidYouMean.hint(for: entry.key, among: unused) ?? knownKeysHint)
        }
    }

    private var knownKeysHint: String? {
        asked.count <= 12 && !asked.isEmpty ? "known here: \(asked.sorted().joined(separator: ", "))" : nil
    }
}
