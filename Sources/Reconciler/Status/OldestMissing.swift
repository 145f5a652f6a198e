import Bytes
import KafkaClient
import KafkaModel
import KafkaRecords

/// Finds out how old the oldest record is that a mirror does not have.
enum OldestMissing {
    /// A small read is enough: the first batch comes whole, whatever its size.
    private static let fetchBytes: Int32 = 1024

    /// How many reads are under way at a time.
    private static let width = 16

    /// What is asked of one partition.
    struct Question: Sendable {
        /// Where the record is.
        var source: TopicPartition
        /// The partition that lacks it.
        var mirror: TopicPartition
        /// Where the mirror ends.
        var offset: Int64
    }

    /// The timestamps of the first records that mirrors lack, by partition of the mirror.
    static func timestamps(
        _ questions: some Collection<Question>, _ source: ClusterClient
    ) async -> [TopicPartition: StatusReading<Int64>] {
        await withTaskGroup(of: (TopicPartition, StatusReading<Int64>).self) { group in
            var found: [TopicPartition: StatusReading<Int64>] = [:]
            for (position, question) in questions.enumerated() {
                if position >= width, let (partition, answer) = await group.next() { found[partition] = answer }
                group.addTask { (question.mirror, await timestamp(question.source, from: question.offset, source)) }
            }
            for await (partition, answer) in group { found[partition] = answer }
            return found
        }
    }

    /// The timestamp of the first record at or behind `offset`, in milliseconds since 1970.
    ///
    /// A batch is not opened: its first timestamp stands for all of its records, which makes the age too large by at
    /// most the time its producer lingered.
    static func timestamp(
        _ partition: TopicPartition, from offset: Int64, _ source: ClusterClient
    ) async -> StatusReading<Int64> {
        let fetched: FetchedPartition
        do throws(ClientError) {
            fetched = try await source.fetchOnce(
                partition, from: offset, maximumBytes: fetchBytes, isolation: .readUncommitted)
        } catch {
            return .unknown("\(error)")
        }
        var batches = RecordBatchSequence(fetched.records)
        do throws(WireError) {
            while let batch = try batches.next() {
                let header = batch.header
                guard !header.isLegacy else { return .unknown("the source's records have an old format") }
                guard header.nextOffset > offset else { continue }
                let timestamp = header.isLogAppendTime ? header.maxTimestamp : header.baseTimestamp
                return timestamp < 0 ? .unknown("the source's records have no timestamps") : .known(timestamp)
            }
        } catch {
            return .unknown("the source's records at offset \(offset) of \(partition) cannot be read: \(error)")
        }
        return .unknown("the source returned no record at offset \(offset) of \(partition)")
    }
}
