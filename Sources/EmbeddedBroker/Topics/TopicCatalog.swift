import KafkaProtocol

/// A partition by topic name and index.
struct PartitionName: Hashable {
    /// Name of the topic.
    var topic: String
    /// Index of the partition.
    var index: Int32
}

/// All topics of the broker.
struct TopicCatalog {
    /// Topics by name.
    private(set) var topics: [String: Topic] = [:]
    private var namesById: [KafkaUUID: String] = [:]

    /// The topic called `name`, to look at.
    subscript(name: String) -> Topic? { topics[name] }

    /// The name of the topic with `id`.
    func name(of id: KafkaUUID) -> String? {
        namesById[id]
    }

    /// All names in order.
    var names: [String] { topics.keys.sorted() }

    /// Number of partitions of all topics.
    var partitionCount: Int { topics.values.reduce(0) { $0 + $1.partitions.count } }

    /// Bytes of all logs.
    private(set) var sizeInBytes = 0

    /// The log of a partition; nil when there is none.
    func log(_ partition: PartitionName) -> PartitionLog? {
        guard let topic = topics[partition.topic], topic.partitions.indices.contains(Int(partition.index)) else {
            return nil
        }
        return topic.partitions[Int(partition.index)]
    }

    /// Changes the log of a partition in place; nil when there is none.
    mutating func withLog<Result, Failure: Error>(
        _ partition: PartitionName, _ body: (inout PartitionLog, LogConfig) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        let index = Int(partition.index)
        guard let place = topics.index(forKey: partition.topic),
            topics.values[place].partitions.indices.contains(index)
        else { return nil }
        let config = topics.values[place].logConfig
        let before = topics.values[place].partitions[index].sizeInBytes
        defer { sizeInBytes += topics.values[place].partitions[index].sizeInBytes - before }
        return try body(&topics.values[place].partitions[index], config)
    }

    /// Changes configs or the number of partitions of a topic; nothing happens when there is none.
    mutating func update<Failure: Error>(_ name: String, _ body: (inout Topic) throws(Failure) -> Void) throws(Failure)
    {
        guard var topic = topics.removeValue(forKey: name) else { return }
        defer { topics[name] = topic }
        try body(&topic)
    }

    /// Adds a topic that does not exist yet.
    mutating func add(_ topic: Topic) {
        topics[topic.name] = topic
        namesById[topic.id] = topic.name
    }

    /// Removes a topic with everything in it.
    mutating func remove(_ name: String) {
        guard let topic = topics.removeValue(forKey: name) else { return }
        namesById[topic.id] = nil
        sizeInBytes -= topic.partitions.reduce(0) { $0 + $1.sizeInBytes }
    }
}
