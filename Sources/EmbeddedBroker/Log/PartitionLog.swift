import Bytes
import KafkaProtocol
import KafkaRecords

/// One partition's log: batches in memory with the offsets, epochs, producers and transactions that brokers derive
/// from them.
///
/// A value without I/O and without a clock. Batches stay in the blocks they were received in.
struct PartitionLog {
    /// The partition, for messages: `topic-0`.
    let name: String
    /// Batches in the order of their offsets.
    private(set) var batches: [RecordBatchView] = []
    /// First offset that may be read.
    private(set) var logStartOffset: Int64 = 0
    /// Offset behind the last batch (LEO).
    private(set) var logEndOffset: Int64 = 0
    /// Offset up to which consumers read: the log end, unless replication is held.
    private(set) var highWatermark: Int64 = 0
    /// Bytes of all batches.
    private(set) var sizeInBytes = 0
    /// Epoch that new batches are stamped with.
    private(set) var leaderEpoch: Int32 = 0
    /// Where the epochs began.
    private(set) var epochs = LeaderEpochs()
    /// What is remembered of producers.
    private(set) var producers = ProducerStates()
    /// Open and aborted transactions.
    private(set) var transactions = TransactionIndex()

    /// While set, the high watermark stays: as if followers had stopped fetching.
    var isReplicationHeld = false {
        didSet { if !isReplicationHeld { advanceHighWatermark() } }
    }

    /// An empty log of the partition called `name`.
    init(name: String) {
        self.name = name
        epochs.assign(0, startOffset: 0)
    }

    /// Offset up to which readers of committed data read (LSO).
    var lastStableOffset: Int64 { transactions.lastStableOffset(highWatermark: highWatermark) }

    // MARK: Appending

    /// Where a batch went.
    struct Appended: Equatable {
        /// Offset of its first record.
        var baseOffset: Int64
        /// Offset behind its last record.
        var nextOffset: Int64
        /// Append time for the response; -1 for a fresh append in a log with create times.
        var logAppendTimeMs: Int64 = -1
        /// Whether the batch was there before and nothing was written.
        var isDuplicate = false
    }

    /// Appends a client's batch, or refuses it as a real broker would.
    ///
    /// The batch is stamped in place, so it must be memory that nobody else reads.
    ///
    /// - Parameters:
    ///   - batch: what the Produce request carries for the partition.
    ///   - validator: the checks, with the topic's configs and the time.
    mutating func append(_ batch: RecordBatchView, validator: BatchValidator) throws(AppendRefusal) -> Appended {
        try validator.validate(batch)
        let maxTimestamp = try validator.validateRecords(batch)
        var header = batch.header
        header.baseOffset = logEndOffset
        if header.hasProducerId {
            if let known = producers.duplicate(of: header) {
                return Appended(
                    baseOffset: known.baseOffset, nextOffset: known.baseOffset + Int64(header.recordCount),
                    logAppendTimeMs: known.timestamp, isDuplicate: true)
            }
            try producers.check(header)
        }
        let isAppendTime = validator.config.isLogAppendTime
        let stamped = BatchStamp(
            baseOffset: logEndOffset, leaderEpoch: leaderEpoch,
            maxTimestamp: isAppendTime ? validator.now : maxTimestamp, isLogAppendTime: isAppendTime
        ).apply(to: batch)
        store(stamped)
        return Appended(
            baseOffset: stamped.header.baseOffset, nextOffset: stamped.header.nextOffset,
            logAppendTimeMs: isAppendTime ? validator.now : -1)
    }

    /// Notes that the coordinator is asked whether a batch belongs to a transaction.
    mutating func verifying(_ header: RecordBatchHeader, isFirstSequenceZero: Bool) {
        producers.verifying(header, isFirstSequenceZero: isFirstSequenceZero)
    }

