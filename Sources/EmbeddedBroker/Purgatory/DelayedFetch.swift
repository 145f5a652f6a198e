import Bytes
import KafkaProtocol

/// A Fetch that reads what there is and waits for more until it is enough (Kafka: `DelayedFetch`).
struct DelayedFetch: DelayedOperation {
    private static let usesTopicIds: Int16 = 13
    private static let tellsReplicaState: Int16 = 15

    /// What one look at all partitions came to.
    private struct Look {
        var response = FetchResponse()
        var bytes = 0
        /// An error or a diverging log, which are not worth waiting on.
        var isUrgent = false
    }

    private let request: FetchRequest
    private let version: Int16
    private let context: RequestContext
    private let visibility: PartitionLog.Visibility
    private let isFollower: Bool
    private(set) var partitions: [PartitionName] = []
    let deadline: Int64

    init(_ request: FetchRequest, _ context: RequestContext, deadline: Int64, _ broker: isolated EmbeddedBroker) {
        self.request = request
        self.context = context
        version = context.version
        self.deadline = deadline
        let replicaId =
            context.version >= Self.tellsReplicaState ? request.replicaState.replicaId : request.replicaId
        isFollower = replicaId >= 0
        visibility = PartitionLog.Visibility(isolationLevel: request.isolationLevel, replicaId: replicaId)
        for topic in request.topics {
            guard let name = name(of: topic, broker) else { continue }
            for asked in topic.partitions {
                partitions.append(PartitionName(topic: name, index: asked.partition))
            }
        }
    }

    mutating func answer(_ broker: isolated EmbeddedBroker) -> FetchResponse? {
        let look = look(broker)
        let isEnough = look.bytes >= Int(request.minBytes) || look.isUrgent || partitions.isEmpty
        return isEnough ? look.response : nil
    }

    mutating func lateAnswer(_ broker: isolated EmbeddedBroker) -> FetchResponse {
        look(broker).response
    }

    private func name(of topic: FetchRequest.FetchTopic, _ broker: isolated EmbeddedBroker) -> String? {
        version >= Self.usesTopicIds ? broker.topics.name(of: topic.topicId) : topic.topic
    }

    /// Followers need rights of a broker, consumers those of a reader.
    private func isAllowed(_ topic: String, _ broker: isolated EmbeddedBroker) -> Bool {
        isFollower
            ? broker.isAllowed(.clusterAction, .cluster, context) : broker.isAllowed(.read, .topic(topic), context)
    }

    private func look(_ broker: isolated EmbeddedBroker) -> Look {
        var look = Look()
        var budget = min(Int(request.maxBytes), broker.options.maximumFetchBytes)
        for topic in request.topics {
            let name = name(of: topic, broker)
            var result = FetchResponse.FetchableTopicResponse()
            result.topic = topic.topic
            result.topicId = topic.topicId
            for asked in topic.partitions {
                guard let name else {
                    result.partitions.append(FetchHandler.failed(asked.partition, .unknownTopicId))
                    look.isUrgent = true
                    continue
                }
                guard isAllowed(name, broker) else {
                    result.partitions.append(FetchHandler.failed(asked.partition, .topicAuthorizationFailed))
                    look.isUrgent = true
                    continue
                }
                let partition = PartitionName(topic: name, index: asked.partition)
                let data = read(asked, partition, budget, isWholeBatchDue: look.bytes == 0, broker)
                look.isUrgent = look.isUrgent || data.errorCode != 0 || data.divergingEpoch.epoch != -1
                look.bytes += data.records?.count ?? 0
                budget = max(budget - (data.records?.count ?? 0), 0)
                result.partitions.append(data)
            }
            look.response.responses.append(result)
        }
        return look
    }

    private func read(
        _ asked: FetchRequest.FetchPartition, _ partition: PartitionName, _ budget: Int, isWholeBatchDue: Bool,
        _ broker: isolated EmbeddedBroker
    ) -> FetchResponse.PartitionData {
        guard let log = broker.topics.log(partition) else {
            return FetchHandler.failed(asked.partition, .unknownTopicOrPartition)
        }
        var data = FetchResponse.PartitionData()
        data.partitionIndex = asked.partition
        data.highWatermark = log.highWatermark
        data.lastStableOffset = log.lastStableOffset
        data.logStartOffset = log.logStartOffset
        data.records = .empty
        data.abortedTransactions = nil
        do throws(AppendRefusal) {
            try log.checkEpoch(asked.currentLeaderEpoch)
            if let end = try log.divergence(lastFetchedEpoch: asked.lastFetchedEpoch, offset: asked.fetchOffset) {
                data.divergingEpoch.epoch = end.epoch
                data.divergingEpoch.endOffset = end.endOffset
                return data
            }
            let result = try log.read(
                from: asked.fetchOffset, maxBytes: min(Int(asked.partitionMaxBytes), budget),
                isWholeBatchDue: isWholeBatchDue, visibility)
            data.records = result.records
            data.abortedTransactions = result.aborted?.map { aborted in
                FetchResponse.AbortedTransaction {
                    $0.producerId = aborted.producerId
                    $0.firstOffset = aborted.firstOffset
                }
            }
            return data
        } catch {
            return FetchHandler.failed(asked.partition, error.code)
        }
    }
}
