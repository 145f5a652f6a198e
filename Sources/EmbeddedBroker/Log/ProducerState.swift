import KafkaRecords

/// What a partition remembers of one producer id (Kafka: `ProducerStateEntry`).
struct ProducerState: Equatable {
    /// One appended batch.
    struct Batch: Equatable {
        /// Sequence of its first record.
        var firstSequence: Int32
        /// Sequence of its last record.
        var lastSequence: Int32
        /// Offset of its first record.
        var baseOffset: Int64
        /// Its largest timestamp.
        var timestamp: Int64
    }

    /// Batches remembered to recognise repeated ones.
    static let rememberedBatches = 5

    /// Epoch of the last batch or marker.
    var epoch: Int16
    /// The last batches of this epoch, oldest first; at most five.
    private(set) var batches: [Batch] = []
    /// Epoch of the coordinator that wrote the last marker; -1 without one.
    var coordinatorEpoch: Int32 = -1
    /// Largest record timestamp of the last batch, or the time of the last marker: expiry counts from here.
    var lastTimestamp: Int64 = -1
    /// First offset of the open transaction.
    var transactionStart: Int64?

    init(epoch: Int16) {
        self.epoch = epoch
    }

    /// Sequence of the last record; -1 without one.
    var lastSequence: Int32 { batches.last?.lastSequence ?? -1 }

    /// The batch with exactly these sequences, if it is among those remembered.
    func batch(epoch: Int16, firstSequence: Int32, lastSequence: Int32) -> Batch? {
        guard epoch == self.epoch else { return nil }
        return batches.first { $0.firstSequence == firstSequence && $0.lastSequence == lastSequence }
    }

    /// Enters a newer epoch, which forgets the batches.
    mutating func enter(epoch newer: Int16) {
        guard newer != epoch else { return }
        epoch = newer
        batches = []
    }

    /// Remembers a batch that was appended.
    mutating func add(_ batch: Batch) {
        if batches.count == Self.rememberedBatches { batches.removeFirst() }
        batches.append(batch)
        lastTimestamp = batch.timestamp
    }

    /// Whether `next` follows `last`; sequences wrap from 2^31 - 1 to 0.
    static func isInSequence(last: Int32, next: Int32) -> Bool {
        next == last &+ 1 || (next == 0 && last == Int32.max)
    }
}
