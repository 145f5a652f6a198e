import KafkaModel
import KafkaProtocol

/// What a partition's leader remembers of a producer.
package struct ActiveProducer: Hashable, Sendable {
    /// Id of the producer.
    package var producerId: Int64
    /// Sequence of the last record it wrote; -1 when it wrote none, only markers.
    package var lastSequence: Int32

    /// A producer of its parts.
    package init(producerId: Int64, lastSequence: Int32) {
        self.producerId = producerId
        self.lastSequence = lastSequence
    }
}

extension ClusterClient {
    /// The producers that the partitions' leaders remember (KIP-664, Kafka 2.8; needs READ on the topics).
    package func describeProducers(
        _ partitions: some Sequence<TopicPartition>
    ) async -> PartitionResults<[ActiveProducer]> {
        await askLeaders(of: partitions) { led in
            var request = DescribeProducersRequest()
            request.topics = led.byTopic.map { topic, partitions in
                var entry = DescribeProducersRequest.TopicRequest()
                entry.name = topic
                entry.partitionIndexes = partitions.map(\.partition.partition)
                return entry
            }
            return request
        } answers: { (response: DescribeProducersResponse) in
            response.topics.flatMap { topic in
                topic.partitions.map { answer in
                    LeaderAnswer(
                        partition: TopicPartition(topic: topic.name, partition: answer.partitionIndex),
                        error: ErrorCode(answer.errorCode), message: answer.errorMessage,
                        value: answer.activeProducers.map {
                            ActiveProducer(producerId: $0.producerId, lastSequence: $0.lastSequence)
                        })
                }
            }
        }
    }
}
