import KafkaProtocol

/// Describes the producers that partitions remember.
enum DescribeProducersHandler: RequestHandler {
    typealias Request = DescribeProducersRequest

    static func answer(
        _ request: DescribeProducersRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> DescribeProducersResponse {
        response(request) { topic, index in
            guard broker.isAllowed(.read, .topic(topic), context) else {
                return failed(index, .topicAuthorizationFailed)
            }
            guard let log = broker.topics.log(PartitionName(topic: topic, index: index)) else {
                return failed(index, .unknownTopicOrPartition)
            }
            return DescribeProducersResponse.PartitionResponse {
                $0.partitionIndex = index
                $0.activeProducers = log.producers.entries.sorted { $0.key < $1.key }.map(state)
            }
        }
    }

    static func refusal(_ request: DescribeProducersRequest, _ code: ErrorCode) -> DescribeProducersResponse {
        response(request) { _, index in failed(index, code) }
    }

    private static func state(
        _ producerId: Int64, _ entry: ProducerState
    ) -> DescribeProducersResponse.ProducerState {
        DescribeProducersResponse.ProducerState {
            $0.producerId = producerId
            $0.producerEpoch = Int32(entry.epoch)
            $0.lastSequence = entry.lastSequence
            $0.lastTimestamp = entry.lastTimestamp
            $0.coordinatorEpoch = entry.coordinatorEpoch
            $0.currentTxnStartOffset = entry.transactionStart ?? -1
        }
    }

    private static func failed(_ index: Int32, _ code: ErrorCode) -> DescribeProducersResponse.PartitionResponse {
        DescribeProducersResponse.PartitionResponse {
            $0.partitionIndex = index
            $0.errorCode = code.rawValue
        }
    }

    private static func response(
        _ request: DescribeProducersRequest,
        _ answer: (String, Int32) -> DescribeProducersResponse.PartitionResponse
    ) -> DescribeProducersResponse {
        DescribeProducersResponse {
            $0.topics = request.topics.map { topic in
                DescribeProducersResponse.TopicResponse {
                    $0.name = topic.name
                    $0.partitions = topic.partitionIndexes.map { answer(topic.name, $0) }
                }
            }
        }
    }
}
