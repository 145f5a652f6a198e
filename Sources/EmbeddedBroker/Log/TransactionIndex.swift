/// The transactions of a partition: which are open, and which were aborted (Kafka: `TransactionIndex`).
struct TransactionIndex {
    /// A transaction whose records `read_committed` readers must skip.
    struct Aborted: Equatable {
        /// Its producer.
        var producerId: Int64
        /// Offset of its first record.
        var firstOffset: Int64
        /// Offset of the marker that aborted it.
        var lastOffset: Int64
    }

    /// A transaction whose outcome is not yet below the high watermark.
    private struct Undecided {
        var producerId: Int64
        var firstOffset: Int64
        /// Offset of its marker; nil while it is open.
        var lastOffset: Int64?
    }

    private(set) var aborted: [Aborted] = []
    private var undecided: [Undecided] = []

    /// Notes the first batch of a transaction; later batches change nothing.
    mutating func began(producerId: Int64, firstOffset: Int64) {
        guard !undecided.contains(where: { $0.producerId == producerId && $0.lastOffset == nil }) else { return }
        undecided.append(Undecided(producerId: producerId, firstOffset: firstOffset))
    }

    /// Notes the marker at `offset` that ended the transaction that began at `firstOffset`.
    mutating func ended(producerId: Int64, firstOffset: Int64, at offset: Int64, isCommit: Bool) {
        for index in undecided.indices where undecided[index].producerId == producerId {
            if undecided[index].lastOffset == nil { undecided[index].lastOffset = offset }
        }
        if !isCommit {
            aborted.append(Aborted(producerId: producerId, firstOffset: firstOffset, lastOffset: offset))
        }
    }

    /// The last stable offset: readers of committed data see nothing from here on.
    func lastStableOffset(highWatermark: Int64) -> Int64 {
        let open = undecided.filter { ($0.lastOffset ?? .max) >= highWatermark }.map(\.firstOffset).min()
        return min(highWatermark, open ?? highWatermark)
    }

    /// Forgets transactions that are decided below the high watermark.
    mutating func advanced(highWatermark: Int64) {
        undecided.removeAll { ($0.lastOffset ?? .max) < highWatermark }
    }

    /// The aborted transactions with records in `range`, in the order of their first offsets.
    func aborted(in range: Range<Int64>) -> [Aborted] {
        aborted.filter { $0.lastOffset >= range.lowerBound && $0.firstOffset < range.upperBound }
            .sorted { $0.firstOffset < $1.firstOffset }
    }

    /// Forgets transactions that ended below `offset`.
    mutating func truncateStart(to offset: Int64) {
        aborted.removeAll { $0.lastOffset < offset }
    }

    /// Forgets everything, before the log is replayed.
    mutating func removeAll() {
        aborted.removeAll()
        undecided.removeAll()
    }
}
