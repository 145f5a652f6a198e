import Bytes
import KafkaClient
import KafkaModel
import KafkaRecords

/// Reads the batches of one partition one after the other.
struct LogWalk {
    /// Bytes asked for at a time.
    private static let fetchBytes: Int32 = 4 << 20

    let client: ClusterClient
    let partition: TopicPartition
    /// Offset of the next batch to return, or of a record within it.
    private(set) var offset: Int64
    /// Bytes of all batches returned.
    private(set) var bytes: Int64 = 0
    private var batches: [RecordBatchView] = []

    init(client: ClusterClient, partition: TopicPartition, from offset: Int64) {
        self.client = client
        self.partition = partition
        self.offset = offset
    }

    /// The next batch that consumers see something of; nil when the log ends before `end`.
    mutating func next(below end: Int64) async throws(VerifyProblem) -> RecordBatchView? {
        while offset < end {
            if batches.isEmpty { try await fetch() }
            guard !batches.isEmpty else { return nil }
            let batch = batches.removeFirst()
            guard batch.header.baseOffset < end else {
                // Nothing is left below the end but a gap.
                offset = end
                return nil
            }
            bytes += Int64(batch.slice.count)
            offset = batch.header.nextOffset
            if batch.header.isControl { continue }
            if batch.header.isLegacy { throw VerifyProblem("\(client.name) holds records of an old format") }
            return batch
        }
        return nil
    }

    private mutating func fetch() async throws(VerifyProblem) {
        let (partition, offset) = (partition, offset)
        let fetched: FetchedPartition
        do throws(ClientError) {
            fetched = try await client.retrying { (client: isolated ClusterClient) async throws(ClientError) in
                try await client.fetchOnce(
                    partition, from: offset, maximumBytes: Self.fetchBytes, isolation: .readCommitted,
                    maximumWaitMs: 100, lane: .fetch(-3))
            }
        } catch {
            throw VerifyProblem("\(error)")
        }
        var sequence = RecordBatchSequence(fetched.records)
        do throws(WireError) {
            while let batch = try sequence.next() {
                try batch.verifyChecksum()
                if batch.header.nextOffset > offset { batches.append(batch) }
            }
        } catch {
            throw VerifyProblem("cluster \(client.name): \(partition) cannot be read at offset \(offset): \(error)")
        }
    }
}

/// Why logs could not be compared, as a sentence.
struct VerifyProblem: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
