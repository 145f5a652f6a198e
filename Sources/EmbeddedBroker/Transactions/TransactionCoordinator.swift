import KafkaProtocol

/// A marker that is to be written because a transaction ended.
struct MarkerOrder: Equatable {
    /// Where to write it.
    var partition: PartitionName
    /// The transaction's producer.
    var producerId: Int64
    /// The producer's epoch for the marker.
    var producerEpoch: Int16
    /// Whether the transaction is committed.
    var isCommit: Bool
}

/// A producer id with its epoch.
struct ProducerIdentity: Equatable {
    /// The id.
    var id: Int64
    /// The epoch.
    var epoch: Int16
}

/// Hands out producer ids and decides transactions.
///
/// A value without I/O: it returns the markers to write. In one process they are written before anything else happens,
/// so the states between "prepared" and "complete" do not exist here.
struct TransactionCoordinator {
    /// Where a transaction stands, in Kafka's words.
    enum State: String {
        /// Nothing was written under this epoch.
        case empty = "Empty"
        /// Partitions were added.
        case ongoing = "Ongoing"
        /// The last transaction was committed.
        case completeCommit = "CompleteCommit"
        /// The last transaction was aborted.
        case completeAbort = "CompleteAbort"
    }

    /// One transactional id.
    struct Transaction {
        /// Current owner.
        var producer: ProducerIdentity
        /// The owner's epoch before the current one if the owner may not know that it was raised; else -1.
        var lastEpoch: Int16 = -1
        /// Where it stands.
        var state = State.empty
        /// Partitions of the open transaction.
        var partitions: Set<PartitionName> = []
        /// How long a transaction may stay open, in milliseconds.
        var timeoutMs: Int32
        /// When the open transaction is aborted; milliseconds of the monotonic clock.
        var deadline: Int64?
    }

    /// By transactional id.
    private(set) var transactions: [String: Transaction] = [:]
    private var nextProducerId: Int64 = 0

    /// `transaction.max.timeout.ms`.
    static let maximumTimeoutMs: Int32 = 900_000

    /// The next time at which `tick` has something to do.
    var nextDeadline: Int64? { transactions.values.compactMap(\.deadline).min() }

    // MARK: Producer ids

    /// A producer id that nobody had before, with epoch 0.
    mutating func newProducer() -> ProducerIdentity {
        defer { nextProducerId += 1 }
        return ProducerIdentity(id: nextProducerId, epoch: 0)
    }

    /// Answers InitProducerId with a transactional id: the next epoch, which fences every earlier owner.
    ///
    /// An open transaction is aborted first; its owner then asks again, as with real coordinators.
    ///
    /// - Parameter expected: what the producer believes to be (KIP-360): only it gets the next epoch, and the same one
    ///   when it asks again.
    mutating func initialise(
        _ id: String, timeoutMs: Int32, expected: ProducerIdentity?
    ) -> (answer: Result<ProducerIdentity, AdminRefusal>, markers: [MarkerOrder]) {
        guard !id.isEmpty else { return (.failure(AdminRefusal(.invalidRequest)), []) }
        guard timeoutMs > 0, timeoutMs <= Self.maximumTimeoutMs else {
            return (.failure(AdminRefusal(.invalidTransactionTimeout)), [])
        }
        guard var transaction = transactions[id] else {
            let producer = newProducer()
            transactions[id] = Transaction(producer: producer, timeoutMs: timeoutMs)
            return (.success(producer), [])
        }
        if let expected, expected.id != transaction.producer.id {
            return (.failure(AdminRefusal(.producerFenced)), [])
        }
        if transaction.state == .ongoing {
            let markers = abortFencing(id)
            return (.failure(AdminRefusal(.concurrentTransactions)), markers)
        }
        switch expected?.epoch {
        case nil:
            transaction.producer = next(after: transaction.producer)
            transaction.lastEpoch = -1
        case transaction.producer.epoch?:
            transaction.lastEpoch = transaction.producer.epoch
            transaction.producer = next(after: transaction.producer)
        case transaction.lastEpoch?: break
        default: return (.failure(AdminRefusal(.producerFenced)), [])
        }
        transaction.timeoutMs = timeoutMs
        transaction.state = .empty
        transactions[id] = transaction
        return (.success(transaction.producer), [])
    }

    /// The next epoch, or a new id when the epochs are used up.
    private mutating func next(after producer: ProducerIdentity) -> ProducerIdentity {
        producer.epoch >= Int16.max - 1
            ? newProducer() : ProducerIdentity(id: producer.id, epoch: producer.epoch + 1)
    }

    // MARK: Transactions

    /// Insists that the caller owns the transactional id.
    func check(_ id: String, _ producer: ProducerIdentity) throws(AdminRefusal) {
        guard let transaction = transactions[id], transaction.producer.id == producer.id else {
            throw AdminRefusal(.invalidProducerIdMapping)
        }
        guard transaction.producer.epoch == producer.epoch else { throw AdminRefusal(.producerFenced) }
    }

