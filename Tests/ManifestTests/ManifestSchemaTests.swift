import Diagnostics
import Foundation
import Manifest
import Testing

/// Holds the schema against the loader: every key of one is a key of the other.
@Suite struct ManifestSchemaTests {
    /// One key of the schema, with the keys that lead to it.
    struct KeyPath: CustomStringConvertible, Sendable {
        var kind: String
        var steps: [String]
        /// Other keys of the same mapping.
        var siblings: [String]
        var isOpen: Bool

        var description: String { "\(kind): \(steps.joined(separator: "."))" }

        /// A manifest with `value` at this key; a step `[]` is a list.
        func manifest(lastKey: String, value: String) -> String {
            var text = value
            for step in (steps.dropLast() + [lastKey]).reversed() {
                text = step == "[]" ? "[\(text)]" : "{\"\(step)\": \(text)}"
            }
            let name = steps.first == "metadata" ? "" : "metadata: {name: n}\n"
            return "apiVersion: lockstep/v1alpha1\nkind: \(kind)\n\(name)<<: \(text)\n"
        }
    }

    static let keyPaths: [KeyPath] = {
        guard let root = try? JSONSerialization.jsonObject(with: Data(ManifestSchema.json().utf8)) as? [String: Any],
            let branches = root["oneOf"] as? [[String: Any]]
        else { return [] }
        return branches.flatMap { branch in
            walk(branch, kind: branch["title"] as? String ?? "", steps: []).filter {
                $0.steps.count > 1 || !["apiVersion", "kind"].contains($0.steps[0])
            }
        }
    }()

    private static func walk(_ schema: [String: Any], kind: String, steps: [String]) -> [KeyPath] {
        if let items = schema["items"] as? [String: Any] { return walk(items, kind: kind, steps: steps + ["[]"]) }
        guard let properties = schema["properties"] as? [String: [String: Any]] else { return [] }
        let isOpen = schema["additionalProperties"] as? Bool != false
        return properties.sorted { $0.key < $1.key }.flatMap { name, property in
            let path = KeyPath(
                kind: kind, steps: steps + [name], siblings: Array(properties.keys), isOpen: isOpen)
            return [path] + walk(property, kind: kind, steps: steps + [name])
        }
    }

    @Test func `finds the keys of all kinds`() {
        let names = Self.keyPaths.map(\.description)
        #expect(names.count > 100)
        for expected in [
            "Cluster: spec.tls.verifyHostname", "Cluster: spec.properties.client.id", "Cluster: metadata.labels",
            "ClusterLink: spec.mirrorTopicOptions.autoCreateTopics.topicFilters.[].patternType",
            "ClusterLink: spec.policy.promote.requireVerified",
            "ClusterLink: spec.mirrorTopics.[].configs.retention.ms",
            "ClusterLink: spec.configs.metadata.max.age.ms", "ClusterLink: spec.aclFilters.[].accessFilter.operation",
            "MirrorTopicSet: spec.linkRef.name", "MirrorTopicSet: spec.mirrorTopics.[].state",
        ] {
            #expect(names.contains(expected))
        }
    }

    @Test(arguments: keyPaths)
    func `the loader knows every key of the schema`(path: KeyPath) {
        let load = ManifestFixture(path.manifest(lastKey: path.steps.last ?? "", value: "~")).load
        let unknown = load.diagnostics.filter { $0.code == "K014" || $0.code == "K034" }
        #expect(unknown.isEmpty, "\(unknown.map(\.summary))")
    }

    @Test(arguments: keyPaths.filter { !$0.isOpen })
    func `the schema has every key the loader knows`(path: KeyPath) {
        // The loader lists what it knows here when nothing is close: it must be what the schema lists.
        let load = ManifestFixture(path.manifest(lastKey: "qqqqqqqq", value: "~")).load
        let unknown = load.diagnostics.filter { $0.summary.contains("unknown key \"qqqqqqqq\"") }
        #expect(unknown.count == 1)
        if let hint = unknown.first?.hint {
            #expect(hint == "known here: " + path.siblings.sorted().joined(separator: ", "))
        } else {
            #expect(path.siblings.count > 8)
        }
    }

    @Test func `is JSON Schema for any JSON reader`() throws {
        let json = ManifestSchema.json()
        let root = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(root["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        let branches = try #require(root["oneOf"] as? [[String: Any]])
        let kinds = branches.compactMap { ($0["properties"] as? [String: [String: Any]])?["kind"]?["const"] as? String }
        #expect(kinds == ["Cluster", "ClusterLink", "MirrorTopicSet"])
        #expect(json.hasSuffix("}\n"))
        #expect(json == ManifestSchema.json())
    }

    @Test func `patterns are regular expressions`() throws {
        let json = ManifestSchema.json()
        let patterns = try NSRegularExpression(pattern: "\"pattern\": (\".*\")")
        let matches = patterns.matches(in: json, range: NSRange(json.startIndex..., in: json))
        #expect(matches.count > 10)
        for match in matches {
            let range = try #require(Range(match.range(at: 1), in: json))
            let quoted = Data("[\(json[range])]".utf8)
            let pattern = try #require((try JSONSerialization.jsonObject(with: quoted) as? [String])?.first)
            #expect(throws: Never.self) { try NSRegularExpression(pattern: pattern) }
        }
    }
}
