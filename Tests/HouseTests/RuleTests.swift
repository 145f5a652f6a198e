import Testing

/// The rules themselves, on small samples that break them.
@Suite("House rules")
struct RuleTests {
    private func sample(_ text: String, at path: String = "Sources/Bytes/Sample.swift") -> SourceFile {
        SourceFile(path, text)
    }

    @Test(arguments: [
        ("import KafkaProtocol", "Bytes (floor 1) imports KafkaProtocol (floor 2); arrows go down, turn it round"),
        (
            "  package import Diagnostics",
            "Bytes (floor 1) imports Diagnostics (floor 1); arrows go down, turn it round"
        ),
        ("import struct Mirror.Worker", "Bytes (floor 1) imports Mirror (floor 7); arrows go down, turn it round"),
        (
            "@preconcurrency import CLinux",
            "Bytes imports CLinux without an arrow; if the design has it, add it to Package.swift and Floors.swift"
        ),
        (
            "import Foundation",
            "Bytes (floor 1) imports Foundation, allowed from floor 9; take FoundationEssentials (floor 5 and up) or Glibc"
        ),
        ("import NIOCore", "Bytes imports NIOCore, which is no module of ours"),
    ])
    func `refuses an arrow`(_ line: String, _ advice: String) {
        let file = sample("// import Mirror\n\(line)\nimport CChecksum\n")
        #expect(Floors.lockstep.findings(in: file) == [file.finding(2, advice)])
    }

    @Test func `refuses a target without a floor`() {
        let file = sample("import Bytes", at: "Sources/Attic/Sample.swift")
        let advice = "target Attic has no floor; add it to Floors.swift and Sources/README.md"
        #expect(Floors.lockstep.findings(in: file) == [file.finding(0, advice)])
    }

