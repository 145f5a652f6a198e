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
    private var missing: [(key: String, hint: String?)] = []
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

    /// The entry of a key, or nil when it is not there.
    ///
    /// Either way the key is known from now on.
    package func entry(_ key: String) -> YAMLEntry? {
        asked.insert(key)
        return entries[key]
    }

    /// The path of a value in this mapping, such as `spec.policy.onUndeclare`.
    package func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// Where findings about this mapping as a whole point to: its first key, else the mapping itself.
    package var spot: YAMLSpot { order.first?.keySpot ?? node.spot }

    /// Notes a key that must be there and is not; `finish` reports it, unless it is there and misspelt.
    package func reportMissing(_ key: String, hint: String? = nil) {
        missing.append((key, hint))
    }

    /// Reports every key that was never asked for, with the name that was probably meant, then what is missing.
    package func finish() {
        let place = path.isEmpty ? "the document" : path
        let unused = asked.filter { entries[$0] == nil }
        var misspelt: Set<String> = []
        for entry in order where !asked.contains(entry.key) {
            let meant = DidYouMean.name(for: entry.key, among: unused)
            if let meant { misspelt.insert(meant) }
            entry.keySpot.report(
                YAMLCode.unknownKey, "unknown key \"\(entry.key)\" in \(place)",
                hint: meant.map { "did you mean \"\($0)\"?" } ?? knownKeysHint)
        }
        for (key, hint) in missing where !misspelt.contains(key) {
            spot.report(YAMLCode.missingKey, "\"\(key)\" is missing in \(place)", hint: hint)
        }
    }

    private var knownKeysHint: String? {
        asked.count <= 8 && !asked.isEmpty ? "known here: \(asked.sorted().joined(separator: ", "))" : nil
    }
}
