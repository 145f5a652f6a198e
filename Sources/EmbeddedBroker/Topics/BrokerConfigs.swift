/// The broker configs that DescribeConfigs tells of: those that describe how this broker behaves.
enum BrokerConfigs {
    /// One broker config.
    struct Entry {
        /// The name.
        var name: String
        /// Its value.
        var value: String
        /// What values it takes.
        var kind: TopicConfigDefinition.Kind
        /// Whether it was chosen for this broker rather than Kafka's default.
        var isSet: Bool
    }

    /// The configs that follow from the options, in the order of the names.
    static func entries(_ options: BrokerOptions) -> [Entry] {
        func flag(_ name: String, _ value: Bool, default other: Bool) -> Entry {
            Entry(name: name, value: "\(value)", kind: .boolean, isSet: value != other)
        }
        func number(_ name: String, _ value: some BinaryInteger, default other: Int64) -> Entry {
            Entry(name: name, value: "\(value)", kind: .long(.min ... .max), isSet: Int64(value) != other)
        }
        return [
            flag("auto.create.topics.enable", options.createsTopics, default: true),
            number("default.replication.factor", 1, default: 1),
            number("fetch.max.bytes", options.maximumFetchBytes, default: 57_671_680),
            number("group.initial.rebalance.delay.ms", options.initialRebalanceDelayMs, default: 3_000),
            number("message.max.bytes", 1_048_588, default: 1_048_588),
            number("min.insync.replicas", 1, default: 1),
            number("node.id", options.nodeId, default: -1),
            number("num.partitions", options.defaultPartitions, default: 1),
            number("offset.metadata.max.bytes", GroupCoordinator.maximumMetadataBytes, default: 4_096),
            number("producer.id.expiration.ms", options.producerIdExpirationMs, default: 86_400_000),
            number("socket.request.max.bytes", options.maximumFrameBytes, default: 104_857_600),
            number("transaction.max.timeout.ms", TransactionCoordinator.maximumTimeoutMs, default: 900_000),
        ]
    }
}
