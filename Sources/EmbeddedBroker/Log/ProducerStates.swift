import KafkaProtocol
import KafkaRecords

/// The producers that a partition remembers, and the checks that make a produce request a compare-and-append.
struct ProducerStates {
    /// By producer id.
    private(set) var entries: [Int64: ProducerState] = [:]
    private var verifications: [Int64: Verification] = [:]

    /// What the coordinator was asked about a producer whose transaction has not begun here (Kafka:
    /// `VerificationStateEntry`).
    private struct Verification {
        var epoch: Int16
        /// The lowest sequence of this epoch that was asked for; no batch may begin above it.
        var lowestSequence: Int32
        /// Whether a producer that is not remembered must begin with 0 (KIP-890).
        var isFirstSequenceZero: Bool
    }

    /// The batch with the same producer, epoch and sequences that was appended before, if it is remembered.
    func duplicate(of header: RecordBatchHeader) -> ProducerState.Batch? {
        entries[header.producerId]?.batch(
            epoch: header.producerEpoch, firstSequence: header.baseSequence, lastSequence: header.lastSequence)
    }

    /// Whether the producer has a transaction open here, in the epoch of this batch.
    func hasOpenTransaction(_ header: RecordBatchHeader) -> Bool {
        guard let entry = entries[header.producerId] else { return false }
        return entry.transactionStart != nil && entry.epoch == header.producerEpoch
    }

    /// Notes that the coordinator is asked about a batch; it stays noted until the transaction begins or ends here.
    mutating func verifying(_ header: RecordBatchHeader, isFirstSequenceZero: Bool) {
        let new = Verification(
            epoch: header.producerEpoch, lowestSequence: header.baseSequence,
            isFirstSequenceZero: isFirstSequenceZero)
        guard let old = verifications[header.producerId], old.epoch >= new.epoch else {
            return verifications[header.producerId] = new
        }
        guard old.epoch == new.epoch else { return }
        verifications[header.producerId]?.lowestSequence = min(old.lowestSequence, new.lowestSequence)
    }

    /// Insists that a client's batch follows what its producer wrote before.
    ///
    /// A producer that is not remembered may begin with any epoch and sequence (KIP-360, from 2.5).
    func check(_ header: RecordBatchHeader) throws(AppendRefusal) {
        let entry = entries[header.producerId]
        if let entry, header.producerEpoch < entry.epoch { throw AppendRefusal(.invalidProducerEpoch) }
        if let verification = verifications[header.producerId] {
            let isFirst = verification.isFirstSequenceZero && entry?.lastSequence ?? -1 == -1
            guard header.baseSequence <= (isFirst ? 0 : verification.lowestSequence) else {
                throw AppendRefusal(.outOfOrderSequenceNumber)
            }
        }
        guard let entry else { return }
        if header.producerEpoch > entry.epoch {
            if header.baseSequence != 0 { throw AppendRefusal(.outOfOrderSequenceNumber) }
        } else if !ProducerState.isInSequence(last: entry.lastSequence, next: header.baseSequence) {
            throw AppendRefusal(.outOfOrderSequenceNumber)
        }
        if entry.transactionStart != nil && !header.isTransactional {
            throw AppendRefusal(.invalidTxnState)
        }
    }

    /// Notes a batch that was appended at its base offset.
    mutating func appended(_ header: RecordBatchHeader) {
        var entry = entries[header.producerId] ?? ProducerState(epoch: header.producerEpoch)
        entry.enter(epoch: header.producerEpoch)
        entry.add(
            ProducerState.Batch(
                firstSequence: header.baseSequence, lastSequence: header.lastSequence,
                baseOffset: header.baseOffset, timestamp: header.maxTimestamp))
        if header.isTransactional && entry.transactionStart == nil {
            entry.transactionStart = header.baseOffset
        }
        if header.isTransactional { verifications[header.producerId] = nil }
        entries[header.producerId] = entry
    }

    /// Insists that a marker is not older than what the partition knows of its producer and coordinator.
    func checkMarker(producerId: Int64, epoch: Int16, coordinatorEpoch: Int32) throws(AppendRefusal) {
        guard let entry = entries[producerId] else { return }
        if epoch < entry.epoch { throw AppendRefusal(.invalidProducerEpoch) }
        if coordinatorEpoch < entry.coordinatorEpoch { throw AppendRefusal(.transactionCoordinatorFenced) }
    }

    /// Notes a marker and returns where the transaction it ends began; nil when none was open.
    mutating func markerAppended(
        producerId: Int64, epoch: Int16, coordinatorEpoch: Int32, timestamp: Int64
    ) -> Int64? {
        var entry = entries[producerId] ?? ProducerState(epoch: epoch)
        defer { entries[producerId] = entry }
        verifications[producerId] = nil
        entry.enter(epoch: epoch)
        entry.coordinatorEpoch = coordinatorEpoch
        entry.lastTimestamp = timestamp
        defer { entry.transactionStart = nil }
        return entry.transactionStart
    }

    /// Forgets producers without an open transaction whose last batch is `expirationMs` old by its own timestamp.
    mutating func expire(now: Int64, expirationMs: Int64) {
        entries = entries.filter { $0.value.transactionStart != nil || now - $0.value.lastTimestamp < expirationMs }
    }

    /// Forgets everything, before the log is replayed.
    mutating func removeAll() {
        entries.removeAll()
        verifications.removeAll()
    }
}
