import KafkaProtocol

/// Commits or aborts a transaction; the markers are written before the answer.
///
/// From version 5 every end takes the next epoch (KIP-890), whatever the cluster's features.
enum EndTxnHandler: RequestHandler {
    typealias Request = EndTxnRequest

    /// Before version 2, clients did not know `PRODUCER_FENCED`.
    private static let knowsFenced: Int16 = 2
    private static let bumpsEpoch: Int16 = 5

    static func answer(
        _ request: EndTxnRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> EndTxnResponse {
        guard broker.isAllowed(.write, .transactionalId(request.transactionalId), context) else {
            return refusal(request, .transactionalIdAuthorizationFailed)
        }
        do throws(AdminRefusal) {
            let (producer, markers) = try broker.transactions.end(
                request.transactionalId, ProducerIdentity(id: request.producerId, epoch: request.producerEpoch),
                isCommit: request.committed, bumpsEpoch: context.version >= bumpsEpoch)
            broker.write(markers)
            return EndTxnResponse {
                guard context.version >= bumpsEpoch else { return }
                $0.producerId = producer.id
                $0.producerEpoch = producer.epoch
            }
        } catch {
            let isFenced = error.code == .producerFenced && context.version < knowsFenced
            return refusal(request, isFenced ? .invalidProducerEpoch : error.code)
        }
    }

    static func refusal(_ request: EndTxnRequest, _ code: ErrorCode) -> EndTxnResponse {
        EndTxnResponse { $0.errorCode = code.rawValue }
    }
}
