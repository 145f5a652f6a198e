import Bytes
import KafkaModel
import KafkaProtocol

/// Where a batch was appended.
package struct AppendedBatch: Hashable, Sendable {
    /// Offset of its first record.
    package var baseOffset: Int64
    /// Time the broker stamped; -1 when the records keep their own.
    ///
    /// Not -1 on a CreateTime topic = a duplicate.
    package var logAppendTimeMs: Int64
    /// Where the log starts; -1 when the broker does not tell.
    package var logStartOffset: Int64
}

extension ClusterClient {
    /// Appends one batch with one request; on any refusal the leader is forgotten, so that the next call looks anew.
    ///
    /// Whether an attempt that failed without an answer was appended is not known; repeating it is safe only for
    /// batches with a producer id, or where a duplicate does no harm.
    ///
    /// - Parameters:
    ///   - partition: where to append.
    ///   - batch: one record batch with base offset 0.
    ///   - transactionalId: of the transaction that the batch belongs to.
    ///   - lane: a connection of its own, so that order is kept and nothing waits behind it.
    package func produceOnce(
        _ partition: TopicPartition, _ batch: ByteSlice, acks: Int16 = -1, transactionalId: String? = nil,
        lane: Lane = .produce(0)
    ) async throws(ClientError) -> AppendedBatch {
        let leader = try await leader(of: partition)
        var entry = ProduceRequest.PartitionProduceData()
        entry.index = partition.partition
        entry.records = batch
        var topic = ProduceRequest.TopicProduceData()
        topic.name = partition.topic
        topic.partitionData = [entry]
        var request = ProduceRequest()
        request.transactionalId = transactionalId
        request.acks = acks
        request.timeoutMs = brokerTimeoutMs
        request.topicData = [topic]
        let response: ProduceResponse
        do throws(ClientError) {
            // From version 12 a transaction is begun by the produce itself (KIP-890); ours are begun explicitly, which
            // works on every release. From version 13 topics go by id.
            response = try await send(request, to: leader.broker, lane: lane, maximumVersion: 11)
        } catch {
            forget(partition.topic)
            throw error
        }
        let answers = response.responses.first { $0.name == partition.topic }?.partitionResponses
        guard let answer = answers?.first(where: { $0.index == partition.partition }) else {
            throw error(.incomplete(.produce, subject: "partition \(partition)"))
        }
        guard answer.errorCode == 0 else {
            throw refused(answer.errorCode, .produce, partition, message: answer.errorMessage)
        }
        return AppendedBatch(
            baseOffset: answer.baseOffset, logAppendTimeMs: answer.logAppendTimeMs,
            logStartOffset: answer.logStartOffset)
    }
}
