import Bytes
import KafkaModel
import KafkaProtocol
import KafkaRecords

extension ClusterClient {
    /// How long a broker may look for a batch, in milliseconds: as long as it waits for its remote storage.
    private static let batchWaitMs: Int32 = 500

    /// The batch that holds an offset; nil when the log goes on behind it, as after compaction.
    ///
    /// - Throws: OFFSET_OUT_OF_RANGE where the log does not reach; and when the broker answered without any batch, as
    ///   one may that reads from remote storage: that proves nothing.
    package func batch(
        holding offset: Int64, of partition: TopicPartition
    ) async throws(ClientError) -> RecordBatchView? {
        // The broker returns the first batch whole, however small the limit.
        let fetched = try await fetchOnce(
            partition, from: offset, maximumBytes: 1, isolation: .readUncommitted, maximumWaitMs: Self.batchWaitMs,
            lane: .fetch(-3))
        do throws(WireError) {
            var batches = RecordBatchSequence(fetched.records)
            while let batch = try batches.next() {
                if batch.header.baseOffset > offset { return nil }
                if batch.header.nextOffset > offset { return batch }
            }
        } catch {
            throw self.error(
                .incomplete(.fetch, subject: "a readable batch of \(partition) at offset \(offset) (\(error))"))
        }
        throw error(.incomplete(.fetch, subject: "a batch of \(partition) at offset \(offset)"))
    }
}
