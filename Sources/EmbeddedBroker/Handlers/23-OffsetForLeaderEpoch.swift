import KafkaProtocol

/// Tells where a leader epoch ended.
enum OffsetForLeaderEpochHandler: RequestHandler {
    typealias Request = OffsetForLeaderEpochRequest

    static func answer(
        _ request: OffsetForLeaderEpochRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> OffsetForLeaderEpochResponse {
        response(request) { topic, asked in
            var result = OffsetForLeaderEpochResponse.EpochEndOffset()
            result.partition = asked.partition
            guard
                broker.isAllowed(.clusterAction, .cluster, context)
                    || broker.isAllowed(.describe, .topic(topic), context)
            else {
                result.errorCode = ErrorCode.topicAuthorizationFailed.rawValue
                return result
            }
            guard let log = broker.topics.log(PartitionName(topic: topic, index: asked.partition)) else {
                result.errorCode = ErrorCode.unknownTopicOrPartition.rawValue
                return result
            }
            do throws(AppendRefusal) {
                try log.checkEpoch(asked.currentLeaderEpoch)
                let end = log.epochs.end(of: asked.leaderEpoch, logEndOffset: log.logEndOffset)
                result.leaderEpoch = end.epoch
                result.endOffset = end.endOffset
            } catch {
                result.errorCode = error.code.rawValue
            }
            return result
        }
    }

    static func refusal(_ request: OffsetForLeaderEpochRequest, _ code: ErrorCode) -> OffsetForLeaderEpochResponse {
        response(request) { _, asked in
            OffsetForLeaderEpochResponse.EpochEndOffset {
                $0.partition = asked.partition
                $0.errorCode = code.rawValue
            }
        }
    }

    private static func response(
        _ request: OffsetForLeaderEpochRequest,
        _ answer: (String, OffsetForLeaderEpochRequest.OffsetForLeaderPartition)
            -> OffsetForLeaderEpochResponse.EpochEndOffset
    ) -> OffsetForLeaderEpochResponse {
        OffsetForLeaderEpochResponse {
            $0.topics = request.topics.map { topic in
                OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult {
                    $0.topic = topic.topic
                    $0.partitions = topic.partitions.map { answer(topic.topic, $0) }
                }
            }
        }
    }
}
