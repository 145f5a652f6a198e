import KafkaProtocol

/// Hands out producer ids; with a transactional id, the next epoch of its producer.
enum InitProducerIdHandler: RequestHandler {
    typealias Request = InitProducerIdRequest

    /// Before version 4, clients did not know `PRODUCER_FENCED`.
    private static let knowsFenced: Int16 = 4

    static func answer(
        _ request: InitProducerIdRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> InitProducerIdResponse {
        let isAllowed =
            if let id = request.transactionalId {
                broker.isAllowed(.write, .transactionalId(id), context)
            } else {
                broker.isAllowed(.idempotentWrite, .cluster, context)
                    || broker.authorizer.allowsSome(context.principal, from: context.host, .write, .topic)
            }
        guard isAllowed else {
            return refusal(
                request,
                request.transactionalId == nil ? .clusterAuthorizationFailed : .transactionalIdAuthorizationFailed)
        }
        guard (request.producerId == -1) == (request.producerEpoch == -1) else {
            return refusal(request, .invalidRequest)
        }
        guard let id = request.transactionalId else { return success(broker.transactions.newProducer()) }
        let (answer, markers) = broker.transactions.initialise(
            id, timeoutMs: request.transactionTimeoutMs,
            expected: request.producerId != -1
                ? ProducerIdentity(id: request.producerId, epoch: request.producerEpoch) : nil)
        broker.write(markers)
        switch answer {
        case .success(let producer): return success(producer)
        case .failure(let error):
            let isFenced = error.code == .producerFenced && context.version < knowsFenced
            return refusal(request, isFenced ? .invalidProducerEpoch : error.code)
        }
    }

    static func refusal(_ request: InitProducerIdRequest, _ code: ErrorCode) -> InitProducerIdResponse {
        InitProducerIdResponse {
            $0.errorCode = code.rawValue
            $0.producerEpoch = -1
        }
    }

    private static func success(_ producer: ProducerIdentity) -> InitProducerIdResponse {
        InitProducerIdResponse {
            $0.producerId = producer.id
            $0.producerEpoch = producer.epoch
        }
    }
}
