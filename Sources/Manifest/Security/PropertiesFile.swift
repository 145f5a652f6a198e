import Diagnostics
import KafkaModel
import YAMLDocument

/// A Kafka client properties file, as the kafka-* tools take it.
struct PropertiesFile {
    /// Brokers to ask first, when the file names some.
    var bootstrapServers: Located<[HostAndPort]>?
    /// Client properties that Lockstep knows, checked one by one.
    var values: [String: Located<String>]

    /// The path of such a file.
    ///
    /// Only these endings: a manifest from a stranger must not show what is in other files.
    static let path = Shape<String>(["type": "string", "pattern": "\\.(properties|config|conf)$"]) { node, path in
        guard let text = Shape<String>.path.read(node, path) else { return nil }
        guard [".properties", ".config", ".conf"].contains(where: text.lowercased().hasSuffix) else {
            node.spot.report(
                ManifestCode.badValue, "\(path) must be a .properties, .config or .conf file, not \(node.kindInWords)")
            return nil
        }
        return text
    }

    /// Reads and checks a file; its findings point into it.
    ///
    /// - Parameter linkConfigs: Cluster Linking's configs that a link says for itself: whoever leaves the file as it
    ///   was need not hear of them at every command.
    init(_ source: YAMLSource, linkConfigs: Set<String> = []) {
        let all = PropertiesText.entries(PropertiesText.text(source.bytes))
        source.hide(Self.hidden(all, source))
        let entries = all.filter { Self.isName($0.key) }
        for entry in all where !Self.isName(entry.key) {
            Self.node(entry, source).keySpot.report(
                ManifestCode.unknownProperty, "this line is no property that is known; it is not shown",
                severity: .warning, hint: "it has no effect; did the line above lose the backslash at its end?")
        }
        var nodes: [String: YAMLEntry] = [:]
        var order: [String] = []
        for entry in entries {
            let node = Self.node(entry, source)
            if let first = nodes[entry.key] {
                node.keySpot.report(
                    ManifestCode.conflict, "property \"\(entry.key)\" is set twice; the last value counts",
                    severity: .warning, related: [.init(first.keySpot.place, "the first one")])
            } else {
                order.append(entry.key)
            }
            nodes[entry.key] = node
        }
        let ordered = order.compactMap { nodes[$0] }
        Self.mention(linkKeys: ordered.filter { Self.belongsToLink($0) && !linkConfigs.contains($0.key) })
        bootstrapServers = ordered.first { $0.key == "bootstrap.servers" }.flatMap(Self.servers)
        let start = YAMLMark(line: 1, column: 1)
        let spot = YAMLSpot(source: source, start: start, end: start)
        if all.isEmpty {
            spot.report(ManifestCode.security, "the file holds no property", hint: SecurityReading.adviceForEmptyFile)
        }
        let mapping = YAMLNode(
            .mapping(ordered.filter { $0.key != "bootstrap.servers" && !Self.belongsToLink($0) }), at: spot)
        let read = ConfigTable.propertiesFile.shape.read(mapping, "") ?? [:]
        values = read.compactMapValues { located in
            located.value.map { Located(value: $0, spot: located.spot) }
        }
    }