    /// Appends the marker of a transaction, as a coordinator does; it takes one offset.
    mutating func appendMarker(
        _ marker: EndTransactionMarker, producerId: Int64, producerEpoch: Int16, now: Int64
    ) throws(AppendRefusal) -> Int64 {
        try producers.checkMarker(
            producerId: producerId, epoch: producerEpoch, coordinatorEpoch: marker.coordinatorEpoch)
        let bytes = marker.batch(producerId: producerId, producerEpoch: producerEpoch, timestamp: now)
        guard let batch = try? RecordBatchView(prefixOf: bytes) else { throw AppendRefusal(.unknownServerError) }
        let offset = logEndOffset
        store(BatchStamp(baseOffset: offset, leaderEpoch: leaderEpoch).apply(to: batch))
        return offset
    }

    /// Appends a batch as it would arrive from a leader: unchecked, with whatever range of offsets and flags it has.
    ///
    /// - Parameter baseOffset: the log end or an offset behind it, for a hole as compaction leaves it.
    mutating func appendStored(_ batch: RecordBatchView, at baseOffset: Int64? = nil) -> Int64 {
        let offset = max(baseOffset ?? logEndOffset, logEndOffset)
        store(BatchStamp(baseOffset: offset, leaderEpoch: leaderEpoch).apply(to: batch))
        return offset
    }

    private mutating func store(_ batch: RecordBatchView) {
        batches.append(batch)
        sizeInBytes += batch.slice.count
        logEndOffset = batch.header.nextOffset
        remember(batch)
        if !isReplicationHeld { advanceHighWatermark() }
    }

    /// Brings producers and transactions up to date with a stored batch.
    private mutating func remember(_ batch: RecordBatchView) {
        let header = batch.header
        guard header.hasProducerId else { return }
        if header.isControl {
            guard let marker = EndTransactionMarker(batch) else { return }
            let start = producers.markerAppended(
                producerId: header.producerId, epoch: header.producerEpoch,
                coordinatorEpoch: marker.coordinatorEpoch, timestamp: header.maxTimestamp)
            if let start {
                transactions.ended(
                    producerId: header.producerId, firstOffset: start, at: header.baseOffset,
                    isCommit: marker.isCommit)
            }
        } else {
            producers.appended(header)
            if header.isTransactional {
                transactions.began(producerId: header.producerId, firstOffset: header.baseOffset)
            }
        }
    }

    private mutating func advanceHighWatermark() {
        highWatermark = logEndOffset
        transactions.advanced(highWatermark: highWatermark)
    }

    // MARK: Cutting

    /// Moves the log start up to `offset`; batches that lie wholly below it go.
    ///
    /// A start inside a batch keeps the batch.
    mutating func moveStart(to offset: Int64) {
        guard offset > logStartOffset else { return }
        logStartOffset = offset
        if offset > logEndOffset {
            logEndOffset = offset
            advanceHighWatermark()
        }
        let gone = firstIndex(endingBehind: offset)
        sizeInBytes -= batches[..<gone].reduce(0) { $0 + $1.slice.count }
        batches.removeFirst(gone)
        epochs.truncateStart(to: offset)
        transactions.truncateStart(to: offset)
    }

    /// A new leader takes over with what was replicated: all behind the high watermark is lost.
    mutating func changeLeader() {
        let kept = batches.firstIndex { $0.header.nextOffset > highWatermark } ?? batches.count
        sizeInBytes -= batches[kept...].reduce(0) { $0 + $1.slice.count }
        batches.removeSubrange(kept...)
        logEndOffset = batches.last?.header.nextOffset ?? max(logStartOffset, min(highWatermark, logEndOffset))
        epochs.truncateEnd(to: logEndOffset)
        producers.removeAll()
        transactions.removeAll()
        for batch in batches { remember(batch) }
        leaderEpoch += 1
        epochs.assign(leaderEpoch, startOffset: logEndOffset)
        isReplicationHeld = false
    }

    /// Forgets producers as the broker's periodic check does.
    mutating func expireProducers(now: Int64, expirationMs: Int64) {
        producers.expire(now: now, expirationMs: expirationMs)
    }

    /// Index of the first batch whose last offset is at `offset` or behind it.
    func firstIndex(endingBehind offset: Int64) -> Int {
        var low = 0
        var high = batches.count
        while low < high {
            let middle = (low + high) / 2
            if batches[middle].header.lastOffset < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
