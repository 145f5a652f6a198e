/// Writes diagnostics as plain text: one line per finding that editors and scripts can parse, then the source line.
///
/// ```
/// links/paris.yaml:25:3: error[K014]: unknown key "consumerGroupFilter" in spec
///    25 |   consumerGroupFilter:
///       |   ^~~~~~~~~~~~~~~~~~~ did you mean "consumerGroupFilters"?
/// ```
package struct DiagnosticText: Sendable {
    /// Whether severity and caret are coloured with ANSI sequences.
    package var coloured: Bool

    /// Makes a writer; colour is for terminals only.
    package init(coloured: Bool = false) {
        self.coloured = coloured
    }

    /// A hint goes behind the caret up to this column, otherwise on a line of its own.
    private static let caretLineLimit = 132

    /// One finding as lines of text, each ended by a line feed.
    package func text(_ diagnostic: Diagnostic) -> String {
        let margin = "      "
        var text = diagnostic.place.map { "\(Self.oneLine($0.description)): " } ?? ""
        text += painted("\(diagnostic.severity.rawValue)[\(diagnostic.code)]", diagnostic.severity)
        text += ": \(Self.oneLine(diagnostic.summary))\n"
        var hint = diagnostic.hint.map(Self.oneLine)
        if let snippet = diagnostic.snippet {
            let shown = snippet.shown()
            let number = String(snippet.line)
            text += String(repeating: " ", count: max(0, 5 - number.count)) + "\(number) | \(shown.text)\n"
            let caret = "^" + String(repeating: "~", count: shown.length - 1)
            text += "\(margin)| " + String(repeating: " ", count: shown.column - 1)
            text += painted(caret, diagnostic.severity)
            if let short = hint, shown.column + shown.length + short.unicodeScalars.count <= Self.caretLineLimit {
                text += " \(short)"
                hint = nil
            }
            text += "\n"
        }
        if let hint { text += "\(margin)\(hint)\n" }
        for line in (diagnostic.detail ?? "").split(separator: "\n") { text += "\(margin)\(Self.oneLine(line))\n" }
        for related in diagnostic.related {
            text += "\(margin)also see \(Self.oneLine(related.place.description))"
            text += related.note.isEmpty ? "\n" : " (\(Self.oneLine(related.note)))\n"
        }
        return text
    }

    /// Several findings, in the order given.
    package func text(_ diagnostics: some Sequence<Diagnostic>) -> String {
        diagnostics.map { text($0) }.joined()
    }

    /// The last line of a report: how many errors and warnings, in how many of the files that were read.
    ///
    /// For example `2 errors, 1 warning in 2 of 6 files`; nil when there is nothing to count.
    package static func summary(_ diagnostics: some Sequence<Diagnostic>, fileCount: Int) -> String? {
        let all = Array(diagnostics)
        let errors = all.count { $0.severity == .error }
        let warnings = all.count - errors
        let counts = [counted(errors, "error"), counted(warnings, "warning")].compactMap(\.self)
        guard !counts.isEmpty else { return nil }
        let touched = Set(all.compactMap(\.place?.file)).count
        let files = fileCount == 1 ? "file" : "files"
        return counts.joined(separator: ", ") + (touched == 0 ? "" : " in \(touched) of \(fileCount) \(files)")
    }

    private static func counted(_ count: Int, _ noun: String) -> String? {
        count == 0 ? nil : "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    /// The text with control characters replaced: a finding's first line stays one line, and no input
    /// steers a terminal.
    private static func oneLine(_ text: some StringProtocol) -> String {
        var view = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: view.append("·")
            default: view.append(scalar)
            }
        }
        return String(view)
    }

    private func painted(_ text: String, _ severity: Diagnostic.Severity) -> String {
        guard coloured else { return text }
        return "\u{1B}[1;\(severity == .error ? 31 : 33)m\(text)\u{1B}[0m"
    }
}
