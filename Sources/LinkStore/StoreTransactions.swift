import Bytes
import KafkaClient
import KafkaModel
import KafkaProtocol

/// The transactional producer that writes links and mirrors: taking it over fences whoever had it before.
struct StoreTransactions: Sendable {
    let client: ClusterClient
    /// How long a transaction may stay open when this process dies, in milliseconds; readers wait as long.
    private static let timeoutMs: Int32 = 15_000
    /// How long an append is tried while replicas or leaders are missing.
    private static let patience = Duration.seconds(30)

    /// The session's identity; nil until the id is taken over, and again after a transaction that failed on the way.
    private(set) var producer: ProducerIdentity?
    private var nextSequence: Int32 = 0

    init(client: ClusterClient) {
        self.client = client
    }

    /// Aborts what a former holder left open and fences it; everything it committed is readable afterwards.
    mutating func takeOver() async throws(ClientError) {
        producer = nil
        producer = try await client.initProducerId(
            transactionalId: StateTopic.transactionalId, timeoutMs: Self.timeoutMs)
        nextSequence = 0
    }

    /// Appends the records in one transaction of `producer`, the session's identity.
    ///
    /// - Returns: the offset of the last record.
    mutating func commit(
        _ records: [(key: StoreKey, value: ByteSlice?)], of producer: ProducerIdentity, nowMs: Int64
    ) async throws(ClientError) -> Int64 {
        do throws(ClientError) {
            try await client.addPartitions(
                [StoreTopic.partition], toTransactionOf: producer, transactionalId: StateTopic.transactionalId)
            var last: Int64 = -1
            for group in StoreBatch.groups(records) {
                let batch = StoreBatch.build(group, nowMs: nowMs, producer: producer, sequence: nextSequence)
                last = try await append(batch) + Int64(group.count) - 1
                nextSequence += Int32(group.count)
            }
            try await client.endTransaction(
                of: producer, transactionalId: StateTopic.transactionalId, commit: true)
            return last
        } catch {
            // After any failure the state of the transaction is the coordinator's to say: it is taken over anew.
            self.producer = nil
            throw error
        }
    }

    /// Repeats the same bytes; the broker knows a batch of the same producer and sequence again.
    private func append(_ batch: ByteSlice) async throws(ClientError) -> Int64 {
        let deadline = ContinuousClock.now + Self.patience
        var attempt = 1
        while true {
            do throws(ClientError) {
                return try await client.produceOnce(
                    StoreTopic.partition, batch, transactionalId: StateTopic.transactionalId, lane: .produce(-1)
                ).baseOffset
            } catch {
                guard error.isRetriable, ContinuousClock.now < deadline, !Task.isCancelled else { throw error }
                await client.pause(.milliseconds(client.retry.pauseMs(after: attempt)))
                attempt += 1
            }
        }
    }
}

extension ClientError {
    /// Whether taking the transactional id over again may help.
    ///
    /// Besides fencing: the coordinator lost or ended the transaction (timeout, failover), or the partition's leader
    /// does not know this producer's sequence any more.
    var isTransactionLost: Bool {
        if isFenced || isOfRace { return true }
        switch errorCode {
        case .invalidProducerIdMapping, .transactionCoordinatorFenced, .transactionAbortable,
            .outOfOrderSequenceNumber, .unknownProducerId:
            return true
        default: return isRetriable
        }
    }

    /// Whether this is how a coordinator answers a session whose transaction another one is just ending.
    ///
    /// It knows no word of its own for that: the transaction is in a state that it did not expect.
    var isOfRace: Bool {
        switch errorCode {
        case .concurrentTransactions, .invalidTxnState, .unknownServerError: true
        default: false
        }
    }
}