    /// Adds partitions to the open transaction, which begins with the first.
    mutating func add(
        _ partitions: [PartitionName], to id: String, _ producer: ProducerIdentity, _ now: Int64
    ) throws(AdminRefusal) {
        try check(id, producer)
        guard var transaction = transactions[id] else { return }
        if transaction.state != .ongoing {
            transaction.state = .ongoing
            transaction.partitions = []
            transaction.deadline = now + Int64(transaction.timeoutMs)
        }
        transaction.partitions.formUnion(partitions)
        transactions[id] = transaction
    }

    /// Insists that the producer has an open transaction with this partition in it.
    func verify(_ partition: PartitionName, in id: String, _ producer: ProducerIdentity) throws(AdminRefusal) {
        try check(id, producer)
        guard let transaction = transactions[id], transaction.state == .ongoing,
            transaction.partitions.contains(partition)
        else { throw AdminRefusal(.transactionAbortable, "Partition was not added to the transaction") }
    }

    /// Commits or aborts.
    ///
    /// With `bumpsEpoch` (EndTxn from version 5, KIP-890) every end takes the next epoch.
    mutating func end(
        _ id: String, _ producer: ProducerIdentity, isCommit: Bool, bumpsEpoch: Bool
    ) throws(AdminRefusal) -> (producer: ProducerIdentity, markers: [MarkerOrder]) {
        if bumpsEpoch, let repeated = try repeatedEnd(id, producer, isCommit) { return (repeated, []) }
        try check(id, producer)
        guard var transaction = transactions[id] else { throw AdminRefusal(.invalidProducerIdMapping) }
        switch transaction.state {
        case .ongoing:
            if bumpsEpoch { transaction.producer = next(after: transaction.producer) }
            let markers = close(&transaction, isCommit: isCommit, markerProducer: producer, bumpsEpoch)
            transactions[id] = transaction
            return (transaction.producer, markers)
        case .completeCommit where isCommit && !bumpsEpoch, .completeAbort where !isCommit && !bumpsEpoch:
            return (transaction.producer, [])
        case .empty, .completeCommit, .completeAbort:
            // An abort of nothing: before anything was added, the client cannot know that.
            guard bumpsEpoch, !isCommit else { throw AdminRefusal(.invalidTxnState) }
            transaction.lastEpoch = transaction.producer.epoch
            transaction.producer = next(after: transaction.producer)
            transaction.state = .completeAbort
            transactions[id] = transaction
            return (transaction.producer, [])
        }
    }

    /// An EndTxn again, with the epoch from before it was answered; the outcome cannot change any more.
    private func repeatedEnd(
        _ id: String, _ producer: ProducerIdentity, _ isCommit: Bool
    ) throws(AdminRefusal) -> ProducerIdentity? {
        guard let transaction = transactions[id], transaction.producer.id == producer.id,
            transaction.producer.epoch == producer.epoch &+ 1
        else { return nil }
        switch transaction.state {
        case .empty, .ongoing: return nil
        case .completeCommit where isCommit, .completeAbort where !isCommit: return transaction.producer
        case .completeCommit, .completeAbort: throw AdminRefusal(.invalidTxnState)
        }
    }

    private func close(
        _ transaction: inout Transaction, isCommit: Bool, markerProducer: ProducerIdentity, _ bumpsEpoch: Bool
    ) -> [MarkerOrder] {
        let epoch = bumpsEpoch ? markerProducer.epoch + 1 : transaction.producer.epoch
        let partitions = transaction.partitions.sorted { ($0.topic, $0.index) < ($1.topic, $1.index) }
        transaction.partitions = []
        transaction.deadline = nil
        transaction.lastEpoch = bumpsEpoch ? markerProducer.epoch : transaction.lastEpoch
        transaction.state = isCommit ? .completeCommit : .completeAbort
        return partitions.map {
            MarkerOrder(
                partition: $0, producerId: markerProducer.id, producerEpoch: epoch, isCommit: isCommit)
        }
    }

    /// Aborts an open transaction under the next epoch, so that its owner can write no more.
    private mutating func abortFencing(_ id: String) -> [MarkerOrder] {
        guard var transaction = transactions[id] else { return [] }
        let owner = transaction.producer
        transaction.producer.epoch = owner.epoch &+ 1
        let markers = close(&transaction, isCommit: false, markerProducer: owner, true)
        transactions[id] = transaction
        return markers
    }

    /// Lets time pass: transactions that were open for too long are aborted.
    mutating func tick(_ now: Int64) -> [MarkerOrder] {
        var markers: [MarkerOrder] = []
        for id in transactions.keys.sorted() {
            if let deadline = transactions[id]?.deadline, deadline <= now { markers += abortFencing(id) }
        }
        return markers
    }
}
