/// Rows of words in columns, as wide as needed; numbers stand at the right.
struct TextColumns {
    /// Where the words of a column stand.
    enum Side {
        case left
        case right
    }

    private var rows: [[String]] = []
    private let sides: [Side]

    init(_ sides: [Side]) {
        self.sides = sides
    }

    /// Adds a row with one word per column; what lies behind the last column is left out.
    mutating func add(_ words: String...) {
        rows.append(words)
    }

    /// The rows as lines without spaces at their ends.
    func lines(indent: Int) -> [String] {
        let widths = sides.indices.map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            var line = String(repeating: " ", count: indent)
            for (column, word) in row.prefix(sides.count).enumerated() {
                let space = String(repeating: " ", count: widths[column] - word.count)
                line += (column == 0 ? "" : "  ") + (sides[column] == .left ? word + space : space + word)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
