import TestSupport
import Testing

@testable import CommandLine

@Suite struct ArgumentsTests {
    private static let syntax = CommandSyntax(
        "plan", "Plans.", operands: "[FILE]", operandLimit: 1,
        options: [
            OptionSyntax("file", letter: "f", value: "PATH", isRepeatable: true, "Manifests."),
            OptionSyntax("output", letter: "o", value: "FORMAT", choices: ["text", "json"], "Format."),
            OptionSyntax("auto-approve", letter: "y", "No question."),
            OptionSyntax("lock-timeout", value: "TIME", "How long to wait."),
        ])

    private func parse(_ words: String...) throws -> Arguments { try Arguments(words, for: Self.syntax) }

    private func message(_ words: [String]) -> String {
        do {
            _ = try Arguments(words, for: Self.syntax)
            return "accepted"
        } catch {
            return error.status == .usage ? error.message : "status \(error.status)"
        }
    }

    @Test func `takes long, short, joined and repeated flags`() throws {
        let found = try parse("-f", "a", "--file=b", "-fc", "-f=d", "--output", "json", "-y", "x.json")
        #expect(found.values("file") == ["a", "b", "c", "d"])
        #expect(found.value("output") == "json")
        #expect(found.has("auto-approve"))
        #expect(found.operands == ["x.json"])
    }

    @Test func `takes standard input as a value and as an operand`() throws {
        #expect(try parse("-f", "-").values("file") == ["-"])
        #expect(try parse("-").operands == ["-"])
    }

    @Test func `takes one-letter flags together`() throws {
        let found = try parse("-yf", "a")
        #expect(found.has("auto-approve"))
        #expect(found.values("file") == ["a"])
    }

    @Test func `takes everything behind two dashes as operands`() throws {
        #expect(try parse("--", "-y").operands == ["-y"])
        #expect(try !parse("--", "--help").wantsHelp)
    }

    @Test func `gives help whatever else is wrong`() throws {
        #expect(try parse("--nonsense", "-h").wantsHelp)
    }

    @Test(arguments: [
        (["--aprove"], "plan has no flag --aprove"),
        (["--auto-aprove"], "plan has no flag --auto-aprove; did you mean --auto-approve?"),
        (["--fil", "x"], "plan has no flag --fil; did you mean --file?"),
        (["-x"], "plan has no flag -x"),
        (["-f"], "-f needs a value: -f PATH"),
        (["--file", "--output"], "--file needs a value: --file PATH"),
        (["--file="], "--file needs a value: --file PATH"),
        (["-o", "jsn"], "-o is one of text, json, not \"jsn\"; did you mean json?"),
        (["-o", "text", "-o", "json"], "-o is given twice"),
        (["--auto-approve=yes"], "--auto-approve takes no value"),
        (["a", "b"], "plan does not take \"b\"; manifests are given with -f"),
    ])
    func `refuses with a sentence`(_ words: [String], _ expected: String) {
        #expect(message(words) == expected)
    }

    @Test(arguments: [
        ("0", Duration.zero), ("0s", .zero), ("250ms", .milliseconds(250)), ("30s", .seconds(30)),
        ("10m", .seconds(600)), ("2h", .seconds(7200)), ("1d", .seconds(86_400)),
    ])
    func `reads durations`(_ text: String, _ expected: Duration) throws {
        #expect(try parse("--lock-timeout", text).duration("lock-timeout") == expected)
    }

    @Test(arguments: ["", "5", "5 s", "-5s", "s", "1.5h", "99999999999999999999s", "9223372036854775807h", "٥s"])
    func `refuses what is no duration`(_ text: String) {
        #expect(DurationArgument.parse(text) == nil)
    }

    @Test func `shows every flag in the help`() {
        #expect(
            Self.syntax.help == """
                Plans.

                USAGE: lockstep plan [options] [FILE]

                OPTIONS:
                  -f, --file PATH          Manifests.
                  -o, --output text|json   Format.
                  -y, --auto-approve       No question.
                      --lock-timeout TIME  How long to wait.
                      --no-color           Print without colour; so do NO_COLOR, TERM=dumb and a pipe.
                  -h, --help               Print this help.

                """)
    }

    @Test func `never crashes on random words`() async {
        let seed = testSeed(1)
        var random = SmallRandom(state: seed)
        let pieces = ["-", "--", "f", "=", "file", "output", "o", "y", "json", "", " ", "é", "\u{0}", "--file", "help"]
        for _ in 0..<5_000 {
            // Others' tests want their turns too.
            await Task.yield()
            let words = (0..<Int(random.next() % 5)).map { _ in
                (0..<Int(random.next() % 4)).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
            }
            let first = message(words)
            #expect(first == message(words))
            #expect(!first.hasPrefix("status"))
        }
    }
}

/// Numbers that follow from a seed (SplitMix64).
private struct SmallRandom {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
