import Diagnostics
import KafkaModel
import YAMLDocument

/// A key of `configs` or `properties`: Kafka's or Cluster Linking's own name, its type, and what this version makes
/// of it.
struct ConfigKey: Sendable {
    enum Kind: Sendable {
        case boolean
        case integer(ClosedRange<Int64>)
        case text
        case word([String])
        /// Names of topic configs with commas between them (`topic.config.sync.include`).
        case topicConfigNames
    }

    enum Standing: Sendable {
        /// It does what it says.
        case used
        /// Right, but it does nothing, for this reason: a warning, except with a value that asks for what is done.
        case noEffect(String, unless: String? = nil)
        /// Not available in this version, except with this value.
        case notAvailable(unless: String?, hint: String)
        /// It has a place of its own in the manifest.
        case elsewhere(String)
        /// It does what it says, as another way to write this field.
        case alias(String)
    }

    let name: String
    let about: String
    let kind: Kind
    let standing: Standing

    init(_ name: String, _ kind: Kind, _ standing: Standing, _ about: String) {
        self.name = name
        self.about = about
        self.kind = kind
        self.standing = standing
    }

    var schema: SchemaJSON {
        let description: (String, SchemaJSON) = ("description", .text(about))
        return switch kind {
        case .boolean: SchemaJSON.object([("enum", [true, false, "true", "false", .null]), description])
        case .integer: SchemaJSON.object([("type", ["integer", "string", "null"]), description])
        case .text, .topicConfigNames:
            SchemaJSON.object([("type", ["string", "number", "boolean", "null"]), description])
        case .word(let words):
            SchemaJSON.object([("enum", .array(words.map { .text($0) } + [.null])), description])
        }
    }

    /// The value in one form, whatever way it was written: `+5` and `5` are the same.
    func canonical(_ text: String) -> String {
        switch kind {
        case .integer: YAMLNode.integer(text).map { String($0) } ?? text
        case .topicConfigNames: TopicConfigInclude(text).text
        case .boolean, .text, .word: text
        }
    }

    /// What is wrong with a value, or nil: `true or false`, `a whole number from …`.
    func expectation(violatedBy text: String) -> String? {
        switch kind {
        case .boolean: return text == "true" || text == "false" ? nil : "true or false"
        case .integer(let range):
            if let number = YAMLNode.integer(text), range.contains(number) { return nil }
            return range.upperBound == .max
                ? "a whole number of at least \(range.lowerBound)"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .text: return nil
        case .topicConfigNames:
            return TopicConfigInclude(text).problems.isEmpty
                ? nil : "names of topic configs, the always-synced among them"
        case .word(let words):
            return words.contains { $0.lowercased() == text.lowercased() } ? nil : words.joined(separator: ", ")
        }
    }
}

/// All known keys of one `configs` or `properties` mapping.
struct ConfigTable: Sendable {
    /// What a key is called in findings: `config` or `property`.
    let noun: String
    let keys: [String: ConfigKey]
    /// Keys that begin like this are known as a group.
    let groups: [(prefix: String, standing: ConfigKey.Standing)]
    /// Whether values may contain `${…}` references.
    let allowsReferences: Bool
    /// Whether keys that are not known have an effect all the same, because brokers decide about them.
    let passesUnknownOn: Bool

