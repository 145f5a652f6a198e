import KafkaProtocol

/// Tells the offsets a group committed: those asked for, or all.
///
/// An offset that is not there is -1.
enum OffsetFetchHandler: RequestHandler {
    typealias Request = OffsetFetchRequest

    private static let takesManyGroups: Int16 = 8
    private static let usesTopicIds: Int16 = 10
    private static let none = CommittedOffset(offset: -1, leaderEpoch: -1, metadata: "")

    static func answer(
        _ request: OffsetFetchRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> OffsetFetchResponse {
        guard context.version >= takesManyGroups else { return oneGroup(request, context, broker) }
        return OffsetFetchResponse {
            $0.groups = request.groups.map { group($0, context, broker) }
        }
    }

    static func refusal(_ request: OffsetFetchRequest, _ code: ErrorCode) -> OffsetFetchResponse {
        OffsetFetchResponse {
            $0.errorCode = code.rawValue
            $0.groups = request.groups.map { group in
                OffsetFetchResponse.OffsetFetchResponseGroup {
                    $0.groupId = group.groupId
                    $0.errorCode = code.rawValue
                }
            }
        }
    }

    private static func committed(
        _ groupId: String, _ broker: isolated EmbeddedBroker
    ) -> [PartitionName: CommittedOffset] {
        broker.groups.groups[groupId]?.offsets ?? [:]
    }

    /// Every partition with an offset, by topic, in order.
    private static func everything(
        _ offsets: [PartitionName: CommittedOffset]
    ) -> [(topic: String, partitions: [Int32])] {
        Dictionary(grouping: offsets.keys, by: \.topic).sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.map(\.index).sorted()) }
    }

    private static func oneGroup(
        _ request: OffsetFetchRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) -> OffsetFetchResponse {
        guard broker.isAllowed(.describe, .group(request.groupId), context) else {
            return refusal(request, .groupAuthorizationFailed)
        }
        let offsets = visible(committed(request.groupId, broker), context, broker)
        let asked = request.topics.map { topics in topics.map { ($0.name, $0.partitionIndexes) } }
        return OffsetFetchResponse {
            $0.topics = (asked ?? everything(offsets)).map { topic, partitions in
                let isAllowed = broker.isAllowed(.describe, .topic(topic), context)
                return OffsetFetchResponse.OffsetFetchResponseTopic {
                    $0.name = topic
                    $0.partitions = partitions.map { index in
                        let offset = offsets[PartitionName(topic: topic, index: index)] ?? none
                        return OffsetFetchResponse.OffsetFetchResponsePartition {
                            $0.partitionIndex = index
                            $0.committedOffset = offset.offset
                            $0.committedLeaderEpoch = offset.leaderEpoch
                            $0.metadata = offset.metadata
                            $0.errorCode = isAllowed ? 0 : ErrorCode.topicAuthorizationFailed.rawValue
                        }
                    }
                }
            }
        }
    }

    /// The offsets of topics that the client may know of.
    private static func visible(
        _ offsets: [PartitionName: CommittedOffset], _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) -> [PartitionName: CommittedOffset] {
        let topics = Set(offsets.keys.map(\.topic)).filter { broker.isAllowed(.describe, .topic($0), context) }
        return offsets.filter { topics.contains($0.key.topic) }
    }

    private static func group(
        _ request: OffsetFetchRequest.OffsetFetchRequestGroup, _ context: RequestContext,
        _ broker: isolated EmbeddedBroker
    ) -> OffsetFetchResponse.OffsetFetchResponseGroup {
        var result = OffsetFetchResponse.OffsetFetchResponseGroup()
        result.groupId = request.groupId
        guard broker.isAllowed(.describe, .group(request.groupId), context) else {
            result.errorCode = ErrorCode.groupAuthorizationFailed.rawValue
            return result
        }
        let offsets = visible(committed(request.groupId, broker), context, broker)
        guard let asked = request.topics else {
            result.topics = everything(offsets).map { name, partitions in
                topic(name, broker.topics[name]?.id ?? .zero, partitions, offsets, .noError)
            }
            return result
        }
        result.topics = asked.map { wanted in
            let isById = context.version >= usesTopicIds
            let known = isById ? broker.topics.name(of: wanted.topicId) : wanted.name
            guard let name = known else {
                return topic("", wanted.topicId, wanted.partitionIndexes, offsets, .unknownTopicId)
            }
            let isAllowed = broker.isAllowed(.describe, .topic(name), context)
            return topic(
                name, isById ? wanted.topicId : .zero, wanted.partitionIndexes, offsets,
                isAllowed ? .noError : .topicAuthorizationFailed)
        }
        return result
    }

    private static func topic(
        _ name: String, _ id: KafkaUUID, _ partitions: [Int32], _ offsets: [PartitionName: CommittedOffset],
        _ code: ErrorCode
    ) -> OffsetFetchResponse.OffsetFetchResponseTopics {
        OffsetFetchResponse.OffsetFetchResponseTopics {
            $0.name = name
            $0.topicId = id
            $0.partitions = partitions.map { index in
                let offset = offsets[PartitionName(topic: name, index: index)] ?? none
                return OffsetFetchResponse.OffsetFetchResponsePartitions {
                    $0.partitionIndex = index
                    $0.committedOffset = offset.offset
                    $0.committedLeaderEpoch = offset.leaderEpoch
                    $0.metadata = offset.metadata
                    $0.errorCode = code.rawValue
                }
            }
        }
    }
}
