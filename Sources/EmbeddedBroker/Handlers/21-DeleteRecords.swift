import KafkaProtocol

/// Moves the start of logs up.
///
/// -1 stands for the high watermark, above which it cannot go.
///
/// A topic that is compacted and not deleted refuses, as real brokers do.
enum DeleteRecordsHandler: RequestHandler {
    typealias Request = DeleteRecordsRequest

    private static let highWatermark: Int64 = -1

    static func answer(
        _ request: DeleteRecordsRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> DeleteRecordsResponse {
        response(request) { topic, asked in
            guard broker.isAllowed(.delete, .topic(topic), context) else { return (.topicAuthorizationFailed, -1) }
            let partition = PartitionName(topic: topic, index: asked.partitionIndex)
            do throws(AppendRefusal) {
                let start = try broker.topics.withLog(partition) { (log, config) throws(AppendRefusal) in
                    let offset = asked.offset == highWatermark ? log.highWatermark : asked.offset
                    guard offset >= 0, offset <= log.highWatermark else { throw AppendRefusal(.offsetOutOfRange) }
                    guard config.isDeleted || !config.isCompacted else { throw AppendRefusal(.policyViolation) }
                    log.moveStart(to: offset)
                    return log.logStartOffset
                }
                broker.changed([partition])
                guard let start else { return (.unknownTopicOrPartition, -1) }
                return (.noError, start)
            } catch {
                return (error.code, -1)
            }
        }
    }

    static func refusal(_ request: DeleteRecordsRequest, _ code: ErrorCode) -> DeleteRecordsResponse {
        response(request) { _, _ in (code, -1) }
    }

    private static func response(
        _ request: DeleteRecordsRequest,
        _ answer: (String, DeleteRecordsRequest.DeleteRecordsPartition) -> (code: ErrorCode, start: Int64)
    ) -> DeleteRecordsResponse {
        DeleteRecordsResponse {
            $0.topics = request.topics.map { topic in
                DeleteRecordsResponse.DeleteRecordsTopicResult {
                    $0.name = topic.name
                    $0.partitions = topic.partitions.map { partition in
                        let (code, start) = answer(topic.name, partition)
                        return DeleteRecordsResponse.DeleteRecordsPartitionResult {
                            $0.partitionIndex = partition.partitionIndex
                            $0.lowWatermark = start
                            $0.errorCode = code.rawValue
                        }
                    }
                }
            }
        }
    }
}
