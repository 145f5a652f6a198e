import KafkaClient
import KafkaModel
import KafkaProtocol
import KafkaRecords

/// Compares the last batch of a mirror with the source's at the same offset, as a worker does before it copies.
///
/// Equal ends alone say nothing: whoever wrote as many records into the mirror as the source got has them, too.
struct TailComparison: Sendable {
    let source: SourceView
    let destination: ClusterClient
    let record: MirrorRecord

    /// The first partition that ends in other records than its source has there, as a clause; nil when none does.
    ///
    /// - Parameter ends: where each partition of the mirror ends.
    func difference(_ ends: [Int64]) async throws(ClientError) -> String? {
        // Each cluster compacts at its own time, so batches that differ prove nothing.
        let policy = try await destination.foundConfigs(record.topic).values["cleanup.policy"] ?? ""
        guard !policy.contains("compact") else { return nil }
        for (number, end) in zip(Int32(0)..., ends) where end > 0 {
            let mirror = TopicPartition(topic: record.topic, partition: number)
            // What retention has taken on one side cannot be compared.
            guard let copy = try await destination.batch(holding: end - 1, of: mirror),
                let original = try await source.batch(
                    holding: end - 1, of: TopicPartition(topic: record.sourceTopic, partition: number))
            else { continue }
            let difference =
                copy.header.baseOffset == original.header.baseOffset
                ? BatchComparison.difference(original, copy) : "its batch begins at another offset"
            if let difference {
                return "the last record of \(mirror), at offset \(end - 1), is not the source's: \(difference)"
            }
        }
        return nil
    }
}

extension ClusterClient {
    /// The batch that holds an offset; nil when the log has none there.
    func batch(holding offset: Int64, of partition: TopicPartition) async throws(ClientError) -> RecordBatchView? {
        let fetched: FetchedPartition
        do throws(ClientError) {
            // The broker returns the first batch whole, however small the limit.
            fetched = try await fetchOnce(
                partition, from: offset, maximumBytes: 1, isolation: .readUncommitted, maximumWaitMs: 500,
                lane: .fetch(-3))
        } catch {
            if error.errorCode == .offsetOutOfRange { return nil }
            throw error
        }
        var isEmpty = true
        do {
            var batches = RecordBatchSequence(fetched.records)
            while let batch = try batches.next() {
                isEmpty = false
                if batch.header.baseOffset > offset { return nil }
                if batch.header.nextOffset > offset { return batch }
            }
        } catch {
            throw ClientError(.incomplete(.fetch, subject: "\(partition) at offset \(offset): \(error)"), cluster: name)
        }
        // A broker may answer with nothing although it has something, such as one with tiered storage.
        guard !isEmpty else {
            throw ClientError(.incomplete(.fetch, subject: "\(partition) at offset \(offset)"), cluster: name)
        }
        return nil
    }
}
