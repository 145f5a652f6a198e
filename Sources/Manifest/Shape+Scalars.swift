import Diagnostics
import KafkaModel
import YAMLDocument

extension Shape where Value == Bool {
    /// `true` or `false`.
    static var boolean: Shape {
        Shape(["type": "boolean"]) { node, path in
            if node.boolean == nil { node.reportWrongType("true or false", what: path) }
            return node.boolean
        }
    }
}

extension Shape where Value == Int64 {
    /// A whole number in a range.
    static func integer(_ range: ClosedRange<Int64>) -> Shape {
        let words =
            range.upperBound == .max
            ? "a whole number of at least \(range.lowerBound)"
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Shape(["type": "integer", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)]) {
            node, path in
            guard let number = node.integer else {
                node.reportWrongType(words, what: path)
                return nil
            }
            guard range.contains(number) else {
                node.spot.report(ManifestCode.badValue, "\(path) must be \(words), not \(number)")
                return nil
            }
            return number
        }
    }

    /// A length of time such as `500ms`, `90s`, `10m`, `2h`, in milliseconds: more than 0, at most 30 days.
    static var durationMs: Shape {
        Shape(["type": "string", "pattern": "^[1-9][0-9]*(ms|s|m|h|d)$"]) { node, path in
            guard let text = node.text else {
                node.reportWrongType("a duration such as 500ms, 90s or 10m", what: path)
                return nil
            }
            if let milliseconds = ManifestDuration.milliseconds(text) { return milliseconds }
            let isBareNumber = YAMLNode.integer(text) != nil
            node.spot.report(
                ManifestCode.badValue, "\(path) must be a duration such as 500ms, 90s or 10m, not \(node.kindInWords)",
                hint: isBareNumber ? "add a unit: ms, s, m, h or d" : "more than 0 and at most 30d")
            return nil
        }
    }
}

