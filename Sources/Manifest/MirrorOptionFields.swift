import KafkaModel
import YAMLDocument

/// What `mirrorTopicOptions` says.
struct MirrorOptions {
    var prefix: Located<String>?
    /// Whether a prefix is written that could not be read; then nothing is said about the names of mirrors.
    var isPrefixBad = false
    var replicationFactor: Located<Int16>?
    var autoCreate: AutoCreate?
}

/// What `autoCreateTopics` says, before a filter file was read.
struct AutoCreate {
    var enabled: Located<Bool>?
    var filters: Located<[Located<TopicFilter>]>?
    var filtersFile: Located<String>?
    /// Whether filters are written that could not be read; then nothing is said about missing ones.
    var hasMistakes: Bool
    var spot: YAMLSpot
}

/// The fields of `mirrorTopicOptions`.
enum MirrorOptionFields {
    static let prefix = Field(
        "prefix", "Mirror name = prefix + source name. Never changes.", Shape<String>.topicPrefix, fallback: "")
    static let startOffset = Field(
        "startOffset", "Where a new mirror begins: earliest, latest or an ISO-8601 time.", StartOffset.shape,
        fallback: "earliest", unavailable: { $0 != "earliest" },
        hint: "mirrors begin at the earliest offset for now; write earliest")
    static let replicationFactor = Field(
        "replicationFactor", "Replicas of new mirror topics; by default the destination's default.",
        Shape<Int64>.integer(1...Int64(Int16.max)))
    static let autoCreateTopics = Field(
        "autoCreateTopics", "Mirror topics for all source topics that filters select.", AutoCreateFields.shape)

    static let all: [any FieldDescription] = [prefix, startOffset, replicationFactor, autoCreateTopics]

    static let shape = Shape<MirrorOptions>.object(all) { reader in
        var options = MirrorOptions()
        options.prefix = reader.take(prefix)
        options.isPrefixBad = options.prefix == nil && reader.mapping.entry(prefix.name) != nil
        _ = reader.take(startOffset)
        options.replicationFactor = reader.take(replicationFactor).map {
            Located(value: Int16($0.value), spot: $0.spot)
        }
        options.autoCreate = reader.take(autoCreateTopics)?.value
        return options
    }
}

/// The fields of `autoCreateTopics`.
enum AutoCreateFields {
    static let enabled = Field("enabled", "Whether filters make mirror topics.", Shape<Bool>.boolean, fallback: false)
    static let topicFilters = Field(
        "topicFilters", "EXCLUDE always wins, otherwise any INCLUDE, otherwise not mirrored.",
        Shape<[Located<TopicFilter>]>.list(of: FilterFields.topicFilter))
    static let topicFiltersFile = Field(
        "topicFiltersFile", "Cluster Linking's JSON file {\"topicFilters\": […]}, relative to the manifest.",
        FilterFile.path)

    static let all: [any FieldDescription] = [enabled, topicFilters, topicFiltersFile]

    static let shape = Shape<AutoCreate>.object(all) { reader in
        let (enabled, filters) = (reader.take(Self.enabled), reader.take(topicFilters))
        let file = reader.take(topicFiltersFile)
        let written = reader.mapping.entry(topicFilters.name)?.value.elements
        let isFileBad = file == nil && reader.mapping.entry(topicFiltersFile.name) != nil
        let areFiltersBad =
            filters.map { $0.value.count < written?.count ?? 0 }
            ?? (reader.mapping.entry(topicFilters.name) != nil)
        return AutoCreate(
            enabled: enabled, filters: filters, filtersFile: file, hasMistakes: isFileBad || areFiltersBad,
            spot: reader.spot)
    }
}

/// `earliest`, `latest` or a time such as `2026-11-02T08:00:00Z`.
enum StartOffset {
    static let shape = Shape<String>([
        "type": "string",
        "anyOf": [
            ["enum": ["earliest", "latest"]],
            [
                "pattern":
                    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?$"
            ],
        ],
    ]) { node, path in
        guard let text = Shape<String>.text.read(node, path) else { return nil }
        if ["earliest", "latest"].contains(text) || isTime(text) { return text }
        node.spot.report(
            ManifestCode.unknownWord, "\(path) must be earliest, latest or an ISO-8601 time, not \(node.kindInWords)",
            hint: "for example 2026-11-02T08:00:00Z")
        return nil
    }

    /// `YYYY-MM-DDThh:mm:ss`, optionally with a fraction, then `Z`, an offset `±hh:mm`, or nothing.
    static func isTime(_ text: String) -> Bool {
        let characters = Array(text.utf8)
        guard characters.count >= 19 else { return false }
        for (index, pattern) in "dddd-dd-ddTdd:dd:dd".utf8.enumerated() {
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(characters[index])
            guard pattern == UInt8(ascii: "d") ? isDigit : characters[index] == pattern else { return false }
        }
        func number(_ range: Range<Int>) -> Int { range.reduce(0) { $0 * 10 + Int(characters[$1]) - 48 } }
        guard (1...12).contains(number(5..<7)), (1...31).contains(number(8..<10)), number(11..<13) < 24,
            number(14..<16) < 60, number(17..<19) < 61
        else { return false }
        var rest = String(decoding: characters[19...], as: UTF8.self)[...]
        if rest.first == "." {
            let fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard !fraction.isEmpty else { return false }
            rest = rest[fraction.endIndex...]
        }
        if rest.isEmpty || rest == "Z" { return true }
        guard let sign = rest.first, sign == "+" || sign == "-", rest.count == 6 else { return false }
        let offset = rest.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        return offset.count == 2 && offset.allSatisfy { $0.count == 2 && Int($0) != nil }
    }
}
