/// Reads Java's properties format, as far as Kafka's own files use it.
///
/// Understood: comments (`#`, `!`), `=`, `:` or blanks between key and value, lines continued with a backslash, and
/// backslash escapes. Not supported: `\uXXXX`, which stays as written.
enum PropertiesText {
    static func values(_ text: String) -> [String: String] {
        var values: [String: String] = [:]
        for line in logicalLines(text) {
            let (key, value) = split(line)
            values[key] = value
        }
        return values
    }

    private static func logicalLines(_ text: String) -> [String] {
        var lines: [String] = []
        var pending = ""
        for raw in text.split(whereSeparator: \.isNewline) {
            let line = raw.drop { $0 == " " || $0 == "\t" }
            if pending.isEmpty, line.isEmpty || line.first == "#" || line.first == "!" { continue }
            let backslashes = line.reversed().prefix { $0 == "\\" }.count
            if backslashes % 2 == 1 {
                pending += line.dropLast()
            } else {
                lines.append(pending + line)
                pending = ""
            }
        }
        return pending.isEmpty ? lines : lines + [pending]
    }

    private static func split(_ line: String) -> (key: String, value: String) {
        var key = ""
        var rest = line[...]
        while let character = rest.first, !"=: \t".contains(character) {
            rest = rest.dropFirst()
            if character == "\\", let escaped = rest.popFirst() {
                key += unescaped(escaped)
            } else {
                key.append(character)
            }
        }
        rest = rest.drop { $0 == " " || $0 == "\t" }
        if rest.first == "=" || rest.first == ":" { rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" } }
        var value = ""
        while let character = rest.popFirst() {
            if character == "\\", let escaped = rest.popFirst() {
                value += unescaped(escaped)
            } else {
                value.append(character)
            }
        }
        return (key, value)
    }

    private static func unescaped(_ character: Character) -> String {
        switch character {
        case "n": "\n"
        case "t": "\t"
        case "r": "\r"
        case "u": "\\u"
        default: String(character)
        }
    }
}
