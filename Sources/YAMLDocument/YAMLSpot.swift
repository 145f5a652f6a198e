import Diagnostics

/// A position in a YAML file, both parts counted from 1.
package struct YAMLMark: Hashable, Sendable {
    /// The line.
    package var line: Int32
    /// The column, in Unicode scalars.
    package var column: Int32

    /// Makes a position that counts from 1.
    package init(line: Int32, column: Int32) {
        self.line = line
        self.column = column
    }
}

/// A stretch of a YAML file that findings can point to.
package struct YAMLSpot {
    /// The file.
    package let source: YAMLSource
    /// The first character.
    package let start: YAMLMark
    /// One behind the last character.
    package let end: YAMLMark

    /// A stretch of a file from `start` up to, not including, `end`.
    package init(source: YAMLSource, start: YAMLMark, end: YAMLMark) {
        self.source = source
        self.start = start
        self.end = end
    }

    /// Where the stretch begins, as shown to people.
    package var place: SourcePlace {
        SourcePlace(file: source.name, line: Int(start.line), column: Int(start.column))
    }

    /// Adds a finding about this stretch, with its line, to the findings of the run.
    package func report(
        _ code: some RawRepresentable<String>,
        _ summary: String,
        severity: Diagnostic.Severity = .error,
        hint: String? = nil,
        detail: String? = nil,
        related: [Diagnostic.Related] = []
    ) {
        source.findings.add(
            Diagnostic(
                severity, code.rawValue, at: place, summary, detail: detail, hint: hint, related: related,
                snippet: source.snippet(from: start, to: end)))
    }
}