/// Lengths of time as manifests write them: a whole number and one unit.
package enum ManifestDuration {
    static let limitMs: Int64 = 30 * 86_400_000

    private static let units: [(String, Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    /// A length of time with the largest unit that leaves nothing over, such as `10m`.
    package static func text(_ milliseconds: Int64) -> String {
        let (unit, factor) = units.last { milliseconds % $0.1 == 0 } ?? ("ms", 1)
        return "\(milliseconds / factor)\(unit)"
    }

    static func milliseconds(_ text: String) -> Int64? {
        guard let (unit, factor) = units.first(where: { text.hasSuffix($0.0) }),
            let number = YAMLNode.integer(String(text.dropLast(unit.count))), number > 0, number <= limitMs / factor
        else { return nil }
        return number * factor
    }
}

extension Shape where Value == String {
    /// Any text that is not empty.
    static var text: Shape {
        Shape(["type": "string", "minLength": 1]) { node, path in
            guard let text = node.text else {
                node.reportWrongType("text", what: path)
                return nil
            }
            guard !text.isEmpty else {
                node.spot.report(YAMLCode.noValue, "\(path) is empty")
                return nil
            }
            return text
        }
    }

    /// Text of letters, digits, `.`, `_` and `-`, beginning with a letter or digit: safe in group ids and file names.
    static var name: Shape {
        let limit = 100
        let schema: SchemaJSON = [
            "type": "string", "pattern": .text("^[A-Za-z0-9][A-Za-z0-9._-]{0,\(limit - 1)}$"),
        ]
        return Shape(schema) { node, path in
            guard let text = Shape.text.read(node, path) else { return nil }
            let isLegal = text.utf8.count <= limit && TopicName.problem(text) == nil
            guard isLegal, let first = text.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "_"),
                first != UInt8(ascii: "-")
            else {
                node.spot.report(
                    ManifestCode.badValue, "\(path) must be a name, not \(node.kindInWords)",
                    hint: "1 to \(limit) letters, digits, '.', '_' and '-', beginning with a letter or digit")
                return nil
            }
            return text
        }
    }

    /// A legal topic name that is not Kafka's own.
    static var topicName: Shape {
        let schema: SchemaJSON = ["type": "string", "pattern": "^(?!__)(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}$"]
        return Shape(schema) { node, path in
            guard let text = Shape.text.read(node, path) else { return nil }
            if let problem = TopicName.problem(text) {
                node.spot.report(ManifestCode.topicName, "\(path) is no topic name: \(problem)")
                return nil
            }
            guard !TopicName.isInternal(text) else {
                node.spot.report(
                    ManifestCode.internalTopic, "topic \"\(text)\" cannot be mirrored: it is internal to a cluster",
                    hint: "names that start with \"__\" belong to Kafka and its tools")
                return nil
            }
            return text
        }
    }

    /// The beginning of topic names; may be empty.
    static var topicPrefix: Shape {
        Shape(["type": "string", "pattern": "^(?!__)[A-Za-z0-9._-]{0,248}$"]) { node, path in
            guard let text = node.text else {
                node.reportWrongType("text", what: path)
                return nil
            }
            // A prefix is legal when a name that begins with it can be.
            if let problem = TopicName.problem(text + "x") {
                node.spot.report(ManifestCode.topicName, "\(path) cannot begin a topic name: \(problem)")
                return nil
            }
            guard !TopicName.isInternal(text) else {
                node.spot.report(
                    ManifestCode.internalTopic, "\(path) may not start with \"__\"",
                    hint: "names that start with \"__\" belong to Kafka and its tools")
                return nil
            }
            return text
        }
    }

    /// Text that may be a secret: never quoted in a finding; in plain text it earns a warning.
    static var secret: Shape {
        Shape(["type": "string", "minLength": 1]) { node, path in
            guard let text = node.text, !text.isEmpty else {
                node.spot.report(YAMLCode.noValue, "\(path) has no value; it must be text")
                return nil
            }
            guard ReferencedText.check(text, at: node.spot, path: path) else { return nil }
            if !text.contains("${") {
                node.spot.report(
                    ManifestCode.plainTextSecret, "\(path) is a secret in plain text", severity: .warning,
                    hint: "write \"${env:NAME}\" or \"${file:path}\" and keep the secret out of git")
            }
            return text
        }
    }
}

extension Shape where Value == HostAndPort {
    /// `host:port` or `[ipv6]:port`.
    static var hostAndPort: Shape {
        Shape(["type": "string", "pattern": "^(\\[[0-9A-Fa-f:.]+\\]|[^\\s/:]+):[0-9]{1,5}$"]) { node, path in
            guard let text = Shape<String>.text.read(node, path) else { return nil }
            if let address = HostAndPort(text) { return address }
            let scheme = "leave \"\(text.prefix { $0 != ":" })://\" out"
            let hint = text.contains("://") ? scheme : "for example kafka-0.example.net:9092"
            node.spot.report(
                ManifestCode.badValue, "\(path) must be host:port, not \(node.kindInWords)", hint: hint)
            return nil
        }
    }
}

extension Shape where Value: Sendable {
    /// One of several words, in any case.
    ///
    /// `words` are shown and suggested; `synonyms` are accepted as well; `refused` words are errors with a hint of
    /// their own.
    static func choice(
        _ words: KeyValuePairs<String, Value>,
        synonyms: KeyValuePairs<String, Value> = [:],
        refused: [String: String] = [:]
    ) -> Shape {
        choice(
            listed: words.map { ($0.key, $0.value) }, synonyms: synonyms.map { ($0.key, $0.value) }, refused: refused)
    }

    /// One of several words, in any case, from a list made elsewhere.
    static func choice(
        listed words: [(String, Value)], synonyms: [(String, Value)] = [], refused: [String: String] = [:]
    ) -> Shape {
        let shown = words.map(\.0)
        let values = Dictionary(
            (words + synonyms).map { ($0.0.lowercased(), $0.1) }, uniquingKeysWith: { first, _ in first })
        let anyCase = (shown + synonyms.map(\.0)).map(anyCasePattern).joined(separator: "|")
        let schema: SchemaJSON = [
            "anyOf": [
                ["enum": .array(shown.map { .text($0) })], ["type": "string", "pattern": .text("^(\(anyCase))$")],
            ]
        ]
        return Shape(schema) { node, path in
            guard let text = node.text else {
                node.reportWrongType(list(shown), what: path)
                return nil
            }
            if let value = values[text.lowercased()] { return value }
            node.spot.report(
                ManifestCode.unknownWord, "\(path) must be \(list(shown)), not \(node.kindInWords)",
                hint: refused[text.uppercased()] ?? DidYouMean.hint(for: text, among: shown))
            return nil
        }
    }

    /// `A`, `A or B`, `A, B or C`.
    private static func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }

    /// A pattern for a word in any case: JSON Schema's patterns have no switch for that.
    private static func anyCasePattern(_ word: String) -> String {
        word.map { $0.isLetter ? "[\($0.uppercased())\($0.lowercased())]" : String($0) }.joined()
    }
}
