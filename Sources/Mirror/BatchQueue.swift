import Bytes
import KafkaRecords

/// A fetched batch that waits to be written.
struct QueuedBatch: Sendable {
    /// The batch in the frame it was fetched in.
    var slice: ByteSlice
    /// Its header as the source wrote it.
    var header: RecordBatchHeader
    /// Keeps the frame's bytes counted until the batch is written or dropped.
    var share: MemoryShare
}

/// Fetched batches of one partition, oldest first.
struct BatchQueue: Sendable {
    private var batches: [QueuedBatch] = []
    private var first = 0
    /// Bytes of all batches in the queue.
    private(set) var sizeInBytes = 0

    var isEmpty: Bool { first == batches.count }
    var head: QueuedBatch? { isEmpty ? nil : batches[first] }

    mutating func append(_ batch: QueuedBatch) {
        batches.append(batch)
        sizeInBytes += batch.slice.count
    }

    mutating func removeFirst() -> QueuedBatch? {
        guard let batch = head else { return nil }
        first += 1
        sizeInBytes -= batch.slice.count
        if first == batches.count {
            batches.removeAll(keepingCapacity: true)
            first = 0
        } else if first >= 32 && first * 2 >= batches.count {
            batches.removeFirst(first)
            first = 0
        }
        return batch
    }

    mutating func removeAll() {
        batches.removeAll()
        first = 0
        sizeInBytes = 0
    }
}
