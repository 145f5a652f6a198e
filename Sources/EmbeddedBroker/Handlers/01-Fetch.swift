import Bytes
import KafkaProtocol

/// Reads batches and waits for new ones.
///
/// Limits are soft as in real brokers: the first partition with data returns at least one whole batch; a batch that
/// does not fit at the end is cut. Fetch sessions (KIP-227) are refused: every request must name all its partitions.
enum FetchHandler: RequestHandler {
    typealias Request = FetchRequest

    private static let usesTopicIds: Int16 = 13

    /// What one look at all partitions came to.
    private struct Look {
        var response = FetchResponse()
        var bytes = 0
        /// An error or a diverging log, which are not worth waiting on.
        var isUrgent = false
        var partitions: [PartitionName] = []
    }

    static func answer(
        _ request: FetchRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> FetchResponse {
        guard request.sessionId == 0 else {
            return FetchResponse { $0.errorCode = ErrorCode.fetchSessionIdNotFound.rawValue }
        }
        let deadline = broker.clock.monotonic + Int64(max(request.maxWaitMs, 0))
        while true {
            let seen = broker.changeCount
            let look = look(request, context.version, broker)
            let isEnough = look.bytes >= Int(request.minBytes) || look.isUrgent || look.partitions.isEmpty
            if isEnough || broker.isStopped || broker.clock.monotonic >= deadline { return look.response }
            await broker.waitForChange(of: look.partitions, until: deadline, since: seen)
        }
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

    private static func look(
        _ request: FetchRequest, _ version: Int16, _ broker: isolated EmbeddedBroker
    ) -> Look {
        var look = Look()
        var budget = min(Int(request.maxBytes), broker.options.maximumFetchBytes)
        let visibility = PartitionLog.Visibility(
            isolationLevel: request.isolationLevel,
            replicaId: version >= 15 ? request.replicaState.replicaId : request.replicaId)
        for topic in request.topics {
            let name = version >= usesTopicIds ? broker.topics.name(of: topic.topicId) : topic.topic
            var result = FetchResponse.FetchableTopicResponse()
            result.topic = topic.topic
            result.topicId = topic.topicId
            for asked in topic.partitions {
                guard let name else {
                    result.partitions.append(failed(asked.partition, .unknownTopicId))
                    look.isUrgent = true
                    continue
                }
                let partition = PartitionName(topic: name, index: asked.partition)
                let data = read(asked, partition, budget, isWholeBatchDue: look.bytes == 0, visibility, broker)
                look.partitions.append(partition)
                look.isUrgent = look.isUrgent || data.errorCode != 0 || data.divergingEpoch.epoch != -1
                look.bytes += data.records?.count ?? 0
                budget = max(budget - (data.records?.count ?? 0), 0)
                result.partitions.append(data)
            }
            look.response.responses.append(result)
        }
        return look
    }

    private static func read(
        _ asked: FetchRequest.FetchPartition, _ partition: PartitionName, _ budget: Int, isWholeBatchDue: Bool,
        _ visibility: PartitionLog.Visibility, _ broker: isolated EmbeddedBroker
    ) -> FetchResponse.PartitionData {
        guard let log = broker.topics.log(partition) else { return failed(asked.partition, .unknownTopicOrPartition) }
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
            return failed(asked.partition, error.code)
        }
    }

    private static func failed(_ index: Int32, _ code: ErrorCode) -> FetchResponse.PartitionData {
        FetchResponse.PartitionData {
            $0.partitionIndex = index
            $0.errorCode = code.rawValue
            $0.highWatermark = -1
            $0.abortedTransactions = nil
            $0.records = .empty
        }
    }
}
