import KafkaModel
import KafkaProtocol

/// What one answer to Metadata says.
package struct ClusterMetadata: Sendable {
    /// A partition with its leader.
    package struct Partition: Sendable, Hashable {
        /// Broker that leads; -1 when none does.
        package var leaderId: Int32
        /// Epoch of the leader; -1 when unknown.
        package var leaderEpoch: Int32
        /// Number of replicas.
        package var replicaCount: Int
    }

    /// A topic.
    package struct Topic: Sendable, Hashable {
        /// Why the topic is not described; success when it is.
        package var error: ErrorCode
        /// Topic id; nil before Kafka 2.8.
        package var topicId: KafkaUUID?
        /// Partitions by index.
        package var partitions: [Partition]
    }

    /// Id of the cluster; nil when it tells none.
    package var clusterId: String?
    /// Broker that is the controller, for ZooKeeper clusters; -1 when unknown.
    package var controllerId: Int32
    /// Addresses of the brokers by id.
    package var brokers: [Int32: HostAndPort]
    /// Topics by name.
    package var topics: [String: Topic]

    init(_ response: MetadataResponse) {
        clusterId = response.clusterId
        controllerId = response.controllerId
        brokers = [:]
        for broker in response.brokers {
            brokers[broker.nodeId] = HostAndPort(host: broker.host, port: UInt16(clamping: broker.port))
        }
        topics = [:]
        var gapsLeft = Self.maximumGaps
        for topic in response.topics {
            // A topic whose partitions make no sense counts as left out: no number of partitions is better than a
            // wrong one.
            guard let name = topic.name, let partitions = Self.partitions(topic.partitions, &gapsLeft) else { continue }
            topics[name] = Topic(
                error: ErrorCode(topic.errorCode), topicId: topic.topicId == .zero ? nil : topic.topicId,
                partitions: partitions)
        }
    }

    /// Partitions that one answer may leave out: a few bytes must not set aside much memory.
    private static let maximumGaps = 100_000

    /// Partitions by index, nil when the indexes are absurd; one that the answer leaves out counts as without leader.
    private static func partitions(
        _ answers: [MetadataResponse.MetadataResponsePartition], _ gapsLeft: inout Int
    ) -> [Partition]? {
        let count = Int(answers.map(\.partitionIndex).max() ?? -1) + 1
        let gaps = max(count - answers.count, 0)
        guard gaps <= gapsLeft, answers.allSatisfy({ $0.partitionIndex >= 0 }) else { return nil }
        gapsLeft -= gaps
        var partitions = [Partition](
            repeating: Partition(leaderId: -1, leaderEpoch: -1, replicaCount: 0), count: count)
        for answer in answers {
            partitions[Int(answer.partitionIndex)] = Partition(
                leaderId: answer.leaderId, leaderEpoch: answer.leaderEpoch, replicaCount: answer.replicaNodes.count)
        }
        return partitions
    }
}
