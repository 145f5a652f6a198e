import Diagnostics

/// A YAML file that was read into memory, its lines for snippets, and where findings about it go.
///
/// Not Sendable: a load runs from beginning to end in one place.
package final class YAMLSource {
    /// The file's name as shown to people.
    package let name: String
    /// The file's content.
    package let bytes: [UInt8]
    /// Where findings about this file are collected.
    package let findings: DiagnosticCollector
    /// Byte offsets of the beginnings of lines; made when the first snippet is wanted.
    private lazy var lineStarts = Self.lineStarts(in: bytes)
    /// Characters that are never shown, by line; nil until the file's structure is known.
    private var secretColumns: [Int32: [Range<Int32>]]?

    /// A file with its content.
    ///
    /// A byte order mark is taken off: it would shift the columns of the first line.
    package init(name: String, bytes: [UInt8], findings: DiagnosticCollector) {
        self.name = name
        self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        self.findings = findings
    }

    /// The spot of one byte, for findings that know nothing better.
    func spot(ofByte offset: Int) -> YAMLSpot {
        let at = min(max(offset, 0), bytes.count)
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= at { low = middle } else { high = middle }
        }
        let before = String(decoding: bytes[lineStarts[low]..<at], as: UTF8.self).unicodeScalars.count
        let mark = YAMLMark(line: Int32(low + 1), column: Int32(before + 1))
        return YAMLSpot(source: self, start: mark, end: YAMLMark(line: mark.line, column: mark.column + 1))
    }

    /// The byte at a position of the file; nil when the file has no such line.
    package func byteOffset(of mark: YAMLMark) -> Int? {
        guard lineStarts.indices.contains(Int(mark.line) - 1) else { return nil }
        let start = lineStarts[Int(mark.line) - 1]
        guard let line = lineText(Int(mark.line)) else { return nil }
        let before = String(String.UnicodeScalarView(line.unicodeScalars.prefix(Int(mark.column) - 1)))
        return start + before.utf8.count
    }

    /// The byte behind the last character of a line, in front of its line end; nil when the file has no such line.
    package func endOfLine(_ line: Int32) -> Int? {
        guard let text = lineText(Int(line)) else { return nil }
        return lineStarts[Int(line) - 1] + text.utf8.count
    }

    /// Hides the values of secret keys of these documents in all snippets from now on.
    func hideSecrets(in documents: [YAMLNode]) {
        var hidden = SecretMask()
        documents.forEach { hidden.addSecrets(below: $0) }
        secretColumns = hidden.columns
    }

    /// Hides exactly these columns in all snippets from now on, for a file that is not YAML; lines and columns count
    /// from 1.
    package func hide(_ columns: [Int32: [Range<Int32>]]) {
        secretColumns = columns
    }

    /// The line at `start` with the stretch up to `end`, secrets masked; nil when the line is not there.
    func snippet(from start: YAMLMark, to end: YAMLMark) -> Snippet? {
        guard let text = lineText(Int(start.line)) else { return nil }
        let scalars = Array(text.unicodeScalars)
        let masked: String
        if let secretColumns {
            masked = SecretMask.mask(scalars, columns: secretColumns[start.line] ?? [])
        } else {
            // The structure is not known (the text is not YAML): hide whatever follows a secret-looking word.
            masked = SecretMask.mask(scalars, columns: SecretMask.guess(in: scalars))
        }
        let length = end.line == start.line ? Int(end.column - start.column) : scalars.count - Int(start.column) + 1
        return Snippet(line: Int(start.line), text: masked, column: Int(start.column), length: length)
    }

    private func lineText(_ line: Int) -> String? {
        guard lineStarts.indices.contains(line - 1) else { return nil }
        let end = lineStarts.indices.contains(line) ? lineStarts[line] : bytes.count
        var content = bytes[lineStarts[line - 1]..<end]
        while let last = content.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") {
            content = content.dropLast()
        }
        return String(decoding: content, as: UTF8.self)
    }

    /// libyaml's line ends: LF, CR, CR LF, NEL (C2 85), LS and PS (E2 80 A8, E2 80 A9).
    private static func lineStarts(in bytes: [UInt8]) -> [Int] {
        var starts = [0]
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            if byte == 0x0D, next == 0x0A {
                index += 2
            } else if byte == 0x0A || byte == 0x0D {
                index += 1
            } else if byte == 0xC2, next == 0x85 {
                index += 2
            } else if byte == 0xE2, next == 0x80, index + 2 < bytes.count, bytes[index + 2] | 1 == 0xA9 {
                index += 3
            } else {
                index += 1
                continue
            }
            starts.append(index)
        }
        return starts
    }
}
