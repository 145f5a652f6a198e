import KafkaProtocol

/// A Produce with acks -1 whose batches are appended and not yet replicated everywhere (Kafka: `DelayedProduce`).
struct DelayedProduce: DelayedOperation {
    /// A batch that was appended.
    struct Appended {
        /// Where.
        var partition: PartitionName
        /// Which topic had this name then.
        var topicId: KafkaUUID
        /// Epoch of the leader that appended it.
        var leaderEpoch: Int32
        /// The high watermark that shows that it is replicated.
        var nextOffset: Int64
        /// Its answer's place in the response: topic, then partition.
        var place: (topic: Int, partition: Int)
    }

    /// What is answered unless something goes wrong from here on.
    private var response: ProduceResponse
    /// What is not replicated yet.
    private var pending: [Appended]
    let partitions: [PartitionName]
    let deadline: Int64

    init(_ response: ProduceResponse, _ appended: [Appended], deadline: Int64) {
        self.response = response
        self.deadline = deadline
        pending = appended
        partitions = appended.map(\.partition)
    }

    mutating func answer(_ broker: isolated EmbeddedBroker) -> ProduceResponse? {
        var late: [Appended] = []
        for batch in pending {
            switch Self.verdict(on: batch, broker) {
            case nil: late.append(batch)
            case .noError?: break
            case let code?: fail(batch, code)
            }
        }
        pending = late
        return late.isEmpty ? response : nil
    }

    mutating func lateAnswer(_ broker: isolated EmbeddedBroker) -> ProduceResponse {
        for batch in pending { fail(batch, .requestTimedOut) }
        return response
    }

    /// What has become of a batch; nil while it is open.
    private static func verdict(on batch: Appended, _ broker: isolated EmbeddedBroker) -> ErrorCode? {
        guard broker.topics[batch.partition.topic]?.id == batch.topicId, let log = broker.topics.log(batch.partition)
        else { return .unknownTopicOrPartition }
        // The next leader may have it or not; this one cannot promise it any more.
        guard log.leaderEpoch == batch.leaderEpoch else { return .notLeaderOrFollower }
        return log.highWatermark >= batch.nextOffset ? .noError : nil
    }

    /// Like real brokers, an error leaves the base offset where it is.
    private mutating func fail(_ batch: Appended, _ code: ErrorCode) {
        response.responses[batch.place.topic].partitionResponses[batch.place.partition].errorCode = code.rawValue
    }
}
