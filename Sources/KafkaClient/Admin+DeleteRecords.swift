import KafkaModel
import KafkaProtocol

extension ClusterClient {
    /// Moves the start of logs up; records below are gone.
    ///
    /// - Parameter offsets: the first offset to keep, by partition; -1 for the high watermark. Above the high watermark
    ///   it is refused with OFFSET_OUT_OF_RANGE, on topics without `delete` in their cleanup policy with
    ///   POLICY_VIOLATION. Repeating it changes nothing.
    /// - Returns: where each log starts now.
    package func deleteRecords(before offsets: [TopicPartition: Int64]) async -> PartitionResults<Int64> {
        await askLeaders(of: offsets.keys) { led in
            var request = DeleteRecordsRequest()
            request.timeoutMs = brokerTimeoutMs
            request.topics = led.byTopic.map { topic, partitions in
                var entry = DeleteRecordsRequest.DeleteRecordsTopic()
                entry.name = topic
                entry.partitions = partitions.map { led in
                    var partition = DeleteRecordsRequest.DeleteRecordsPartition()
                    partition.partitionIndex = led.partition.partition
                    partition.offset = offsets[led.partition] ?? 0
                    return partition
                }
                return entry
            }
            return request
        } answers: { (response: DeleteRecordsResponse) in
            response.topics.flatMap { topic in
                topic.partitions.map { answer in
                    LeaderAnswer(
                        partition: TopicPartition(topic: topic.name, partition: answer.partitionIndex),
                        error: ErrorCode(answer.errorCode), message: nil, value: answer.lowWatermark)
                }
            }
        }
    }
}
