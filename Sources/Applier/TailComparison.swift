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
            let original = TopicPartition(topic: record.sourceTopic, partition: number)
            let copy: RecordBatchView?
            let given: RecordBatchView?
            do throws(ClientError) {
                copy = try await destination.batch(holding: end - 1, of: mirror)
                given = try await source.batch(holding: end - 1, of: original)
            } catch {
                // What retention has taken on one side cannot be compared.
                guard error.errorCode == .offsetOutOfRange else { throw error }
                continue
            }
            guard let copy, let given else { continue }
            let difference =
                copy.header.baseOffset == given.header.baseOffset
                ? BatchComparison.difference(given, copy) : "its batch begins at another offset"
            if let difference {
                return "the last record of \(mirror), at offset \(end - 1), is not the source's: \(difference)"
            }
        }
        return nil
    }
}
