import KafkaProtocol

/// The configs that were set on one topic; all others are at their defaults.
struct TopicConfigs: Equatable {
    /// Values by name, only those that were set.
    private(set) var values: [String: String] = [:]

    /// How IncrementalAlterConfigs changes a config (`AlterConfigOp.OpType`).
    enum Operation: Int8 {
        case set = 0
        case delete = 1
        case append = 2
        case subtract = 3
    }

    /// No config set.
    init() {}

    /// The configs of a CreateTopics request, checked.
    init(_ requested: [(name: String, value: String?)]) throws(AdminRefusal) {
        for (name, value) in requested { try set(name, value) }
    }

    /// The value of `name`, set or default.
    func value(_ name: String) -> String {
        values[name] ?? TopicConfigDefinition.named(name)?.defaultValue ?? ""
    }

    /// Applies one change.
    mutating func apply(_ operation: Operation, _ name: String, _ value: String?) throws(AdminRefusal) {
        switch operation {
        case .set: try set(name, value)
        case .delete:
            _ = try definition(name)
            values[name] = nil
        case .append:
            let words = try words(name, for: "APPEND")
            let new = (value ?? "").split(separator: ",").map(String.init).filter { !words.contains($0) }
            try set(name, (words + new).joined(separator: ","))
        case .subtract:
            let gone = (value ?? "").split(separator: ",").map(String.init)
            try set(name, try words(name, for: "SUBTRACT").filter { !gone.contains($0) }.joined(separator: ","))
        }
    }

    /// The words of a list config.
    private func words(_ name: String, for operation: String) throws(AdminRefusal) -> [String] {
        guard case .list = try definition(name).kind else {
            throw AdminRefusal(
                .invalidConfig, "Can't \(operation) to key \(name) because its type is not LIST.")
        }
        return value(name).split(separator: ",").map(String.init)
    }

    private mutating func set(_ name: String, _ value: String?) throws(AdminRefusal) {
        let definition = try definition(name)
        guard let value else {
            throw AdminRefusal(.invalidConfig, "Null value not supported for topic configs: \(name)")
        }
        if let complaint = definition.kind.complaint(name, value) { throw AdminRefusal(.invalidConfig, complaint) }
        values[name] = value
    }

    private func definition(_ name: String) throws(AdminRefusal) -> TopicConfigDefinition {
        guard let definition = TopicConfigDefinition.named(name) else {
            throw AdminRefusal(.invalidConfig, "Unknown topic config name: \(name)")
        }
        return definition
    }

    /// What appending obeys.
    var log: LogConfig {
        let policy = value("cleanup.policy").split(separator: ",")
        let compression = value("compression.type")
        return LogConfig(
            maxMessageBytes: Int(value("max.message.bytes")) ?? .max,
            segmentBytes: Int(value("segment.bytes")) ?? .max,
            isLogAppendTime: value("message.timestamp.type") == "LogAppendTime",
            timestampBeforeMaxMs: Int64(value("message.timestamp.before.max.ms")) ?? .max,
            timestampAfterMaxMs: Int64(value("message.timestamp.after.max.ms")) ?? .max,
            isCompacted: policy.contains("compact"),
            isDeleted: policy.contains("delete"),
            compressionType: compression == "producer" ? nil : compression)
    }
}
