import KafkaProtocol

/// Finds offsets by time, and the start and end of logs.
///
/// With a `replica_id` other than -1 the end is the true log end, above the high watermark, as in real brokers.
enum ListOffsetsHandler: RequestHandler {
    typealias Request = ListOffsetsRequest

    static func answer(
        _ request: ListOffsetsRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> ListOffsetsResponse {
        let visibility = PartitionLog.Visibility(
            isolationLevel: request.isolationLevel, replicaId: request.replicaId)
        return response(request) { name, asked in
            guard broker.isAllowed(.describe, .topic(name), context) else {
                return failed(asked, .topicAuthorizationFailed)
            }
            guard let log = broker.topics.log(PartitionName(topic: name, index: asked.partitionIndex)) else {
                return failed(asked, .unknownTopicOrPartition)
            }
            do throws(AppendRefusal) {
                try log.checkEpoch(asked.currentLeaderEpoch)
            } catch {
                return failed(asked, error.code)
            }
            let found = log.offset(at: asked.timestamp, visibility)
            return ListOffsetsResponse.ListOffsetsPartitionResponse {
                $0.partitionIndex = asked.partitionIndex
                $0.timestamp = found.timestamp
                $0.offset = found.offset
                // The field begins with version 4; older clients, such as librdkafka, ask in version 2.
                $0.leaderEpoch = context.version >= 4 ? found.leaderEpoch : -1
            }
        }
    }

    static func refusal(_ request: ListOffsetsRequest, _ code: ErrorCode) -> ListOffsetsResponse {
        response(request) { _, asked in failed(asked, code) }
    }

    private static func response(
        _ request: ListOffsetsRequest,
        _ answer: (String, ListOffsetsRequest.ListOffsetsPartition) -> ListOffsetsResponse.ListOffsetsPartitionResponse
    ) -> ListOffsetsResponse {
        ListOffsetsResponse {
            $0.topics = request.topics.map { topic in
                ListOffsetsResponse.ListOffsetsTopicResponse {
                    $0.name = topic.name
                    $0.partitions = topic.partitions.map { answer(topic.name, $0) }
                }
            }
        }
    }

    private static func failed(
        _ asked: ListOffsetsRequest.ListOffsetsPartition, _ code: ErrorCode
    ) -> ListOffsetsResponse.ListOffsetsPartitionResponse {
        ListOffsetsResponse.ListOffsetsPartitionResponse {
            $0.partitionIndex = asked.partitionIndex
            $0.errorCode = code.rawValue
        }
    }
}