    /// Whether a key is surely one, and not a piece of a value that lost its line.
    static func isName(_ key: String) -> Bool {
        let known = ConfigTable.clientProperties.keys
        if known[key] != nil { return true }
        // Kafka's own are short and in small letters; a token that lost its line is not.
        let isPlain =
            key.utf8.count <= 60
            && key.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || "._-".contains($0)) }
        return isPlain && (key.contains(".") || DidYouMean.name(for: key, among: known.keys) != nil)
    }

    /// Cluster Linking's own keys stand in the same file; they are for the link.
    ///
    /// So is `metadata.max.age.ms`, which Kafka's clients have too, where only the link does something with it.
    private static func belongsToLink(_ entry: YAMLEntry) -> Bool {
        guard ConfigTable.clientProperties.keys[entry.key] == nil else {
            return ConfigTable.linkConfigs.isUsed(entry.key) && !ConfigTable.clientProperties.isUsed(entry.key)
        }
        return ConfigTable.linkConfigs.keys[entry.key] != nil || entry.key.hasPrefix("local.")
    }

    /// One warning for all of them: the file is used as it is, again and again.
    private static func mention(linkKeys entries: [YAMLEntry]) {
        guard let first = entries.first else { return }
        let names = entries.map { "\"\($0.key)\"" }.joined(separator: ", ")
        first.keySpot.report(
            ManifestCode.noEffect,
            entries.count == 1
                ? "property \(names) belongs to the link and has no effect on a Cluster"
                : "properties \(names) belong to the link and have no effect on a Cluster",
            severity: .warning, hint: "say it in the ClusterLink")
    }

    /// `host:port`, several with commas, each perhaps with `PROTOCOL://` in front.
    private static func servers(_ entry: YAMLEntry) -> Located<[HostAndPort]>? {
        let texts = (entry.value.text ?? "").split(separator: ",").map { $0.filter { !$0.isWhitespace } }
        let addresses = texts.map { text in
            let scheme = text.prefix { $0.isLetter || $0 == "_" }
            let rest = text[scheme.endIndex...]
            return HostAndPort(rest.hasPrefix("://") ? String(rest.dropFirst(3)) : text)
        }
        guard !addresses.isEmpty, !addresses.contains(nil) else {
            entry.value.spot.report(
                ManifestCode.badValue, "property \"bootstrap.servers\" must be host:port, several with commas",
                hint: "for example kafka-0.example.net:9092,kafka-1.example.net:9092")
            return nil
        }
        return Located(value: addresses.compactMap(\.self), spot: entry.value.spot)
    }

    private static func node(_ entry: PropertiesText.Entry, _ source: YAMLSource) -> YAMLEntry {
        func spot(_ line: Int32, _ columns: Range<Int32>) -> YAMLSpot {
            YAMLSpot(
                source: source, start: YAMLMark(line: line, column: columns.lowerBound),
                end: YAMLMark(line: line, column: columns.upperBound))
        }
        let key = spot(entry.keyLine, entry.keyColumns)
        let value = entry.valueColumns.first.map { spot($0.line, $0.columns) } ?? key
        // In quotes: a word such as `null` is text here.
        return YAMLEntry(key: entry.key, keySpot: key, value: YAMLNode(.scalar(entry.value, .quoted), at: value))
    }

    /// Only values of known keys that hold no secret are shown.
    private static func hidden(
        _ entries: [PropertiesText.Entry], _ source: YAMLSource
    ) -> [Int32: [Range<Int32>]] {
        let table = ConfigTable.clientProperties
        // What somebody has made a comment is still theirs.
        var columns: [Int32: [Range<Int32>]] = entries.isEmpty ? [1: [1..<Int32.max]] : [:]
        for entry in entries where table.keys[entry.key] == nil || SecretMask.looksSecret(entry.key) {
            if !isName(entry.key) { columns[entry.keyLine, default: []].append(1..<Int32.max) }
            for part in entry.valueColumns { columns[part.line, default: []].append(part.columns) }
        }
        // Where lines end differently for Java and for snippets, columns would not fit: then nothing is shown.
        let text = String(decoding: source.bytes, as: UTF8.self)
        let otherEnds: [Unicode.Scalar] = ["\u{85}", "\u{2028}", "\u{2029}"]
        guard text.unicodeScalars.contains(where: otherEnds.contains) else { return columns }
        let lines = Int32(clamping: text.unicodeScalars.count { $0.properties.isWhitespace } + 1)
        return Dictionary(uniqueKeysWithValues: (1...lines).map { ($0, [1..<Int32.max]) })
    }
}

extension ConfigTable {
    /// What a properties file may hold: references are optional there, because the file itself is the secret.
    static let propertiesFile = ConfigTable(
        "property", Array(clientProperties.keys.values), groups: clientProperties.groups, allowsReferences: false)
}
