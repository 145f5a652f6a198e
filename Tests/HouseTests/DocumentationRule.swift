/// Every `package` declaration carries a doc comment.
enum DocumentationRule {
    private static let declarations: Set<Substring> = [
        "func", "var", "let", "init", "struct", "enum", "class", "actor", "protocol", "typealias", "subscript", "macro",
    ]

    /// Witnesses of protocols whose meaning is documented there, and nowhere different.
    static let witnesses: Set<String> = [
        "code", "api", "Response", "Request", "description", "debugDescription", "testDescription", "hash", "encode",
        "==", "<", "unownedExecutor", "errorDescription", "rawValue", "RawValue", "allCases", "id", "expectsResponse",
        "makeIterator", "next", "Element", "Index", "startIndex", "endIndex", "index", "init(from", "init(rawValue",
        // WireCoder, Registration's handler, and Swift's executors.
        "field", "tagged", "endOfStruct", "ready", "asUnownedSerialExecutor", "asUnownedTaskExecutor", "checkIsolated",
    ]

    static func findings(in file: SourceFile) -> [Finding] {
        let code = file.text.codeLines
        let original = file.text.originalLines
        return code.indices.compactMap { index in
            guard let name = declaredName(code[index]), !witnesses.contains(name) else { return nil }
            guard !isDocumented(index, original) else { return nil }
            return file.finding(index + 1, "`\(name)` has no doc comment; say in one sentence what it is")
        }
    }

    /// The name a line declares with `package` access, nil when it declares none.
    static func declaredName(_ line: String) -> String? {
        let words = line.split { $0 == " " || $0 == "\t" }
        guard let access = words.firstIndex(where: { $0 == "package" }),
            let at = words[access...].firstIndex(where: { declarations.contains(firstName($0)) }),
            // Between them only modifiers may stand: this is no declaration, but a word in an expression, otherwise.
            words[access..<at].allSatisfy({ $0.allSatisfy { $0.isLetter || $0 == "(" || $0 == ")" } }),
            !words[access..<at].contains("import"), !words[access..<at].contains("extension")
        else { return nil }
        let keyword = firstName(words[at])
        if keyword == "class", at + 1 < words.count, declarations.contains(firstName(words[at + 1])) {
            return at + 2 < words.count ? firstName(words[at + 2]).description : nil
        }
        if keyword == "init" || keyword == "subscript" {
            let label = words[at...].joined(separator: " ").drop { $0 != "(" }.prefix { $0 != ":" && $0 != " " }
            return "\(keyword)\(label.filter { $0 != ")" })"
        }
        guard at + 1 < words.count else { return nil }
        let name = firstName(words[at + 1])
        // Operators have no letters.
        return name.isEmpty ? String(words[at + 1].prefix { $0 != "(" }) : String(name)
    }

    private static func firstName(_ word: Substring) -> Substring {
        word.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "`" }
    }

    /// Looks at the lines before, over attributes and conditions.
    private static func isDocumented(_ index: Int, _ lines: [String]) -> Bool {
        for line in lines[..<index].reversed() {
            let text = line.drop { $0 == " " }
            if text.hasPrefix("///") || text.hasSuffix("*/") { return true }
            guard text.hasPrefix("@") || text.hasPrefix("#if") || text.hasPrefix("// swift-format") else {
                return false
            }
        }
        return false
    }
}
