import Bytes
import KafkaModel
import KafkaProtocol
import KafkaRecords

/// The loop of one partition without I/O: events in, what to do next out (design: mirroring.md §3).
///
/// Steps are numbered as in the reference's S1. Whatever is not exactly expected leads back to step 2, *locate*: all
/// that was assumed is forgotten, the destination's log end is asked for again, and copying goes on from there. A
/// driver asks `needsProbe`, `fetchPosition` and `nextBatch` and reports what came of them.
struct PartitionMachine: Sendable {
    let target: MirrorTarget
    private(set) var desire: MirrorTarget.Desire
    private(set) var phase: Phase = .idle
    /// Counts returns to *locate*: an answer to an older question is dropped.
    private(set) var generation: UInt64
    /// Next offset to be appended: everything below is acknowledged.
    private(set) var nextOffset: Int64?
    /// The source's end when last seen.
    private(set) var sourceEnd: Int64?
    /// Bytes that wait to be written.
    var queuedBytes: Int { queue.sizeInBytes }
    /// Attempts since the last progress; drives the pause between them.
    private(set) var attempts = 0
    /// What was in the way at the last attempt; nil once there was progress.
    private(set) var obstacle: Obstacle?
    /// Whether a batch is on its way.
    private(set) var isSending = false
    /// Whether the partition was level with its source since it was last started.
    private(set) var hasCaughtUp = false

    /// Counts batches that were handed out.
    private(set) var writes: UInt64 = 0

    private var fetchOffset: Int64 = 0
    private var fetchEpoch: Int32 = -1
    private var sequence: Int32 = 0
    private var queue = BatchQueue()
    /// What stops the partition once everything before it is written.
    private var stopAhead: MirrorFailure?
    private var refusalsWithoutProgress = 0
    /// Whether a batch may still be on its way to the broker: one whose answer was lost, or an earlier owner's.
    private(set) var mayArriveLate = true
    /// Where the last batch ends whose answer was lost.
    private var lateEnd: Int64 = 0

    /// Refusals in a row, each after a fresh probe, that mean somebody else writes.
    private static let maximumRefusals = 8
    /// A partition with more than this waiting to be written is not fetched.
    static let maximumQueuedBytes = 1 << 20

    /// A machine that stands still.
    ///
    /// - Parameter incarnation: differs from that of every earlier machine of the same partition, so that an answer to
    ///   a question of an earlier one is dropped too.
    init(target: MirrorTarget, incarnation: UInt64 = 0) {
        self.target = target
        generation = incarnation << 32
        desire = target.desire
    }

    // MARK: What is wanted

    /// Begins, or begins again after a lease was lost and regained.
    mutating func start() {
        guard phase == .idle else { return }
        hasCaughtUp = false
        want(desire)
    }

    /// Lets go of the partition: everything assumed is forgotten.
    mutating func release() {
        if case .stopped = phase { return }
        forget()
        phase = .idle
    }

    /// Takes over what is wanted; a failed partition that is asked for anew tries again.
    mutating func want(_ desire: MirrorTarget.Desire) {
        let isNew = desire != self.desire
        self.desire = desire
        switch desire {
        case .active:
            if case .failed = phase, !isNew { return }
            if phase != .copying { locate() }
        case .paused, .linkPaused:
            forget()
            phase = .idle
        case .stop(let stop):
            switch stop.mode {
            case .failover: if mayArriveLate && !isSending { locate() } else { endIfPossible() }
            // What was read or asked before the request may lack records that were written before it.
            case .promote: locate()
            }
        }
    }

    /// Whether steps 2 to 5 are to be taken now.
    var needsProbe: Bool { phase == .probing && !isSending }

    /// Whether a probe has to ask the destination only: a failover works without the source.
    var probesMirrorOnly: Bool {
        if case .stop(let stop) = desire { stop.mode == .failover } else { false }
    }

    // MARK: Steps 2 to 5

    /// The mirror ends at `end`, asked for when nothing sent before could arrive any more.
    mutating func settled(end: Int64, generation: UInt64) {
        guard generation == self.generation, phase == .probing else { return }
        nextOffset = end
        mayArriveLate = false
        endIfPossible()
    }

    /// Steps 2 to 5 succeeded: copying begins at the destination's log end.
    mutating func probed(_ probe: Probe, generation: UInt64) {
        guard generation == self.generation, phase == .probing else { return }
        if probe.isQuiet { mayArriveLate = false }
        nextOffset = probe.destinationEnd
        fetchOffset = probe.destinationEnd
        fetchEpoch = probe.sourceEpoch ?? -1
        // Step 4: last sequence + 1, or the offset where the broker holds no state.
        sequence =
            probe.lastSequence.map { ProducerIds.advance($0, by: 1) } ?? ProducerIds.seed(at: probe.destinationEnd)
        sourceEnd = probe.sourceEnd
        phase = .copying
        noticeLevel()
        endIfPossible()
    }