    init(
        _ noun: String, _ keys: [ConfigKey], groups: [(prefix: String, standing: ConfigKey.Standing)] = [],
        allowsReferences: Bool = false, passesUnknownOn: Bool = false
    ) {
        self.noun = noun
        self.keys = Dictionary(keys.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.groups = groups
        self.allowsReferences = allowsReferences
        self.passesUnknownOn = passesUnknownOn
    }

    /// The mapping's keys with their values as written; nil for a value of null.
    ///
    /// Keys with mistakes are left out.
    var shape: Shape<[String: Located<String?>]> {
        let known = keys.values.sorted { $0.name < $1.name }.map { ($0.name, $0.schema) }
        let schema: SchemaJSON = [
            "type": ["object", "null"], "properties": .object(known),
            "additionalProperties": ["type": ["string", "number", "boolean", "null"]],
        ]
        return Shape(schema) { node, path in
            guard let entries = node.entries else {
                node.reportWrongType("a mapping", what: path)
                return nil
            }
            var values: [String: Located<String?>] = [:]
            for entry in entries { values[entry.key] = read(entry, path) }
            return values
        }
    }

    /// The values that have an effect, in one form: what is only reported or has the default is left out.
    func used(_ values: [String: Located<String?>]) -> [String: Located<String>] {
        var result: [String: Located<String>] = [:]
        for (name, located) in values {
            guard let key = keys[name], case .used = key.standing, let text = located.value else { continue }
            result[name] = Located(value: key.canonical(text), spot: located.spot)
        }
        return result
    }

    private func read(_ entry: YAMLEntry, _ path: String) -> Located<String?>? {
        guard let key = keys[entry.key] else {
            guard let group = groups.first(where: { entry.key.hasPrefix($0.prefix) }) else {
                return readUnknown(entry)
            }
            apply(group.standing, entry)
            return nil
        }
        guard let text = scalar(entry, path) else { return entry.value.isNull ? nothing(entry) : nil }
        // What is wrong with a list is told name by name.
        if case .topicConfigNames = key.kind, !TopicConfigNames.check(text, entry) { return nil }
        if !(allowsReferences && text.contains("${")), let wanted = key.expectation(violatedBy: text) {
            entry.value.spot.report(
                ManifestCode.badValue, "\(noun) \"\(key.name)\" must be \(wanted), not \(entry.value.kindInWords)")
            return nil
        }
        apply(key.standing, entry)
        return Located(value: text, spot: entry.value.spot)
    }

    private func nothing(_ entry: YAMLEntry) -> Located<String?> { Located(value: nil, spot: entry.value.spot) }

    private func scalar(_ entry: YAMLEntry, _ path: String) -> String? {
        if entry.value.isNull { return nil }
        guard let text = entry.value.text else {
            entry.value.reportWrongType("text, a number or a boolean", what: "\(noun) \"\(entry.key)\"")
            return nil
        }
        if allowsReferences, !ReferencedText.check(text, at: entry.value.spot, path: "\(noun) \"\(entry.key)\"") {
            return nil
        }
        return text
    }

    /// Kafka's keys grow with every release, so an unknown one only warns, unless it is close to a known one.
    private func readUnknown(_ entry: YAMLEntry) -> Located<String?>? {
        let summary = "unknown \(noun) \"\(entry.key)\""
        if let hint = DidYouMean.hint(for: entry.key, among: keys.keys) {
            entry.keySpot.report(ManifestCode.unknownProperty, summary, hint: hint)
            return nil
        }
        guard let text = scalar(entry, "") else { return entry.value.isNull ? nothing(entry) : nil }
        entry.keySpot.report(
            ManifestCode.unknownProperty, summary, severity: .warning,
            hint: passesUnknownOn ? "it is passed on; the destination's brokers decide" : "it has no effect")
        return Located(value: text, spot: entry.value.spot)
    }

    private func apply(_ standing: ConfigKey.Standing, _ entry: YAMLEntry) {
        switch standing {
        case .used, .alias: break
        case .noEffect(let reason, let harmless):
            if let harmless, entry.value.text?.lowercased() == harmless { return }
            entry.keySpot.report(
                ManifestCode.noEffect, "\(noun) \"\(entry.key)\" has no effect", severity: .warning, hint: reason)
        case .notAvailable(let harmless, let hint):
            guard !entry.value.isNull, entry.value.text?.lowercased() != harmless?.lowercased() || harmless == nil
            else { return }
            NotAvailable.report(path: entry.key, value: entry.value, at: entry.keySpot, hint: hint)
        case .elsewhere(let place):
            entry.keySpot.report(
                ManifestCode.conflict, "\(noun) \"\(entry.key)\" has a place of its own", hint: "use \(place)")
        }
    }
}
