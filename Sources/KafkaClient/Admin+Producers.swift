import KafkaModel
import KafkaProtocol

/// What a partition's leader remembers of a producer.
package struct ActiveProducer: Hashable, Sendable {
    /// Id of the producer.
    package var producerId: Int64
    /// Epoch of the producer.
    package var producerEpoch: Int32
    /// Sequence of the last record it wrote; -1 when it wrote none, only markers.
    package var lastSequence: Int32
    /// Largest timestamp of the last batch, or the time of the last marker, in milliseconds since 1970.
    package var lastTimestampMs: Int64
    /// Epoch of the coordinator that wrote the last marker; -1 when none was written.
    package var coordinatorEpoch: Int32
    /// Where the producer's open transaction begins; nil when none is open.
    package var openTransactionStart: Int64?

    /// A producer of its parts.
    package init(
        producerId: Int64, producerEpoch: Int32 = 0, lastSequence: Int32, lastTimestampMs: Int64,
        coordinatorEpoch: Int32 = -1, openTransactionStart: Int64? = nil
    ) {
        self.producerId = producerId
        self.producerEpoch = producerEpoch
        self.lastSequence = lastSequence
        self.lastTimestampMs = lastTimestampMs
        self.coordinatorEpoch = coordinatorEpoch
        self.openTransactionStart = openTransactionStart
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
                        value: answer.activeProducers.map(ActiveProducer.init))
                }
            }
        }
    }
}

extension ActiveProducer {
    fileprivate init(_ state: DescribeProducersResponse.ProducerState) {
        self.init(
            producerId: state.producerId, producerEpoch: state.producerEpoch, lastSequence: state.lastSequence,
            lastTimestampMs: state.lastTimestamp, coordinatorEpoch: state.coordinatorEpoch,
            openTransactionStart: state.currentTxnStartOffset < 0 ? nil : state.currentTxnStartOffset)
    }
}
