/// A topic that brokers keep for themselves; here it is only there, and empty.
enum InternalTopic: String, CaseIterable {
    /// Where real group coordinators keep members and offsets.
    case groups = "__consumer_offsets"
    /// Where real transaction coordinators keep transactions.
    case transactions = "__transaction_state"

    /// Kafka's default (`offsets.topic.num.partitions`, `transaction.state.log.num.partitions`).
    static let partitions = 50
}

extension EmbeddedBroker {
    /// Creates an internal topic unless it exists.
    func createInternalTopic(_ topic: InternalTopic) {
        createTopic(topic.rawValue, partitions: InternalTopic.partitions, configs: ["cleanup.policy": "compact"])
    }
}
