import KafkaProtocol

/// Stores the offsets of a group: of its members, or of anybody while it has none.
///
/// Like real brokers it does not compare an offset with the log.
enum OffsetCommitHandler: RequestHandler {
    typealias Request = OffsetCommitRequest

    private static let usesTopicIds: Int16 = 10

    static func answer(
        _ request: OffsetCommitRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> OffsetCommitResponse {
        guard broker.isAllowed(.read, .group(request.groupId), context) else {
            return refusal(request, .groupAuthorizationFailed)
        }
        // Unless there is something to commit the group is not even asked, and not made.
        var verdict: ErrorCode?
        defer { broker.armTick() }
        return response(request) { topic, partition in
            let name = context.version >= usesTopicIds ? broker.topics.name(of: topic.topicId) : topic.name
            guard let name else { return .unknownTopicId }
            guard broker.isAllowed(.read, .topic(name), context) else { return .topicAuthorizationFailed }
            let place = PartitionName(topic: name, index: partition.partitionIndex)
            guard broker.topics.log(place) != nil else { return .unknownTopicOrPartition }
            let code =
                verdict
                ?? broker.groups.checkCommit(request, version: context.version, broker.clock.monotonic)
            verdict = code
            guard code == .noError else { return code }
            let metadata = partition.committedMetadata ?? ""
            guard metadata.utf8.count <= GroupCoordinator.maximumMetadataBytes else { return .offsetMetadataTooLarge }
            broker.groups.commit(
                request.groupId, place,
                CommittedOffset(
                    offset: partition.committedOffset, leaderEpoch: partition.committedLeaderEpoch,
                    metadata: metadata))
            return .noError
        }
    }

    static func refusal(_ request: OffsetCommitRequest, _ code: ErrorCode) -> OffsetCommitResponse {
        response(request) { _, _ in code }
    }

    private static func response(
        _ request: OffsetCommitRequest,
        _ code: (OffsetCommitRequest.OffsetCommitRequestTopic, OffsetCommitRequest.OffsetCommitRequestPartition)
            -> ErrorCode
    ) -> OffsetCommitResponse {
        OffsetCommitResponse {
            $0.topics = request.topics.map { topic in
                OffsetCommitResponse.OffsetCommitResponseTopic {
                    $0.name = topic.name
                    $0.topicId = topic.topicId
                    $0.partitions = topic.partitions.map { partition in
                        OffsetCommitResponse.OffsetCommitResponsePartition {
                            $0.partitionIndex = partition.partitionIndex
                            $0.errorCode = code(topic, partition).rawValue
                        }
                    }
                }
            }
        }
    }
}
