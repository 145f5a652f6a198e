import KafkaProtocol

/// One topic with its configs and partitions.
struct Topic {
    /// The name.
    let name: String
    /// The id (KIP-516).
    let id: KafkaUUID
    /// Configs that were set; `logConfig` follows them.
    var configs: TopicConfigs { didSet { logConfig = configs.log } }
    /// What appending obeys.
    private(set) var logConfig: LogConfig
    /// Logs by partition index.
    var partitions: [PartitionLog]

    init(name: String, id: KafkaUUID, configs: TopicConfigs, partitionCount: Int) {
        self.name = name
        self.id = id
        self.configs = configs
        logConfig = configs.log
        partitions = []
        addPartitions(upTo: partitionCount)
    }

    /// Adds empty partitions until there are `count`.
    mutating func addPartitions(upTo count: Int) {
        for index in partitions.count..<max(count, partitions.count) {
            partitions.append(PartitionLog(name: "\(name)-\(index)"))
        }
    }

    /// Longest name (Kafka: `Topic.MAX_NAME_LENGTH`).
    private static let maximumNameLength = 249

    /// Why a topic may not have this name, in Kafka's words; nil when it may.
    static func complaint(aboutName name: String) -> String? {
        switch name {
        case "": return "Topic name is invalid: the empty string is not allowed"
        case ".", "..": return "Topic name is invalid: '\(name)' is not allowed"
        default: break
        }
        if name.utf8.count > maximumNameLength {
            return "Topic name is invalid: the length of '\(name)' is longer than the max allowed length "
                + "\(maximumNameLength)"
        }
        let isLegal = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isLegal
            ? nil
            : "Topic name is invalid: '\(name)' contains one or more characters other than ASCII alphanumerics, "
                + "'.', '_' and '-'"
    }
}
