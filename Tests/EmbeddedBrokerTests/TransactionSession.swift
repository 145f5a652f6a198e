import Bytes
import KafkaConnection
import KafkaProtocol
import KafkaRecords
import TestSupport

/// A holder of a transactional id, as the coordinator named it.
struct TransactionHolder {
    let session: Session
    let transactionalId: String
    var producerId: Int64
    var epoch: Int16

    /// Adds partitions to the transaction; answers with the code of each partition.
    func add(_ topic: String, _ partitions: [Int32] = [0], version: Int16 = 3) async throws -> [ErrorCode] {
        let response = try await session.connection.send(
            AddPartitionsToTxnRequest {
                $0.v3AndBelowTransactionalId = transactionalId
                $0.v3AndBelowProducerId = producerId
                $0.v3AndBelowProducerEpoch = epoch
                $0.v3AndBelowTopics = [
                    AddPartitionsToTxnRequest.AddPartitionsToTxnTopic {
                        $0.name = topic
                        $0.partitions = partitions
                    }
                ]
            }, maximumVersion: version)
        return try present(response.resultsByTopicV3AndBelow.first).resultsByPartition
            .sorted { $0.partitionIndex < $1.partitionIndex }.map { ErrorCode($0.partitionErrorCode) }
    }

    /// Adds a partition, again while the markers of the transaction before are being written.
    func begin(_ topic: String, _ partition: Int32 = 0, version: Int16 = 3) async throws -> ErrorCode {
        var code = ErrorCode.noError
        try await waitUntil("the last transaction is complete") {
            code = try present(try await add(topic, [partition], version: version).first)
            return code != .concurrentTransactions
        }
        return code
    }

    /// A transactional batch of this holder.
    func batch(_ count: Int = 1, sequence: Int32) -> ByteSlice {
        makeBatch(count, pid: producerId, epoch: epoch, sequence: sequence, timestamp: now) {
            $0.attributes.isTransactional = true
        }
    }

    /// Produces in the transaction.
    func produce(
        _ count: Int = 1, sequence: Int32, to topic: String, _ partition: Int32 = 0, version: Int16 = 11
    ) async throws -> ProduceResponse.PartitionProduceResponse {
        try await session.produce(
            batch(count, sequence: sequence), to: topic, partition, transactionalId: transactionalId,
            maximumVersion: version)
    }

    /// Commits or aborts; again while the coordinator is busy.
    @discardableResult
    func finish(commit: Bool, version: Int16 = 4) async throws -> EndTxnResponse {
        var response = EndTxnResponse()
        try await waitUntil("the coordinator is free") {
            response = try await end(commit: commit, version: version)
            return ErrorCode(response.errorCode) != .concurrentTransactions
        }
        return response
    }

    /// Commits or aborts; as it is answered.
    func end(commit: Bool, version: Int16 = 4) async throws -> EndTxnResponse {
        try await session.connection.send(
            EndTxnRequest {
                $0.transactionalId = transactionalId
                $0.producerId = producerId
                $0.producerEpoch = epoch
                $0.committed = commit
            }, maximumVersion: version)
    }
}

extension Session {
    /// InitProducerId once, as it is answered.
    func initProducerId(
        _ transactionalId: String?, timeoutMs: Int32 = 60_000, producerId: Int64 = -1, epoch: Int16 = -1,
        version: Int16 = 5
    ) async throws -> InitProducerIdResponse {
        try await connection.send(
            InitProducerIdRequest {
                $0.transactionalId = transactionalId
                $0.transactionTimeoutMs = timeoutMs
                $0.producerId = producerId
                $0.producerEpoch = epoch
            }, maximumVersion: version)
    }

    /// Takes a transactional id over, again while something of the former holder is being ended.
    func hold(_ transactionalId: String, timeoutMs: Int32 = 60_000) async throws -> TransactionHolder {
        var response = InitProducerIdResponse()
        let busy: Set<ErrorCode> = [
            .concurrentTransactions, .coordinatorNotAvailable, .coordinatorLoadInProgress, .notCoordinator,
        ]
        try await waitUntil("\(transactionalId) is free") {
            response = try await initProducerId(transactionalId, timeoutMs: timeoutMs)
            if busy.contains(ErrorCode(response.errorCode)) {
                _ = try await connection.send(
                    FindCoordinatorRequest {
                        $0.key = transactionalId
                        $0.keyType = 1
                    }, maximumVersion: 3)
                return false
            }
            return true
        }
        guard response.errorCode == 0 else {
            throw HarnessError("holding \(transactionalId): \(ErrorCode(response.errorCode))")
        }
        return TransactionHolder(
            session: self, transactionalId: transactionalId, producerId: response.producerId,
            epoch: response.producerEpoch)
    }
}