    /// A step failed; what is in the way may pass.
    mutating func mustWait(_ reason: String, isSource: Bool, isRefusal: Bool = false, generation: UInt64) {
        guard generation == self.generation else { return }
        forget()
        attempts += 1
        obstacle = Obstacle(reason: reason, isSource: isSource, isRefusal: isRefusal)
        phase = .waiting
        endIfPossible()
    }

    /// A step found what cannot be repaired by trying again.
    mutating func fail(_ failure: MirrorFailure, generation: UInt64) {
        guard generation == self.generation else { return }
        forget()
        phase = .failed(failure)
        endIfPossible()
    }

    /// The pause is over.
    mutating func pauseEnded(generation: UInt64) {
        guard generation == self.generation, phase == .waiting else { return }
        phase = .probing
        generationMoves()
    }

    // MARK: Step 6

    /// Where to read next; nil while enough waits to be written or the partition does not copy.
    var fetchPosition: (offset: Int64, lastEpoch: Int32)? {
        guard phase == .copying, stopAhead == nil, queue.sizeInBytes < Self.maximumQueuedBytes else { return nil }
        return (fetchOffset, fetchEpoch)
    }

    /// Step 6 and 7: what was read is cut into batches to pass on, up to the first that cannot be.
    mutating func fetched(
        _ records: ByteSlice?, sourceEnd end: Int64, share: MemoryShare, generation: UInt64
    ) {
        guard generation == self.generation, phase == .copying else { return }
        sourceEnd = end
        var batches = RecordBatchSequence(records ?? .empty)
        do throws(WireError) {
            while stopAhead == nil, let batch = try batches.next() {
                take(batch, share)
            }
        } catch {
            stopAhead = MirrorFailure(
                .refused,
                "the source sent bytes for \(target.source) at offset \(fetchOffset) that are no batch: \(error).")
        }
        noticeLevel()
        // Nothing to write and the source answers: that is as good as progress.
        if isLevel && stopAhead == nil { noticeProgress() }
        stopIfDrained()
        endIfPossible()
    }

    /// The source's log departs from what was read: its `epoch` ends at `endOffset`.
    mutating func sourceDiverged(epoch: Int32, endOffset: Int64, generation: UInt64) {
        guard generation == self.generation, phase == .copying, let nextOffset else { return }
        guard endOffset < nextOffset else {
            // Only what waits to be written is concerned, or a batch on its way: the probe compares what was copied.
            return mustWait(
                "the source log of \(target.source) was cut at offset \(endOffset), not below the end of the mirror, "
                    + "\(nextOffset); what was read behind it is read anew",
                isSource: true, generation: generation)
        }
        fail(
            MirrorFailure(
                .sourceTruncated,
                "the source log of \(target.source) diverges from what was copied: its epoch \(epoch) ends at offset "
                    + "\(endOffset), below \(nextOffset), the end of the mirror. Records were lost at the source "
                    + "(unclean leader election). Delete the mirror topic and let it be made again, or fail it over."),
            generation: generation)
    }

    private mutating func take(_ batch: RecordBatchView, _ share: MemoryShare) {
        let source = "source partition \(target.source)"
        switch BatchCheck.judge(batch.header, wanted: fetchOffset, source: source) {
        case .alreadyCopied: break
        case .refused(let failure): stopAhead = failure
        case .verbatim:
            queue.append(QueuedBatch(slice: batch.slice, header: batch.header, share: share))
            fetchOffset = batch.header.nextOffset
            fetchEpoch = batch.header.partitionLeaderEpoch
        }
    }

    /// Whether nothing waits to be written: the mirror's end stays where it is unless somebody else writes.
    var isLevel: Bool { phase == .copying && !isSending && queue.isEmpty }

    // MARK: Step 8

    /// Whether a batch could be sent now.
    var hasBatch: Bool { phase == .copying && !isSending && !queue.isEmpty }

    /// The next batch, of which at most one is on its way at a time (sections A.7, A.8).
    mutating func nextBatch() -> Outgoing? {
        guard hasBatch, let batch = queue.removeFirst() else { return nil }
        isSending = true
        writes += 1
        return Outgoing(batch: batch, sequence: sequence)
    }

    /// Step 8: only "no error" at the expected offset counts.
    mutating func acknowledged(_ sent: RecordBatchHeader, baseOffset: Int64, generation: UInt64) {
        isSending = false
        guard generation == self.generation, phase == .copying else { return endIfPossible() }
        guard baseOffset == sent.baseOffset else {
            return fail(
                MirrorFailure(
                    .foreignWrite,
                    "the batch for offset \(sent.baseOffset) of \(target.mirror) was appended at offset \(baseOffset): "
                        + "expected \(sent.baseOffset), actual \(baseOffset). Another producer wrote into the mirror. "
                        + "Take WRITE on the topic from everybody else, delete the mirror topic and let it be made "
                        + "again, or fail it over to keep it as it is."),
                generation: generation)
        }
        nextOffset = sent.nextOffset
        sequence = ProducerIds.advance(sequence, by: sent.recordCount)
        noticeProgress()
        refusalsWithoutProgress = 0
        noticeLevel()
        stopIfDrained()
        endIfPossible()
    }

