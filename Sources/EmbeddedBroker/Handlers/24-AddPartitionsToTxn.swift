import KafkaProtocol

/// Adds partitions to a transaction, in the form for clients (up to version 3).
enum AddPartitionsToTxnHandler: RequestHandler {
    typealias Request = AddPartitionsToTxnRequest

    /// Before version 2, clients did not know `PRODUCER_FENCED`.
    private static let knowsFenced: Int16 = 2

    static func answer(
        _ request: AddPartitionsToTxnRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> AddPartitionsToTxnResponse {
        let wanted = request.v3AndBelowTopics.flatMap { topic in
            topic.partitions.map { PartitionName(topic: topic.name, index: $0) }
        }
        guard broker.isAllowed(.write, .transactionalId(request.v3AndBelowTransactionalId), context) else {
            return refusal(request, .transactionalIdAuthorizationFailed)
        }
        let forbidden = Set(
            wanted.filter {
                InternalTopic(rawValue: $0.topic) != nil || !broker.isAllowed(.write, .topic($0.topic), context)
            })
        let unknown = Set(wanted.filter { broker.topics.log($0) == nil })
        guard unknown.isEmpty && forbidden.isEmpty else {
            return response(request) { partition in
                if forbidden.contains(partition) { return .topicAuthorizationFailed }
                return unknown.contains(partition) ? .unknownTopicOrPartition : .operationNotAttempted
            }
        }
        do throws(AdminRefusal) {
            try broker.transactions.add(
                wanted, to: request.v3AndBelowTransactionalId,
                ProducerIdentity(id: request.v3AndBelowProducerId, epoch: request.v3AndBelowProducerEpoch),
                broker.clock.monotonic)
            broker.armTick()
            return refusal(request, .noError)
        } catch {
            let isFenced = error.code == .producerFenced && context.version < knowsFenced
            return refusal(request, isFenced ? .invalidProducerEpoch : error.code)
        }
    }

    static func refusal(_ request: AddPartitionsToTxnRequest, _ code: ErrorCode) -> AddPartitionsToTxnResponse {
        response(request) { _ in code }
    }

    private static func response(
        _ request: AddPartitionsToTxnRequest, _ code: (PartitionName) -> ErrorCode
    ) -> AddPartitionsToTxnResponse {
        AddPartitionsToTxnResponse {
            $0.resultsByTopicV3AndBelow = request.v3AndBelowTopics.map { topic in
                AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult {
                    $0.name = topic.name
                    $0.resultsByPartition = topic.partitions.map { index in
                        AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult {
                            $0.partitionIndex = index
                            $0.partitionErrorCode = code(PartitionName(topic: topic.name, index: index)).rawValue
                        }
                    }
                }
            }
        }
    }
}
