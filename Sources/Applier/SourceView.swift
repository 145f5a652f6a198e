import KafkaClient
import KafkaModel
import KafkaProtocol
import KafkaRecords
import LinkSync

/// A source cluster as the applier sees it: it can be asked, and there is no way to write to it.
struct SourceView: Sendable {
    private let client: ClusterClient

    init(_ client: ClusterClient) {
        self.client = client
    }

    /// Name of the cluster in the manifests.
    var name: String { client.name }

    /// The cluster's id.
    func clusterId() async throws(ClientError) -> String? {
        try await client.metadata([]).clusterId
    }

    /// What the cluster says of a topic.
    func topic(_ name: String) async throws(ClientError) -> TopicPresence {
        try await client.describeTopics([name])[name] ?? .unreadable("the cluster's answer leaves it out")
    }

    /// The settings of a topic.
    func configs(_ topic: String) async throws(ClientError) -> FoundConfigs {
        try await client.foundConfigs(topic)
    }

    /// Up to where readers may read each partition (last stable offset), by number.
    func ends(_ topic: String) async throws(ClientError) -> [Int64] {
        try await client.ends(topic, .latest(.readCommitted))
    }

    /// The batch that holds an offset; nil when the log has none there.
    func batch(holding offset: Int64, of partition: TopicPartition) async throws(ClientError) -> RecordBatchView? {
        try await client.batch(holding: offset, of: partition)
    }

    /// A pass that syncs the group offsets of one mirror topic, which writes to `destination` only.
    ///
    /// - Parameter isRefreshing: whether offsets that agree are committed too.
    func offsetPass(
        to destination: ClusterClient, link: LinkRecord, mirror: MirrorRecord, isRefreshing: Bool
    ) -> GroupOffsetPass {
        GroupOffsetPass(
            source: client, destination: destination, link: link, mirrors: [mirror], isDue: { _ in isRefreshing })
    }
}

extension ClusterClient {
    /// One offset of every partition of a topic, by number; fails when one is not to be had.
    func ends(_ topic: String, _ query: OffsetQuery) async throws(ClientError) -> [Int64] {
        forget(topic)
        let count = try await self.topic(topic).partitions.count
        let partitions = (0..<Int32(clamping: count)).map { TopicPartition(topic: topic, partition: $0) }
        let results = await listOffsets(partitions, query)
        var ends: [Int64] = []
        for partition in partitions {
            switch results[partition] {
            case .success(let found): ends.append(found.offset)
            case .failure(let error): throw error
            case nil:
                throw ClientError(.incomplete(.listOffsets, subject: "partition \(partition)"), cluster: name)
            }
        }
        return ends
    }
}
