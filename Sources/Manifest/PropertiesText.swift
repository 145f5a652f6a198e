/// Reads Java's properties format.
///
/// Understood: comments (`#`, `!`), `=`, `:` or blanks between key and value, lines continued with a backslash, and
/// backslash escapes with `\uXXXX`. Java reads such files as Latin-1; here they are UTF-8 when they are legal UTF-8.
enum PropertiesText {
    /// One key with its value, and where both stand; lines and columns count from 1, columns in Unicode scalars.
    struct Entry {
        var key: String
        var value: String
        var keyLine: Int32
        var keyColumns: Range<Int32>
        /// The columns of the value on each of its lines, in order.
        var valueColumns: [(line: Int32, columns: Range<Int32>)]
    }

    /// The values by key; the last one counts.
    static func values(_ text: String) -> [String: String] {
        Dictionary(entries(text).map { ($0.key, $0.value) }, uniquingKeysWith: { _, last in last })
    }

    /// The text of a file.
    static func text(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var latin = String.UnicodeScalarView()
        latin.append(contentsOf: bytes.map { Unicode.Scalar($0) })
        return String(latin)
    }

    /// All entries in their order.
    static func entries(_ text: String) -> [Entry] {
        var entries: [Entry] = []
        var pending: [PlacedScalar] = []
        var isContinued = false
        for (index, line) in lines(text).enumerated() {
            let number = Int32(clamping: index + 1)
            let placed = line.enumerated().map {
                PlacedScalar(scalar: $1, line: number, column: Int32(clamping: $0 + 1))
            }
            let content = placed.drop { isBlank($0.scalar) }
            if !isContinued, content.isEmpty || content.first?.scalar == "#" || content.first?.scalar == "!" {
                continue
            }
            let backslashes = content.reversed().prefix { $0.scalar == "\\" }.count
            isContinued = backslashes % 2 == 1
            pending += isContinued ? content.dropLast() : content
            if !isContinued {
                if let entry = entry(pending) { entries.append(entry) }
                pending = []
            }
        }
        if let last = entry(pending) { entries.append(last) }
        return entries
    }

    private struct PlacedScalar {
        var scalar: Unicode.Scalar
        var line: Int32
        var column: Int32
    }

    /// Java's line ends: LF, CR, CR LF.
    private static func lines(_ text: String) -> [[Unicode.Scalar]] {
        var lines: [[Unicode.Scalar]] = [[]]
        var last: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where last == "\r": break
            case "\n", "\r": lines.append([])
            default: lines[lines.count - 1].append(scalar)
            }
            last = scalar
        }
        return lines
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\u{0C}"
    }

    private static func entry(_ scalars: [PlacedScalar]) -> Entry? {
        guard let first = scalars.first else { return nil }
        var index = 0
        while index < scalars.count, !isBlank(scalars[index].scalar), scalars[index].scalar != "=",
            scalars[index].scalar != ":"
        {
            index += scalars[index].scalar == "\\" ? 2 : 1
        }
        let keyEnd = min(index, scalars.count)
        func skipBlanks() {
            while index < scalars.count, isBlank(scalars[index].scalar) { index += 1 }
        }
        skipBlanks()
        if index < scalars.count, scalars[index].scalar == "=" || scalars[index].scalar == ":" {
            index += 1
            skipBlanks()
        }
        let key = scalars[..<keyEnd]
        let value = scalars[min(index, scalars.count)...]
        let keyLast = key.last(where: { $0.line == first.line })?.column ?? first.column
        return Entry(
            key: unescaped(key), value: unescaped(value), keyLine: first.line,
            keyColumns: first.column..<max(keyLast, first.column) + 1, valueColumns: columns(value))
    }

    private static func columns(_ scalars: ArraySlice<PlacedScalar>) -> [(line: Int32, columns: Range<Int32>)] {
        var result: [(line: Int32, columns: Range<Int32>)] = []
        for scalar in scalars {
            if let last = result.last, last.line == scalar.line {
                result[result.count - 1].columns = last.columns.lowerBound..<scalar.column + 1
            } else {
                result.append((scalar.line, scalar.column..<scalar.column + 1))
            }
        }
        return result
    }

    private static func unescaped(_ scalars: ArraySlice<PlacedScalar>) -> String {
        // UTF-16, because `\uXXXX` may be half of a pair.
        var units: [UInt16] = []
        var rest = scalars.map(\.scalar)[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\\", let escaped = rest.popFirst() else {
                units += Array(String(scalar).utf16)
                continue
            }
            switch escaped {
            case "n": units.append(0x0A)
            case "t": units.append(0x09)
            case "r": units.append(0x0D)
            case "f": units.append(0x0C)
            case "u":
                let digits = rest.prefix(4)
                var text = String.UnicodeScalarView()
                text.append(contentsOf: digits)
                if digits.count == 4, digits.allSatisfy(\.properties.isASCIIHexDigit),
                    let unit = UInt16(String(text), radix: 16)
                {
                    units.append(unit)
                    rest = rest.dropFirst(4)
                } else {
                    // Java refuses the file; what is meant is not known, so nothing is invented.
                    units += Array("\\u".utf16)
                }
            default: units += Array(String(escaped).utf16)
            }
        }
        return String(decoding: units, as: UTF16.self)
    }
}
