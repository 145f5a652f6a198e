/// A topic config that the broker knows: name, default and what values it takes.
struct TopicConfigDefinition: Sendable {
    /// What values a config takes.
    enum Kind: Sendable {
        case boolean
        case int(ClosedRange<Int32>)
        case long(ClosedRange<Int64>)
        case double(ClosedRange<Double>)
        /// A comma-separated list of these words; empty for any.
        case list([String])
        /// One of these words.
        case oneOf([String])

        /// Kafka's number for the type in DescribeConfigs.
        var code: Int8 {
            switch self {
            case .boolean: 1
            case .oneOf: 2
            case .int: 3
            case .long: 5
            case .double: 6
            case .list: 7
            }
        }

        /// Why `value` is refused, in Kafka's words; nil when it is fine.
        func complaint(_ name: String, _ value: String) -> String? {
            let invalid = "Invalid value \(value) for configuration \(name)"
            switch self {
            case .boolean:
                return ["true", "false"].contains(value.lowercased())
                    ? nil : "\(invalid): Expected value to be either true or false"
            case .int(let range):
                guard let number = Int32(value) else { return "\(invalid): Not a number of type INT" }
                return Self.bounds(number, range, invalid)
            case .long(let range):
                guard let number = Int64(value) else { return "\(invalid): Not a number of type LONG" }
                return Self.bounds(number, range, invalid)
            case .double(let range):
                guard let number = Double(value) else { return "\(invalid): Not a number of type DOUBLE" }
                // Java prints the number with a fraction and the bound without.
                return range.contains(number)
                    ? nil
                    : "Invalid value \(number) for configuration \(name): Value must be "
                        + (number < range.lowerBound
                            ? "at least \(Int(range.lowerBound))" : "no more than \(Int(range.upperBound))")
            case .list(let words):
                let unknown = value.split(separator: ",").map(Self.trimmed).first { !words.contains($0) }
                guard !words.isEmpty, let unknown else { return nil }
                return "Invalid value \(unknown) for configuration \(name): String must be one of: "
                    + words.joined(separator: ", ")
            case .oneOf(let words):
                return words.contains(value)
                    ? nil : "\(invalid): String must be one of: \(words.joined(separator: ", "))"
            }
        }

        private static func bounds<Number: Comparable>(
            _ number: Number, _ range: ClosedRange<Number>, _ invalid: String
        ) -> String? {
            if number < range.lowerBound { return "\(invalid): Value must be at least \(range.lowerBound)" }
            if number > range.upperBound { return "\(invalid): Value must be no more than \(range.upperBound)" }
            return nil
        }

        private static func trimmed(_ word: Substring) -> String {
            String(word.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// The name.
    let name: String
    /// The default of a 4.x broker.
    let defaultValue: String
    /// What it takes.
    let kind: Kind
    /// Name of the broker config whose default this is; nil when there is none.
    let brokerName: String?

    init(_ name: String, _ defaultValue: String, _ kind: Kind, broker: String? = nil) {
        self.name = name
        self.defaultValue = defaultValue
        self.kind = kind
        brokerName = broker
    }

    /// The definition of `name`.
    static func named(_ name: String) -> TopicConfigDefinition? {
        byName[name]
    }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    private static let anyLong = Kind.long(.min ... .max)
    private static let notNegative = Kind.long(0 ... .max)
    private static let maximum = "9223372036854775807"

    /// Every topic config of Kafka 4.3, in the order of the names; defaults as its brokers report them.
    static let all: [TopicConfigDefinition] = [
        .init("cleanup.policy", "delete", .list(["compact", "delete"]), broker: "log.cleanup.policy"),
        .init("compression.gzip.level", "-1", .int(-1...9), broker: "compression.gzip.level"),
        .init("compression.lz4.level", "9", .int(1...17), broker: "compression.lz4.level"),
        .init(
            "compression.type", "producer", .oneOf(["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]),
            broker: "compression.type"),
        .init("compression.zstd.level", "3", .int(-131_072...22), broker: "compression.zstd.level"),
        .init("delete.retention.ms", "86400000", notNegative, broker: "log.cleaner.delete.retention.ms"),
        .init("file.delete.delay.ms", "60000", notNegative, broker: "log.segment.delete.delay.ms"),
        .init("flush.messages", maximum, .long(1 ... .max), broker: "log.flush.interval.messages"),
        .init("flush.ms", maximum, notNegative),
        .init("follower.replication.throttled.replicas", "", .list([])),
        .init("index.interval.bytes", "4096", .int(0 ... .max), broker: "log.index.interval.bytes"),
        .init("leader.replication.throttled.replicas", "", .list([])),
        .init("local.retention.bytes", "-2", .long(-2 ... .max), broker: "log.local.retention.bytes"),
        .init("local.retention.ms", "-2", .long(-2 ... .max), broker: "log.local.retention.ms"),
        .init("max.compaction.lag.ms", maximum, .long(1 ... .max), broker: "log.cleaner.max.compaction.lag.ms"),
        .init("max.message.bytes", "1048588", .int(0 ... .max), broker: "message.max.bytes"),
        .init(
            "message.timestamp.after.max.ms", "3600000", notNegative, broker: "log.message.timestamp.after.max.ms"),
        .init(
            "message.timestamp.before.max.ms", maximum, notNegative, broker: "log.message.timestamp.before.max.ms"),
        .init(
            "message.timestamp.type", "CreateTime", .oneOf(["CreateTime", "LogAppendTime"]),
            broker: "log.message.timestamp.type"),
        .init("min.cleanable.dirty.ratio", "0.5", .double(0...1), broker: "log.cleaner.min.cleanable.ratio"),
        .init("min.compaction.lag.ms", "0", notNegative, broker: "log.cleaner.min.compaction.lag.ms"),
        .init("min.insync.replicas", "1", .int(1 ... .max), broker: "min.insync.replicas"),
        .init("preallocate", "false", .boolean, broker: "log.preallocate"),
        .init("remote.log.copy.disable", "false", .boolean),
        .init("remote.log.delete.on.disable", "false", .boolean),
        .init("remote.storage.enable", "false", .boolean),
        .init("retention.bytes", "-1", anyLong, broker: "log.retention.bytes"),
        .init("retention.ms", "604800000", .long(-1 ... .max)),
        .init("segment.bytes", "1073741824", .int(1_048_576 ... .max), broker: "log.segment.bytes"),
        .init("segment.index.bytes", "10485760", .int(4 ... .max), broker: "log.index.size.max.bytes"),
        .init("segment.jitter.ms", "0", notNegative),
        .init("segment.ms", "604800000", .long(1 ... .max)),
        .init("unclean.leader.election.enable", "false", .boolean, broker: "unclean.leader.election.enable"),
    ]
}
