/// A place in an input file: file name, line and column, as shown to people.
///
/// Lines and columns count from 1; a column counts characters (Unicode scalars), not bytes.
package struct SourcePlace: Hashable, Sendable, Codable {
    /// The file's name as the user gave it or as it was found; `<stdin>` for standard input.
    package var file: String
    /// The line, counted from 1.
    package var line: Int
    /// The column in characters, counted from 1.
    package var column: Int

    /// Makes a place from a file name and a position that counts from 1.
    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}

extension SourcePlace: Comparable {
    /// Orders places by file name, then as they are read: by line, then by column.
    package static func < (left: SourcePlace, right: SourcePlace) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

extension SourcePlace: CustomStringConvertible {
    /// The place as compilers write it: `file:line:column`.
    package var description: String { "\(file):\(line):\(column)" }
}
