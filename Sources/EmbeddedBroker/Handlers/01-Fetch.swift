import Bytes
import KafkaProtocol

/// Reads batches and waits for new ones.
///
/// Limits are soft as in real brokers: the first partition with data returns at least one whole batch; a batch that
/// does not fit at the end is cut. Fetch sessions (KIP-227) are refused: every request must name all its partitions.
enum FetchHandler: RequestHandler {
    typealias Request = FetchRequest

    static func answer(
        _ request: FetchRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> FetchResponse {
        guard request.sessionId == 0 else {
            return FetchResponse { $0.errorCode = ErrorCode.fetchSessionIdNotFound.rawValue }
        }
        let deadline = broker.clock.monotonic + Int64(max(request.maxWaitMs, 0))
        return await broker.complete(DelayedFetch(request, context, deadline: deadline, broker))
    }

    static func refusal(_ request: FetchRequest, _ code: ErrorCode) -> FetchResponse {
        FetchResponse {
            $0.responses = request.topics.map { topic in
                FetchResponse.FetchableTopicResponse {
                    $0.topic = topic.topic
                    $0.topicId = topic.topicId
                    $0.partitions = topic.partitions.map { failed($0.partition, code) }
                }
            }
        }
    }

    static func failed(_ index: Int32, _ code: ErrorCode) -> FetchResponse.PartitionData {
        FetchResponse.PartitionData {
            $0.partitionIndex = index
            $0.errorCode = code.rawValue
            $0.highWatermark = -1
            $0.abortedTransactions = nil
            $0.records = .empty
        }
    }
}
