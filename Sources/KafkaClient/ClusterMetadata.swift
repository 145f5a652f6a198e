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
        for topic in response.topics {
            guard let name = topic.name else { continue }
            topics[name] = Topic(
                error: ErrorCode(topic.errorCode), topicId: topic.topicId == .zero ? nil : topic.topicId,
                partitions: Self.partitions(topic.partitions))
        }
    }

    /// Partitions by index; one that the answer leaves out counts as without leader.
    private static func partitions(_ answers: [MetadataResponse.MetadataResponsePartition]) -> [Partition] {
        let count = (answers.map(\.partitionIndex).max() ?? -1) + 1
        guard count >= 0, count <= 1_000_000 else { return [] }
        var partitions = [Partition](
            repeating: Partition(leaderId: -1, leaderEpoch: -1, replicaCount: 0), count: Int(count))
        for answer in answers where answer.partitionIndex >= 0 {
            partitions[Int(answer.partitionIndex)] = Partition(
                leaderId: answer.leaderId, leaderEpoch: answer.leaderEpoch, replicaCount: answer.replicaNodes.count)
        }
        return partitions
    }
}
