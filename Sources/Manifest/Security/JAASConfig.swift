/// A `sasl.jaas.config` value: one login module with its options.
///
/// The grammar is Java's (`javax.security.auth.login.Configuration`), read as Kafka's clients do:
/// `Module flag key="value" … ;` with `"` or `'` around values, backslash escapes, and Java's comments.
struct JAASConfig: Equatable {
    /// Full name of the login module's class.
    var module: String
    /// Its options.
    var options: [String: String]

    /// Options that say whom to trust at a token endpoint.
    static let trustOptions: Set<String> = [
        "ssl.truststore.type", "ssl.truststore.location", "ssl.truststore.password", "ssl.truststore.certificates",
    ]
    private static let knownOptions: Set<String> = [
        "username", "password", "tokenauth", "serviceName", "clientId", "clientSecret", "scope",
    ]

    /// An option's name for a message: what stands where a name is due may be the rest of a secret without quotes.
    static func shown(_ option: String) -> String {
        let isKnown = knownOptions.contains(option) || trustOptions.contains(option)
        return isKnown || option.hasPrefix("unsecuredLogin") ? option : "…"
    }

    /// Why a text is no such value; no problem quotes the text, which holds secrets.
    enum Problem: Error, Equatable {
        case empty
        case noFlag
        case unknownFlag
        case noValue(option: String)
        case bareNumber(option: String)
        case straySign
        case unclosedQuote
        case noSemicolon
        case severalModules

        /// The problem in words, to stand behind the property's name.
        var summary: String {
            switch self {
            case .empty: "names no login module"
            case .noFlag, .unknownFlag: "has no \"required\" behind the login module"
            case .noValue(let option): "has an option without value: \(option)"
            case .bareNumber(let option): "has a value that must be in quotes: option \(option)"
            case .straySign: "has a sign between its options; values with signs must be in quotes"
            case .unclosedQuote: "has a quotation mark that is not closed"
            case .noSemicolon: "does not end with a semicolon"
            case .severalModules: "has more than one login module; a client takes one"
            }
        }
    }

    /// Reads a value.
    init(_ text: String) throws(Problem) {
        var tokens = JAASTokens(text)
        guard case .word(let module) = try tokens.next() else { throw .empty }
        switch try tokens.next() {
        case .word(let flag):
            guard ["required", "requisite", "sufficient", "optional"].contains(flag.lowercased()) else {
                throw .unknownFlag
            }
        default: throw .noFlag
        }
        var options: [String: String] = [:]
        reading: while true {
            switch try tokens.next() {
            case .symbol(";"): break reading
            case .end: throw .noSemicolon
            case .symbol: throw .straySign
            case .quoted(let option): options[option] = try Self.value(of: option, &tokens)
            case .word(let option): options[option] = try Self.value(of: option, &tokens)
            }
        }
        guard try tokens.next() == .end else { throw .severalModules }
        self.module = module
        self.options = options
    }

    private static func value(of option: String, _ tokens: inout JAASTokens) throws(Problem) -> String {
        let shown = shown(option)
        guard try tokens.next() == .symbol("=") else { throw .noValue(option: shown) }
        switch try tokens.next() {
        case .quoted(let value): return value
        case .word(let value):
            // Java reads what begins like a number as one, and Kafka then finds no value.
            if value.first.map({ $0.isNumber || $0 == "-" || $0 == "." }) ?? true { throw .bareNumber(option: shown) }
            return value
        case .symbol, .end: throw .noValue(option: shown)
        }
    }
}

/// The words, quoted texts and signs of a JAAS text.
private struct JAASTokens {
    enum Token: Equatable {
        case word(String)
        case quoted(String)
        case symbol(Character)
        case end
    }

    private var rest: Substring

    init(_ text: String) { rest = text[...] }

    mutating func next() throws(JAASConfig.Problem) -> Token {
        skipBlanksAndComments()
        guard let first = rest.first else { return .end }
        if first == "\"" || first == "'" { return .quoted(try quoted()) }
        // A reference stands for a whole value also without quotes; the first brace behind it closes it.
        if rest.hasPrefix("${"), let closing = rest.firstIndex(of: "}") {
            let reference = rest[...closing]
            rest = rest[closing...].dropFirst()
            return .quoted(String(reference))
        }
        let word = rest.prefix { $0.isLetter || $0.isNumber || "._-$".contains($0) }
        guard word.isEmpty else {
            rest = rest[word.endIndex...]
            return .word(String(word))
        }
        rest = rest.dropFirst()
        return .symbol(first)
    }

    private mutating func skipBlanksAndComments() {
        while let first = rest.first {
            if first.isWhitespace {
                rest = rest.dropFirst()
            } else if rest.hasPrefix("//") {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*") {
                rest = rest.dropFirst(2)
                while !rest.isEmpty, !rest.hasPrefix("*/") { rest = rest.dropFirst() }
                rest = rest.dropFirst(2)
            } else {
                return
            }
        }
    }

    private mutating func quoted() throws(JAASConfig.Problem) -> String {
        guard let quote = rest.popFirst() else { return "" }
        var text = ""
        while let character = rest.popFirst() {
            switch character {
            case quote: return text
            case "\\": text += escaped()
            case let other where other.isNewline: throw .unclosedQuote
            default: text.append(character)
            }
        }
        throw .unclosedQuote
    }

    /// What a backslash and the characters behind it stand for (`java.io.StreamTokenizer`).
    private mutating func escaped() -> String {
        let octal = rest.prefix(3).prefix { ("0"..."7").contains($0) }
        if let first = octal.first {
            let digits = octal.prefix(first <= "3" ? 3 : 2)
            rest = rest.dropFirst(digits.count)
            return UInt8(digits, radix: 8).map { String(Unicode.Scalar($0)) } ?? ""
        }
        switch rest.popFirst() {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "b": return "\u{08}"
        case "f": return "\u{0C}"
        case "a": return "\u{07}"
        case "v": return "\u{0B}"
        case let character?: return String(character)
        case nil: return ""
        }
    }
}
