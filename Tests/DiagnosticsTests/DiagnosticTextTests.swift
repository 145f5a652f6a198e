import Diagnostics
import Testing

@Suite struct DiagnosticTextTests {
    let link = "base/links/paris-to-dublin.yaml"

    @Test func `shows the finding, the line and a caret with the suggestion`() {
        let diagnostic = Diagnostic(
            .error, "K014", at: SourcePlace(file: link, line: 25, column: 3),
            "unknown key \"consumerGroupFilter\" in spec", hint: "did you mean \"consumerGroupFilters\"?",
            snippet: Snippet(line: 25, text: "  consumerGroupFilter:", column: 3, length: 19))
        let expected = """
            base/links/paris-to-dublin.yaml:25:3: error[K014]: unknown key "consumerGroupFilter" in spec
               25 |   consumerGroupFilter:
                  |   ^~~~~~~~~~~~~~~~~~~ did you mean "consumerGroupFilters"?

            """
        #expect(DiagnosticText().text(diagnostic) == expected)
    }

    @Test func `shows other places, detail and hint below when there is no snippet`() {
        let diagnostic = Diagnostic(
            .warning, "K031", at: SourcePlace(file: "a.yaml", line: 9, column: 13), "mirror name \"orders.v1\" is odd",
            detail: "First reason.\nSecond reason.", hint: "rename it",
            related: [
                .init(SourcePlace(file: link, line: 22, column: 13)),
                .init(SourcePlace(file: link, line: 23, column: 1), "first declared here"),
            ])
        let expected = """
            a.yaml:9:13: warning[K031]: mirror name "orders.v1" is odd
                  rename it
                  First reason.
                  Second reason.
                  also see base/links/paris-to-dublin.yaml:22:13
                  also see base/links/paris-to-dublin.yaml:23:1 (first declared here)

            """
        #expect(DiagnosticText().text(diagnostic) == expected)
    }

    @Test func `works without a place`() {
        let diagnostic = Diagnostic(.error, "K001", at: nil, "no manifests found in \"empty\"")
        #expect(DiagnosticText().text(diagnostic) == "error[K001]: no manifests found in \"empty\"\n")
    }

    @Test func `lets no control character reach the terminal`() {
        let diagnostic = Diagnostic(
            .error, "K014", at: SourcePlace(file: "a\u{1B}[2J.yaml", line: 1, column: 3), "unknown key \"x\u{7}\ny\"",
            snippet: Snippet(line: 1, text: "\tx\u{1B}[31m", column: 2, length: 1))
        let expected = """
            a·[2J.yaml:1:3: error[K014]: unknown key "x··y"
                1 |  x·[31m
                  |  ^

            """
        #expect(DiagnosticText().text(diagnostic) == expected)
    }

    @Test func `cuts a very long line around the caret`() {
        let long = String(repeating: "a", count: 5000) + "HERE" + String(repeating: "b", count: 5000)
        let snippet = Snippet(line: 100_000, text: long, column: 5001, length: 4)
        let diagnostic = Diagnostic(
            .error, "K014", at: SourcePlace(file: "a.yaml", line: 100_000, column: 5001), "bad", snippet: snippet)
        let lines = DiagnosticText().text(diagnostic).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(
            lines[1] == "100000 | …" + String(repeating: "a", count: 39) + "HERE" + String(repeating: "b", count: 115)
                + "…")
        #expect(lines[2] == "      | " + String(repeating: " ", count: 40) + "^~~~")
    }

    @Test(arguments: [(-5, -5), (0, 0), (1, 900), (40, 3), (Int.max, 1), (Int.min, Int.min)])
    func `draws a caret for any column and length`(column: Int, length: Int) {
        let snippet = Snippet(line: 1, text: "abc", column: column, length: length)
        let text = DiagnosticText().text(Diagnostic(.error, "K014", at: nil, "bad", snippet: snippet))
        #expect(text.contains("^"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count < 30 })
    }

    @Test func `puts a long hint on a line of its own`() {
        let hint = String(repeating: "h", count: 120)
        let diagnostic = Diagnostic(
            .error, "K014", at: nil, "bad", hint: hint,
            snippet: Snippet(line: 3, text: "key: value", column: 6, length: 5))
        #expect(DiagnosticText().text(diagnostic).hasSuffix("      |      ^~~~~ \(hint)\n"))
        var longer = diagnostic
        longer.hint = hint + "more"
        #expect(DiagnosticText().text(longer).hasSuffix("      |      ^~~~~\n      \(hint)more\n"))
    }

    @Test func `colours severity and caret when asked to`() {
        let diagnostic = Diagnostic(
            .error, "K014", at: nil, "bad", snippet: Snippet(line: 3, text: "x", column: 1, length: 1))
        let expected = "\u{1B}[1;31merror[K014]\u{1B}[0m: bad\n    3 | x\n      | \u{1B}[1;31m^\u{1B}[0m\n"
        #expect(DiagnosticText(coloured: true).text(diagnostic) == expected)
    }

    @Test func `counts errors, warnings and files`() {
        func finding(_ severity: Diagnostic.Severity, _ file: String) -> Diagnostic {
            Diagnostic(severity, "K014", at: SourcePlace(file: file, line: 1, column: 1), "bad")
        }
        let two = [finding(.error, "a"), finding(.error, "b")]
        #expect(DiagnosticText.summary(two, fileCount: 6) == "2 errors in 2 of 6 files")
        let mixed = [finding(.error, "a"), finding(.warning, "a")]
        #expect(DiagnosticText.summary(mixed, fileCount: 1) == "1 error, 1 warning in 1 of 1 file")
        #expect(DiagnosticText.summary([finding(.warning, "a")], fileCount: 2) == "1 warning in 1 of 2 files")
        #expect(DiagnosticText.summary([Diagnostic(.error, "K001", at: nil, "bad")], fileCount: 0) == "1 error")
        #expect(DiagnosticText.summary([Diagnostic](), fileCount: 6) == nil)
    }
}