    @Test func `finds arrows that do not go down and manifests that differ`() {
        let floors = Floors(targets: [
            "A": Floors.Target(floor: 1, imports: ["B"]), "B": Floors.Target(floor: 1, imports: []),
        ])
        #expect(floors.crookedArrows(allowed: [:]) == ["A -> B"])
        #expect(floors.crookedArrows(allowed: ["A -> B": "reason"]) == [])
        #expect(
            floors.differences(fromManifest: "target(\"A\", [\"C\"]), ") == [
                "A: only in Package.swift [\"C\"], only in Floors.swift [\"B\"]", "Package.swift has no target B",
            ])
    }

    @Test func `refuses long files, functions and lines`() {
        let body = String(repeating: "    call()\n", count: 69)
        let short = sample("func short(_ x: (Int) -> Void = { _ in }) {\n\(body)")
        #expect(SizeRules.findings(in: short) == [])
        let long = sample("struct A {\n    init?(a: Int) {\n\(body)    }\n}\n")
        #expect(SizeRules.findings(in: long) == [long.finding(2, "init has 71 lines, at most 70; name its parts")])
        let endless = sample(String(repeating: "\n", count: 401))
        let advice = "401 lines, at most 400; split it into one file per idea"
        #expect(SizeRules.findings(in: endless) == [endless.finding(0, advice)])
        let expected = sample("func f() {\n    let a = \"\"\"\n" + String(repeating: "x\n", count: 99) + "\"\"\"\n}\n")
        #expect(SizeRules.findings(in: expected) == [])
        let wide = sample("let a = " + String(repeating: "ä", count: 113))
        #expect(SizeRules.findings(in: wide) == [wide.finding(1, "121 columns, at most 120; break the line")])
    }

    @Test func `counts the braces of code only`() {
        let text = """
            protocol P { func requirement(); var x: Int { get } }
            func first() -> String {
                // }
                let a = "}\\(b.map { "{" })"; let c = #"}"\\("#; /* } /* } */ } */
                return \"\"\"
                    } \\(a) }
                    \"\"\"
            }
            func second() { self.init(x) }
            """
        #expect(
            SizeRules.functions(in: SwiftText(text)) == [
                SizeRules.Function(name: "first", line: 2, lines: 5),
                SizeRules.Function(name: "second", line: 9, lines: 1),
            ])
    }

    @Test(arguments: [
        "print(1)", "let x = try! f()", "x as! Int", "fatalError()", "Task { }", "Task.detached { }",
        "final class A: @unchecked Sendable {}", "nonisolated(unsafe) var x = 1", "import XCTest", "Task.sleep(1)",
    ])
    func `refuses a banned word`(_ line: String) {
        let file = sample("// \(line)\nlet text = \"\(line.filter { $0 != "\"" })\"\n\(line)\n")
        let findings = WordRules.lockstep.findings(in: file)
        #expect(findings.map(\.line) == [3])
        #expect(findings.first?.advice.contains("is not for here: ") == true)
    }

    @Test func `lets words be part of other words and of allowed targets`() {
        let file = sample("blueprint(1); log.print(2); x as? Int; MyTask { }; TaskGroup<Int>()")
        #expect(WordRules.lockstep.findings(in: file) == [])
        let command = sample("print(1)", at: "Sources/CommandLine/Terminal.swift")
        #expect(WordRules.lockstep.findings(in: command) == [])
    }

    @Test func `finds an allowance without use`() {
        let rules = WordRules(words: [
            WordRules.Word(word: "a!", instead: "b", files: ["Sources/X/Gone.swift": "r", "Sources/X/Used.swift": "r"])
        ])
        let used = sample("a!", at: "Sources/X/Used.swift")
        #expect(rules.staleAllowances(among: [used]) == ["Sources/X/Gone.swift"])
    }

    @Test func `finds traces in comments`() {
        let file = sample("let a = 1\n// TO" + "DO: later\n/// see /wo" + "rk/x\n")
        #expect(WordRules.traces(in: file).map(\.line) == [2, 3])
    }

    @Test(arguments: [
        ("package let a = 1", "a"), ("    package static func go(_ x: Int) {}", "go"),
        ("private(set) package var b: Int", "b"), ("package indirect enum Tree {", "Tree"),
        ("package init(a: Int) {", "init(a"), ("package final class Loop: Sendable {", "Loop"),
        ("package static func + (a: A, b: A) -> A {", "+"),
    ])
    func `asks for a doc comment`(_ line: String, _ name: String) {
        let advice = "`\(name)` has no doc comment; say in one sentence what it is"
        let bare = sample("// no doc\n@inlinable\n\(line)\n")
        #expect(DocumentationRule.findings(in: bare) == [bare.finding(3, advice)])
        let documented = sample("/// It is.\n@inlinable\n\(line)\n")
        #expect(DocumentationRule.findings(in: documented) == [])
    }

    @Test(arguments: [
        "package import Bytes", "package extension Int {", "let a = package",
        "package var description: String { \"\" }",
        "var package = 1",
    ])
    func `asks for none where none is due`(_ line: String) {
        #expect(DocumentationRule.findings(in: sample("\n\(line)\n")) == [])
    }

    @Test func `refuses empty names and wrong API keys`() {
        func advice(_ path: String) -> [String] {
            let file = sample("", at: path)
            return (NameRules.emptyNames(in: file) + NameRules.keyedNames(in: file)).map(\.advice)
        }
        #expect(
            advice("Sources/Mirror/StringUtils.swift") == [
                "\"Utils\" says nothing; name the file after the one idea in it"
            ])
        #expect(
            advice("Sources/KafkaProtocol/Messages/01-Produce.swift") == [
                "the API key of Produce is 0; call it 00-Produce.swift"
            ])
        #expect(
            advice("Sources/EmbeddedBroker/Handlers/Produce.swift") == [
                "the API key of Produce is 0; call it 00-Produce.swift"
            ])
        #expect(
            advice("Sources/EmbeddedBroker/Handlers/Groups.swift") == [
                "call it NN-Name.swift with Kafka's API key and name, such as 00-Produce.swift"
            ])
        #expect(advice("Sources/KafkaProtocol/Messages/44-IncrementalAlterConfigs+Response.swift") == [])
        #expect(NameRules.topLevel([".git", "README.md", "notes.txt"]).map(\.file) == ["notes.txt"])
    }

    @Test func `refuses a changelog out of form`() {
        let text = "# Changelog\n\n## Unreleased\n\n- lost\n\n### Added\n\n- a, see #12\nb\n\n### Magic\n"
        #expect(ProseRules.changelog(text).map(\.line) == [5, 9, 10, 12])
        #expect(ProseRules.changelog("Changes").map(\.line) == [1, 0])
        #expect(ProseRules.changelog("# Changelog\n\n## Unreleased\n\n### Added\n\n- a\n  b\n") == [])
    }

    @Test func `refuses a map with gaps`() {
        let findings = ProseRules.map(
            "`Bytes` has Old.swift, New.swift", targets: ["Bytes", "TLS"], fileNames: ["New.swift"])
        #expect(
            findings.map(\.advice) == [
                "does not mention `TLS`; put it on its floor and into the file map",
                "mentions Old.swift, which does not exist",
            ])
    }
}
