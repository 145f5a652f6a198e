/// MirrorMaker's lists of regular expressions as filters, as far as filters can say the same.
enum MirrorMakerPatterns {
    /// One expression of a list.
    enum Pattern: Hashable {
        /// Exactly this name; `isLoose` when a dot in it stood for any character.
        case literal(String, isLoose: Bool)
        /// Every name that begins so.
        case prefix(String, isLoose: Bool)
        /// Every name.
        case all
        /// Something that filters cannot say.
        case expression(String)

        /// Whether it selects a name that begins with `prefix`; never for what filters cannot say.
        func overlaps(prefix: String) -> Bool {
            switch self {
            case .literal(let name, _): name.hasPrefix(prefix)
            case .prefix(let start, _): start.hasPrefix(prefix) || prefix.hasPrefix(start)
            case .all: true
            case .expression: false
            }
        }
    }

    /// The expressions of a list; MirrorMaker separates them by commas.
    static func patterns(_ list: String) -> [Pattern] {
        list.split(separator: ",").map { pattern(String($0.filter { !$0.isWhitespace })) }.filter {
            $0 != .literal("", isLoose: false)
        }
    }

    private static func pattern(_ text: String) -> Pattern {
        var body = text[...]
        if body.hasPrefix("^") { body = body.dropFirst() }
        if body.hasSuffix("$") { body = body.dropLast() }
        if body == ".*" || body == ".+" { return .all }
        let isPrefix = body.hasSuffix(".*")
        if isPrefix { body = body.dropLast(2) }
        guard let (name, isLoose) = name(body) else { return .expression(text) }
        return isPrefix ? .prefix(name, isLoose: isLoose) : .literal(name, isLoose: isLoose)
    }

    /// The name that an expression without operators stands for.
    private static func name(_ body: Substring) -> (String, isLoose: Bool)? {
        var name = ""
        var isLoose = false
        var rest = body
        while let character = rest.popFirst() {
            if character == "\\" {
                guard let escaped = rest.popFirst(), ".-_".contains(escaped) else { return nil }
                name.append(escaped)
            } else if character == "." {
                isLoose = true
                name.append(character)
            } else if character.isASCII, character.isLetter || character.isNumber || "_-".contains(character) {
                name.append(character)
            } else {
                return nil
            }
        }
        return (name, isLoose)
    }

    /// The pattern as an entry of filters; nil for what filters cannot say.
    static func entry(_ pattern: Pattern, _ type: String) -> String? {
        let (name, patternType): (String, String)
        switch pattern {
        case .literal(let text, _): (name, patternType) = (text, "LITERAL")
        case .prefix(let text, _): (name, patternType) = (text, "PREFIXED")
        case .all: (name, patternType) = ("*", "LITERAL")
        case .expression: return nil
        }
        return "{name: \(YAMLText.scalar(name)), patternType: \(patternType), filterType: \(type)}"
    }
}
