import KafkaConnection
import KafkaModel
import KafkaProtocol

/// What a reader may see of transactions.
package enum IsolationLevel: Int8, Sendable {
    /// Everything up to the high watermark.
    case readUncommitted = 0
    /// Only up to the last stable offset.
    case readCommitted = 1
}

/// Which offset of a partition is wanted.
package enum OffsetQuery: Hashable, Sendable {
    /// Where the log starts.
    case earliest
    /// The high watermark, or with `readCommitted` the last stable offset.
    case latest(IsolationLevel)
    /// Where the leader's log ends, replicated or not (ListOffsets with `replica_id` 0).
    case trueEnd
}

/// An answer to ListOffsets.
package struct FoundOffset: Hashable, Sendable {
    /// The offset.
    package var offset: Int64

    /// An answer of its parts.
    package init(offset: Int64) { self.offset = offset }
}

extension ClusterClient {
    /// Looks up one offset of each partition, at the partitions' leaders, all leaders at once.
    package func listOffsets(
        _ partitions: some Sequence<TopicPartition>, _ query: OffsetQuery
    ) async -> PartitionResults<FoundOffset> {
        await askLeaders(of: partitions) { led in
            var request = ListOffsetsRequest()
            // Any id but -1 is answered with the true end; 0 needs no more rights than a consumer has.
            request.replicaId = query == .trueEnd ? 0 : -1
            if case .latest(let isolation) = query { request.isolationLevel = isolation.rawValue }
            request.timeoutMs = brokerTimeoutMs
            request.topics = led.byTopic.map { topic, partitions in
                var entry = ListOffsetsRequest.ListOffsetsTopic()
                entry.name = topic
                entry.partitions = partitions.map { led in
                    var partition = ListOffsetsRequest.ListOffsetsPartition()
                    partition.partitionIndex = led.partition.partition
                    partition.currentLeaderEpoch = led.leaderEpoch
                    partition.timestamp = query.wireTimestamp
                    return partition
                }
                return entry
            }
            return request
        } answers: { (response: ListOffsetsResponse) in
            response.topics.flatMap { topic in
                topic.partitions.map { answer in
                    LeaderAnswer(
                        partition: TopicPartition(topic: topic.name, partition: answer.partitionIndex),
                        error: ErrorCode(answer.errorCode), message: nil,
                        value: FoundOffset(offset: answer.offset))
                }
            }
        }
    }

    /// How long a broker may work on an admin request: less than we wait, so that its own words reach us.
    nonisolated var brokerTimeoutMs: Int32 { Int32(clamping: options.requestTimeoutMs / 3 * 2) }
}

extension OffsetQuery {
    fileprivate var wireTimestamp: Int64 {
        switch self {
        case .earliest: -2
        case .latest, .trueEnd: -1
        }
    }
}
