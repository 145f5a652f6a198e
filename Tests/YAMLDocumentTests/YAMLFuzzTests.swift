import Diagnostics
import TestSupport
import Testing
import YAMLDocument

@Suite struct YAMLFuzzTests {
    private static let seedText = """
        apiVersion: lockstep/v1alpha1
        kind: ClusterLink # comment
        metadata: {name: "a-b", labels: {x: 'y'}}
        spec: &s
          list: [1, 2, {a: *n}]
          block: |
            text
             more
          password: hunter2
          <<: {k: v}
        --- !!map
        ? complex
        : ü
        %TAG ! tag:x,2000:
        """
    private static let pieces: [[UInt8]] =
        [
            "&a ", "*a", "<<: ", "- ", "? ", ": ", "{", "}", "[", "]", "\n", "\t", "|\n", ">-\n", "!!str ", "!x ",
            "---\n",
            "...\n", "\"", "'", "\\u0000", "\\x", "%YAML 1.1\n", "\u{85}", "\u{2028}", "#", "@", "`", ",", "\r",
        ].map { Array($0.utf8) } + [[0], [0xFF], [0xC3], [0xE2, 0x80], [0xED, 0xA0, 0x80]]

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

    @Test(.timeLimit(.minutes(2)), arguments: [1, 2, 3, 4, testSeed(5, of: "damaged YAML")])
    func `never traps on damaged text`(seed: UInt64) async {
        var random = Generator(state: seed)
        for round in 0..<1500 {
            // Others' tests want their turns too.
            await Task.yield()
            var bytes = Array(Self.seedText.utf8)
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let at = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 0...20, using: &random)))
                case 2: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 40)], at: at)
                default: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: at)
                }
            }
            let fixture = YAMLFixture(bytes: bytes)
            for document in fixture.documents {
                document.spot.report(YAMLCode.wrongType, "here")
                MappingReader(document, path: "")?.finish()
            }
            for diagnostic in fixture.findings.diagnostics {
                let place = diagnostic.place
                #expect((place?.line ?? 1) >= 1 && (place?.column ?? 1) >= 1, "seed \(seed), round \(round)")
            }
            #expect(!fixture.text.isEmpty || fixture.documents.isEmpty, "seed \(seed), round \(round)")
        }
    }
}