    /// Step 8: the destination refused, or nobody knows what became of the batch.
    mutating func notAppended(_ sent: RecordBatchHeader, _ outcome: AppendOutcome, generation: UInt64) {
        isSending = false
        if case .lost = outcome {
            mayArriveLate = true
            lateEnd = max(lateEnd, sent.nextOffset)
        }
        guard generation == self.generation, phase == .copying else { return endIfPossible() }
        switch outcome {
        case .again(let reason), .lost(let reason):
            mustWait(reason, isSource: false, generation: generation)
        case .outOfSequence(let reason):
            refusalsWithoutProgress += 1
            if refusalsWithoutProgress < Self.maximumRefusals {
                mustWait(reason, isSource: false, generation: generation)
            } else {
                fail(
                    MirrorFailure(
                        .foreignWrite,
                        "\(target.mirror) refused \(refusalsWithoutProgress) batches in a row as out of sequence at "
                            + "offset \(nextOffset ?? -1), each after its end was read anew. Something else writes "
                            + "there with this link's producer id. Stop other workers of this link."),
                    generation: generation)
            }
        case .refused(let reason):
            // Tried again all the same, so that whoever grants the right or raises the limit need not start us anew.
            mustWait("\(MirrorFailure(.refused, reason))", isSource: false, isRefusal: true, generation: generation)
        }
    }

    /// A look at the idle mirror: its end must be where we left it.
    ///
    /// - Parameter writes: `writes` when the end was asked for: an answer that a write of ours overtook says nothing.
    mutating func observedEnd(_ end: Int64, writes: UInt64, generation: UInt64) {
        guard generation == self.generation, isLevel, writes == self.writes, let expected = nextOffset, end != expected
        else { return }
        // Below: the destination lost what was not replicated everywhere; it is copied again from there. Above: it may
        // be our own late batch, and the probe compares it with the source.
        if end < expected || mayArriveLate { return locate() }
        fail(
            MirrorFailure(
                .foreignWrite,
                "the end of \(target.mirror) moved while nothing was written: expected \(expected), actual \(end). "
                    + "Another producer wrote into the mirror. Take WRITE on the topic from everybody else, delete the "
                    + "mirror topic and let it be made again, or fail it over to keep it as it is."),
            generation: generation)
    }

    // MARK: Details

    private mutating func locate() {
        forget()
        phase = .probing
    }

    private mutating func forget() {
        queue.removeAll()
        stopAhead = nil
        generationMoves()
    }

    private mutating func generationMoves() {
        generation += 1
    }

    private mutating func noticeProgress() {
        attempts = 0
        obstacle = nil
    }

    private mutating func noticeLevel() {
        guard let sourceEnd, let nextOffset, nextOffset >= sourceEnd else { return }
        hasCaughtUp = true
        // A late batch holds nothing that is not in the mirror: the broker finds its sequence taken.
        if nextOffset >= lateEnd { mayArriveLate = false }
    }

    private mutating func stopIfDrained() {
        if let failure = stopAhead, queue.isEmpty, !isSending { fail(failure, generation: generation) }
    }

    /// Whether a promotion waits only until nothing sent before can arrive any more.
    var waitsForQuiet: Bool {
        guard case .stop(let stop) = desire, stop.mode == .promote else { return false }
        return mayArriveLate && !isSending && isWithin(stop.maximumLag)
    }

    /// Nothing sent before can arrive any more: both ends count once they are asked for anew.
    mutating func becameQuiet() {
        if waitsForQuiet { locate() }
    }

    private func isWithin(_ maximumLag: Int64) -> Bool {
        guard phase == .copying, queue.isEmpty, let sourceEnd, let nextOffset else { return false }
        return sourceEnd - nextOffset <= maximumLag
    }

    /// Ends the partition when a stop is wanted and nothing is on its way: failover at once, promotion when level.
    ///
    /// What may arrive late must not land behind the records of the topic's new writers.
    private mutating func endIfPossible() {
        guard case .stop(let stop) = desire, !isSending else { return }
        switch stop.mode {
        case .failover:
            guard !mayArriveLate else {
                if phase != .probing && phase != .waiting { locate() }
                return
            }
        case .promote:
            guard !mayArriveLate, isWithin(stop.maximumLag) else { return }
        }
        forget()
        phase = .stopped(requestId: stop.requestId)
    }
}
