import Bytes
import KafkaProtocol
import KafkaRecords

extension PartitionLog {
    /// How far a reader may look.
    enum Visibility {
        /// Up to the log end: followers and `replica_id` other than -1.
        case all
        /// Up to the high watermark.
        case replicated
        /// Up to the last stable offset, with the list of aborted transactions.
        case committed

        /// The visibility for a fetch or a question for offsets.
        init(isolationLevel: Int8, replicaId: Int32) {
            self = replicaId != -1 ? .all : isolationLevel == 1 ? .committed : .replicated
        }
    }

    /// What was read.
    struct ReadResult {
        /// Batches as they lie in the log; the last may be cut.
        var records: ByteSlice
        /// Aborted transactions in the range; nil unless asked for committed data.
        var aborted: [TransactionIndex.Aborted]?
    }

    /// End of what a reader sees.
    func end(_ visibility: Visibility) -> Int64 {
        switch visibility {
        case .all: logEndOffset
        case .replicated: highWatermark
        case .committed: lastStableOffset
        }
    }

    /// Reads batches from `offset`, at most `maxBytes`; with `isWholeBatchDue`, at least one batch.
    func read(
        from offset: Int64, maxBytes: Int, isWholeBatchDue: Bool, _ visibility: Visibility
    ) throws(AppendRefusal) -> ReadResult {
        guard offset >= logStartOffset, offset <= logEndOffset else { throw AppendRefusal(.offsetOutOfRange) }
        let limit = end(visibility)
        let first = firstIndex(endingBehind: offset)
        var size = 0
        var last = first
        while last < batches.count, batches[last].header.baseOffset < limit, size < maxBytes || last == first {
            size += batches[last].slice.count
            last += 1
        }
        var budget = min(size, max(maxBytes, 0))
        if let batch = batches[first..<last].first, budget < batch.slice.count {
            // From version 3 of Fetch on, a first batch that does not fit is either whole or left out.
            budget = isWholeBatchDue ? batch.slice.count : 0
        }
        let upper = last < batches.count ? batches[last].header.baseOffset : limit
        var aborted: [TransactionIndex.Aborted]?
        if case .committed = visibility {
            aborted = transactions.aborted(in: offset..<max(offset, upper))
        }
        return ReadResult(records: joined(first..<last, budget), aborted: aborted)
    }

    /// The first `budget` bytes of the batches in `range`: uncopied when they are one batch.
    private func joined(_ range: Range<Int>, _ budget: Int) -> ByteSlice {
        guard budget > 0, let first = range.first else { return .empty }
        if budget <= batches[first].slice.count { return batches[first].slice.slice(0..<budget) }
        let block = ByteBlock(count: budget)
        var filled = 0
        for batch in batches[range] where filled < budget {
            let part = min(batch.slice.count, budget - filled)
            (block.base + filled).copyMemory(from: batch.slice.start, byteCount: part)
            filled += part
        }
        return ByteSlice(block: block, offset: 0, count: filled)
    }

    // MARK: Offsets

    /// An offset with the time and epoch of its record.
    struct FoundOffset: Equatable {
        /// The offset; -1 when there is none.
        var offset: Int64 = -1
        /// Milliseconds since 1970; -1 when there is none or it was not asked by time.
        var timestamp: Int64 = -1
        /// Epoch of the leader that wrote it; -1 when unknown.
        var leaderEpoch: Int32 = -1
    }

    /// Answers ListOffsets: -1 asks for the end, -2 for the start, -3 for the largest timestamp, -4 for the local
    /// start, -5 and -6 for tiered offsets, which there are none of; anything else for the first
    /// record not older than that.
    func offset(at timestamp: Int64, _ visibility: Visibility) -> FoundOffset {
        switch timestamp {
        case -1: FoundOffset(offset: end(visibility), leaderEpoch: epochs.latest)
        case -2, -4: FoundOffset(offset: logStartOffset, leaderEpoch: epochs.epoch(at: logStartOffset))
        case -3: newestRecord()
        case ..<0: FoundOffset()
        default: firstRecord(from: timestamp, below: end(visibility))
        }
    }

    private func newestRecord() -> FoundOffset {
        guard let newest = batches.max(by: { $0.header.maxTimestamp < $1.header.maxTimestamp }) else {
            return FoundOffset()
        }
        return record(in: newest) { $0.timestamp >= newest.header.maxTimestamp } ?? FoundOffset()
    }

    private func firstRecord(from timestamp: Int64, below limit: Int64) -> FoundOffset {
        for batch in batches where batch.header.maxTimestamp >= timestamp {
            let match = record(in: batch) { $0.timestamp >= timestamp && $0.offset >= logStartOffset }
            if let match { return match.offset < limit ? match : FoundOffset() }
        }
        return FoundOffset()
    }

    /// The first record that `matches`.
    ///
    /// In compressed batches, which are not opened, the batch's first offset.
    private func record(in batch: RecordBatchView, where matches: (Record) -> Bool) -> FoundOffset? {
        let epoch = batch.header.partitionLeaderEpoch
        guard var cursor = try? RecordCursor(batch) else {
            return FoundOffset(
                offset: max(batch.header.baseOffset, logStartOffset), timestamp: batch.header.maxTimestamp,
                leaderEpoch: epoch)
        }
        while let record = try? cursor.next() {
            if matches(record) {
                return FoundOffset(offset: record.offset, timestamp: record.timestamp, leaderEpoch: epoch)
            }
        }
        return nil
    }

    // MARK: Epochs

    /// Compares the leader epoch a client believes in with the log's; -1 is not compared.
    func checkEpoch(_ current: Int32) throws(AppendRefusal) {
        guard current != -1 else { return }
        if current < leaderEpoch { throw AppendRefusal(.fencedLeaderEpoch) }
        if current > leaderEpoch { throw AppendRefusal(.unknownLeaderEpoch) }
    }

    /// Where the reader's log and this one part, if they do (KIP-595): the reader has read up to `offset`, the last
    /// record in epoch `lastFetchedEpoch`; -1 is not compared.
    func divergence(
        lastFetchedEpoch: Int32, offset: Int64
    ) throws(AppendRefusal) -> (epoch: Int32, endOffset: Int64)? {
        guard lastFetchedEpoch != -1 else { return nil }
        let end = epochs.end(of: lastFetchedEpoch, logEndOffset: logEndOffset)
        if end.endOffset == -1 || end.epoch == -1 { throw AppendRefusal(.offsetOutOfRange) }
        return end.epoch < lastFetchedEpoch || end.endOffset < offset ? end : nil
    }
}
