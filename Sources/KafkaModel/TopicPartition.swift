/// A partition of a topic.
package struct TopicPartition: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Name of the topic.
    package var topic: String
    /// Partition number, from 0.
    package var partition: Int32

    /// A partition of its parts.
    package init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// `topic-partition`, as Kafka's tools print it.
    package var description: String { "\(topic)-\(partition)" }

    /// By topic, then by number.
    package static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }
}
