import KafkaModel
import KafkaProtocol

/// A producer as its coordinator names it: each InitProducerId raises the epoch and fences the one before.
package struct ProducerIdentity: Hashable, Sendable {
    /// Id of the producer.
    package var id: Int64
    /// Epoch of the producer.
    package var epoch: Int16

    /// An identity of its parts.
    package init(id: Int64, epoch: Int16) {
        self.id = id
        self.epoch = epoch
    }
}

extension ClusterClient {
    /// Takes a transactional id over: aborts what its former holder left open and fences that holder.
    ///
    /// - Parameter timeoutMs: how long a transaction of this producer may stay open before the broker aborts it.
    package func initProducerId(
        transactionalId: String, timeoutMs: Int32
    ) async throws(ClientError) -> ProducerIdentity {
        try await withCoordinator(.transaction(transactionalId)) {
            (client: isolated ClusterClient, broker) async throws(ClientError) in
            var request = InitProducerIdRequest()
            request.transactionalId = transactionalId
            request.transactionTimeoutMs = timeoutMs
            let response = try await client.send(request, to: broker)
            try client.check(response.errorCode, .initProducerId, transactionalId)
            return ProducerIdentity(id: response.producerId, epoch: response.producerEpoch)
        }
    }

    /// Makes partitions part of the producer's transaction, before anything is appended to them.
    package func addPartitions(
        _ partitions: [TopicPartition], toTransactionOf producer: ProducerIdentity, transactionalId: String
    ) async throws(ClientError) {
        try await withCoordinator(.transaction(transactionalId)) {
            (client: isolated ClusterClient, broker) async throws(ClientError) in
            var request = AddPartitionsToTxnRequest()
            request.v3AndBelowTransactionalId = transactionalId
            request.v3AndBelowProducerId = producer.id
            request.v3AndBelowProducerEpoch = producer.epoch
            request.v3AndBelowTopics = Dictionary(grouping: partitions, by: \.topic).sorted { $0.key < $1.key }
                .map { topic, partitions in
                    var entry = AddPartitionsToTxnRequest.AddPartitionsToTxnTopic()
                    entry.name = topic
                    entry.partitions = partitions.map(\.partition)
                    return entry
                }
            let response = try await client.send(request, to: broker)
            for topic in response.resultsByTopicV3AndBelow {
                // OPERATION_NOT_ATTEMPTED stands on the others; the cause is the code that is not it.
                let codes = topic.resultsByPartition.map(\.partitionErrorCode).filter { $0 != 0 }
                let notAttempted = ErrorCode.operationNotAttempted.rawValue
                if let code = codes.first(where: { $0 != notAttempted }) ?? codes.first {
                    try client.check(code, .addPartitionsToTxn, transactionalId)
                }
            }
        }
    }

    /// Commits or aborts the producer's transaction.
    ///
    /// Version 4 at most: from version 5 the epoch changes with each transaction (KIP-890), which older releases lack.
    package func endTransaction(
        of producer: ProducerIdentity, transactionalId: String, commit: Bool
    ) async throws(ClientError) {
        try await withCoordinator(.transaction(transactionalId)) {
            (client: isolated ClusterClient, broker) async throws(ClientError) in
            var request = EndTxnRequest()
            request.transactionalId = transactionalId
            request.producerId = producer.id
            request.producerEpoch = producer.epoch
            request.committed = commit
            let response = try await client.send(request, to: broker, maximumVersion: 4)
            try client.check(response.errorCode, .endTxn, transactionalId)
        }
    }

    private func check(_ code: Int16, _ api: APIKey, _ transactionalId: String) throws(ClientError) {
        guard code != 0 else { return }
        throw error(
            .refused(ErrorCode(code), api, subject: "transactional id \(transactionalId)", message: nil))
    }
}

extension ClientError {
    /// Whether a newer holder of the same transactional id exists.
    package var isFenced: Bool {
        errorCode == .producerFenced || errorCode == .invalidProducerEpoch
    }
}
