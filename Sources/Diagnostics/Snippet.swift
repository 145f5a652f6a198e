/// One line of the source with the stretch of it that a finding is about.
package struct Snippet: Hashable, Sendable {
    /// The number of the line, counted from 1.
    package var line: Int
    /// The line's text without its line end.
    package var text: String
    /// Where the stretch begins, in characters (Unicode scalars), counted from 1.
    package var column: Int
    /// How many characters the caret and its tail cover; at least 1 is drawn.
    package var length: Int

    /// Makes a snippet; column and length are brought into the line when they lie outside.
    package init(line: Int, text: String, column: Int, length: Int) {
        self.line = line
        self.text = text
        self.column = column
        self.length = length
    }

    /// The most characters of a line that are shown; longer lines are cut around the caret.
    package static let shownCharacterLimit = 160

    /// The line as it may be shown and where the caret goes in it: control characters (which could steer a terminal)
    /// are replaced one to one, and a very long line is cut around the caret.
    func shown() -> (text: String, column: Int, length: Int) {
        var scalars = text.unicodeScalars.map(Self.harmless)
        var start = min(max(column, 1) - 1, scalars.count)
        let limit = Self.shownCharacterLimit
        if scalars.count > limit {
            let first = min(max(start - limit / 4, 0), scalars.count - limit)
            let cutBehind = first + limit < scalars.count
            scalars = Array(scalars[first..<first + limit])
            start -= first
            if first > 0 { scalars[0] = "…" }
            if cutBehind { scalars[limit - 1] = "…" }
        }
        let covered = max(1, min(length, scalars.count - start))
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return (String(view), start + 1, covered)
    }

    private static func harmless(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar == "\t" { return " " }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return "·"
        default: return scalar
        }
    }
}
