import TestSupport
import Testing

/// A right as `doctor --acls` prints it.
struct DocumentedRight {
    var isSource: Bool
    /// The command, as it is printed.
    var command: String
    /// The ACL, as the probe has it.
    var acl: String
    /// As doctor names it.
    var sentence: String
    /// Kafka's name of the operation.
    var operation: String
    /// What it is on: a name, or the cluster.
    var subject: String

    var isCreation: Bool { operation == "CREATE" }

    /// Whether workers need it; the others are of those who plan and apply.
    var isWorkers: Bool {
        acl.hasPrefix("TOPIC __lockstep") ? operation != "DESCRIBE_CONFIGS" : !acl.hasPrefix("TRANSACTIONAL_ID")
    }

    /// The rights in what `doctor --acls` has printed.
    static func parse(_ output: String) throws -> [DocumentedRight] {
        var isSource = true
        var rights: [DocumentedRight] = []
        for line in output.split(separator: "\n").map(String.init) {
            if line.hasPrefix("# link") { isSource = line.contains("source") }
            guard line.hasPrefix("kafka-acls.sh") else { continue }
            let words = line.split(separator: " ").map(String.init)
            func value(_ flag: String) -> String? { words.firstIndex(of: flag).map { words[$0 + 1] } }
            let operation = kafkaName(try #require(value("--operation")))
            let (type, word, name) =
                if let topic = value("--topic") {
                    ("TOPIC", "topic", topic)
                } else if let group = value("--group") {
                    ("GROUP", "group", group)
                } else if let id = value("--transactional-id") {
                    ("TRANSACTIONAL_ID", "transactionalId", id)
                } else {
                    ("CLUSTER", "the cluster", "kafka-cluster")
                }
            rights.append(
                DocumentedRight(
                    isSource: isSource, command: line,
                    acl: "\(type) \(name) LITERAL \(try #require(value("--allow-principal"))) * \(operation) ALLOW",
                    sentence: "\(operation) on " + (type == "CLUSTER" ? word : "\(word) \(name)"),
                    operation: operation, subject: type == "CLUSTER" ? word : name))
        }
        return rights
    }

    /// `DescribeConfigs` as `DESCRIBE_CONFIGS`.
    private static func kafkaName(_ toolName: String) -> String {
        toolName.reduce("") { $0 + ($1.isUppercase && !$0.isEmpty ? "_\($1)" : $1.uppercased()) }
    }
}
