import Diagnostics
import Manifest
import TestSupport
import Testing

@Suite struct ManifestFuzzTests {
    private static let seedFiles: [String: String] = {
        var files = Sample.files(
            """
            state: ACTIVE
            mirrorTopicOptions:
              prefix: ""
              replicationFactor: 3
              autoCreateTopics:
                enabled: true
                topicFilters:
                  - {name: orders., patternType: PREFIXED, filterType: INCLUDE}
                  - &x {name: "*", patternType: LITERAL, filterType: EXCLUDE}
            consumerGroupFilters: [*x]
            aclFilters: [{resourceFilter: {resourceType: topic, patternType: any}, accessFilter: {operation: any}}]
            configs: {metadata.max.age.ms: 5000, acl.sync.enable: true, other: ~}
            mirrorTopics:
              - {name: a, state: PROMOTED, configs: {retention.ms: 1}}
              - {name: b, sourceTopicName: b}
            workers: {mode: external, count: 2}
            policy: {deletionProtection: false, promote: {maxLag: 100, timeout: 90s}, gapFill: refuse}
            """)
        files["sets/s.yaml"] = Sample.set("linkRef: {name: paris-to-dublin}\nmirrorTopics: [{name: z}]")
        files["secret.yaml"] = Sample.cluster(
            "lyon", "bootstrapServers: [a:1]\nauthentication: {type: PLAIN, username: u, password: hunter2}")
        return files
    }()

    private static let words = [
        "~", "true", "-1", "99999999999999999999", "\"\"", "[]", "{}", "*x", "&x ", "<<: ", "${env:", "${file:a:b}",
        "*",
        "__x", "..", "10m", "ACTIVE", "ABSENT", "paris", "dublin", "name", "spec", ": ", "- ", "\n", ", ", "'", "\u{0}",
        "é", "{name: ", "]", "}", "---\n", "apiVersion: lockstep/v1alpha1\n", "kind: ClusterLink\n",
    ]

    /// xorshift64*: the same seed makes the same inputs everywhere.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state ^= state >> 12
            state ^= state << 25
            state ^= state >> 27
            return state &* 0x2545_F491_4F6C_DD1D
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: [11, 12, testSeed(13, of: "damaged manifests")])
    func `damaged manifests give findings or a desired state, never a trap`(seed: UInt64) async {
        var random = Generator(state: seed)
        let names = Self.seedFiles.keys.sorted()
        for round in 0..<400 {
            // Others' tests want their turns too.
            await Task.yield()
            var files = Self.seedFiles
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let name = names[Int.random(in: 0..<names.count, using: &random)]
                files[name] = Self.damaged(files[name] ?? "", &random)
            }
            let fixture = ManifestFixture(files)
            #expect(
                (fixture.load.desired == nil) == fixture.load.diagnostics.containsErrors, "seed \(seed), round \(round)"
            )
            let text = fixture.text
            #expect(text.utf8.count < 1_000_000, "seed \(seed), round \(round)")
        }
    }

    private static func damaged(_ text: String, _ random: inout Generator) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let at = Int.random(in: 0..<lines.count, using: &random)
        var characters = Array(lines[at])
        let position = Int.random(in: 0...characters.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: lines.remove(at: at)
        case 1: lines.insert(lines[Int.random(in: 0..<lines.count, using: &random)], at: at)
        case 2:
            characters.removeSubrange(position..<min(characters.count, position + 5))
            lines[at] = String(characters)
        case 3: lines[at] = " " + lines[at]
        default:
            characters.insert(contentsOf: words[Int.random(in: 0..<words.count, using: &random)], at: position)
            lines[at] = String(characters)
        }
        return lines.joined(separator: "\n")
    }
}
