/// Where each leader epoch of a partition began (Kafka: `LeaderEpochFileCache`).
struct LeaderEpochs: Equatable {
    /// One epoch with its first offset.
    struct Entry: Equatable {
        /// The epoch.
        var epoch: Int32
        /// First offset that a leader of this epoch could write.
        var startOffset: Int64
    }

    /// The epochs in ascending order; start offsets ascend too.
    private(set) var entries: [Entry] = []

    /// The newest epoch; -1 when none is known.
    var latest: Int32 { entries.last?.epoch ?? -1 }

    /// Notes that `epoch` begins at `startOffset`; what contradicts it was truncated away and is forgotten.
    mutating func assign(_ epoch: Int32, startOffset: Int64) {
        guard epoch > latest else { return }
        while let last = entries.last, last.startOffset >= startOffset { entries.removeLast() }
        entries.append(Entry(epoch: epoch, startOffset: startOffset))
    }

    /// The end of `epoch`: the largest epoch not above it, and the offset where the next one begins.
    ///
    /// -1 for both when the log cannot tell.
    func end(of epoch: Int32, logEndOffset: Int64) -> (epoch: Int32, endOffset: Int64) {
        guard epoch >= 0, latest >= 0 else { return (-1, -1) }
        if epoch == latest { return (epoch, logEndOffset) }
        guard let higher = entries.first(where: { $0.epoch > epoch }) else { return (-1, -1) }
        guard let floor = entries.last(where: { $0.epoch <= epoch }) else { return (epoch, higher.startOffset) }
        return (floor.epoch, higher.startOffset)
    }

    /// The epoch of the record at `offset`; -1 when it is below every entry.
    func epoch(at offset: Int64) -> Int32 {
        entries.last { $0.startOffset <= offset }?.epoch ?? -1
    }

    /// Forgets epochs that ended before `offset`; the one in force there begins at `offset` from now on.
    mutating func truncateStart(to offset: Int64) {
        guard let kept = entries.lastIndex(where: { $0.startOffset <= offset }) else { return }
        entries.removeFirst(kept)
        entries[0].startOffset = offset
    }

    /// Forgets epochs that began at `offset` or behind it.
    mutating func truncateEnd(to offset: Int64) {
        entries.removeAll { $0.startOffset >= offset }
    }
}
