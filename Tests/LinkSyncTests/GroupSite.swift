import EmbeddedBroker
import EventLoop
import Foundation
import KafkaClient
import KafkaConnection
import KafkaModel
import KafkaProtocol
import LinkStore
import Synchronization

@testable import LinkSync

/// Two embedded clusters with a mirror topic that is level, and groups of the source.
struct GroupSite: Sendable {
    let loop: EventLoop
    let source: EmbeddedBroker
    let destination: EmbeddedBroker
    let paris: ClusterClient
    let dublin: ClusterClient

    /// Every group, so that nothing but what a case is about is left out.
    static let everyGroup = TopicFilters([TopicFilter(name: "*", patternType: .literal, filterType: .include)])

    /// Runs `body` with `orders` on both sides: two partitions with `records` each.
    static func run(records: Int = 10, _ body: (GroupSite) async throws -> Void) async throws {
        let site = try await GroupSite(records)
        do {
            try await body(site)
        } catch {
            await site.close()
            throw error
        }
        await site.close()
    }

    private init(_ records: Int) async throws {
        loop = try EventLoop()
        source = try await EmbeddedBroker.start(clusterId: "paris", loop: loop)
        destination = try await EmbeddedBroker.start(clusterId: "dublin", loop: loop)
        paris = Self.client("paris", source, loop)
        dublin = Self.client("dublin", destination, loop)
        for broker in [source, destination] {
            await broker.createTopic("orders", partitions: 2)
            for number in 0..<records * 2 {
                await broker.appendRecord(value: "\(number)", to: "orders", Int32(number % 2))
            }
        }
    }

    private static func client(_ name: String, _ broker: EmbeddedBroker, _ loop: EventLoop) -> ClusterClient {
        ClusterClient(
            name: name, bootstrapServers: [HostAndPort(host: broker.host, port: broker.port)],
            options: ConnectionOptions(connectTimeoutMs: 10_000, requestTimeoutMs: 3_000),
            retry: RetryPolicy(attempts: 3, firstPauseMs: 5, maximumPauseMs: 20), loop: loop)
    }

    private func close() async {
        await paris.close()
        await dublin.close()
        await source.stop()
        await destination.stop()
        loop.stop()
    }

    // MARK: The link

    func record(
        _ filters: TopicFilters = everyGroup, prefix: String = "", configs: [String: String] = [:]
    ) -> LinkRecord {
        LinkRecord(
            name: "l", linkId: "id", sourceClusterId: "paris", destinationClusterId: "dublin", prefix: prefix,
            state: .active, settings: LinkSettings(configs: configs, groupFilters: filters), createdAtMs: 1)
    }

    func mirror(_ topic: String = "orders", _ state: MirrorTopicState = .active) async -> MirrorRecord {
        MirrorRecord(
            link: "l", topic: topic, sourceTopic: topic, sourceTopicId: await source.topicId(topic)?.description,
            topicId: await destination.topicId(topic)?.description, state: state, sinceMs: 1)
    }

    /// Stores the link as an apply does.
    func store(_ link: LinkRecord) async throws {
        await destination.createTopic(StoreTopic.name, configs: ["cleanup.policy": "compact"])
        let value = String(decoding: try JSONEncoder().encode(link), as: UTF8.self)
        await destination.appendRecord(key: "link/l", value: value, to: StoreTopic.name)
    }

    /// Reports on a partition of `orders` as a worker does.
    func report(partition: Int32, _ state: MirrorTopicState) async throws {
        try await ReportWriter(dublin).write([
            WorkerReport(
                link: "l", topic: "orders", worker: "w",
                partition: PartitionReport(partition: partition, state: state), atMs: 1)
        ])
    }

    func pass(
        _ link: LinkRecord? = nil, mirrors: [MirrorRecord]? = nil, failed: [String: Set<Int32>] = [:],
        refreshing: Bool = false, mayCommit: @escaping @Sendable () async -> Bool = { true }
    ) async -> GroupOffsetOutcome {
        let all: [MirrorRecord] = if let mirrors { mirrors } else { [await mirror()] }
        return await GroupOffsetPass(
            source: paris, destination: dublin, link: link ?? record(), mirrors: all, failed: failed,
            isDue: { _ in refreshing }, mayCommit: mayCommit
        ).run()
    }

    // MARK: Groups

    static func place(_ partition: Int32, _ topic: String = "orders") -> TopicPartition {
        TopicPartition(topic: topic, partition: partition)
    }

    /// Commits on one side as an admin tool does.
    func commit(_ group: String, _ offsets: [Int64], on client: ClusterClient, topic: String = "orders") async throws {
        var commits: GroupOffsets = [:]
        for (number, offset) in offsets.enumerated() {
            commits[Self.place(Int32(number), topic)] = CommittedOffset(
                offset: offset, leaderEpoch: 5, metadata: "m\(offset)")
        }
        guard let codes = try await client.commitOffsets([group: commits])[group]?.get(),
            codes.values.allSatisfy({ $0.isSuccess })
        else { throw Refused() }
    }

    struct Refused: Error {}

    /// What a group has committed, by partition of `orders`: `offset epoch metadata`.
    func committed(_ group: String, on client: ClusterClient) async throws -> [Int32: String] {
        let offsets = try await client.committedOffsets(of: [group])[group]?.get() ?? [:]
        var words: [Int32: String] = [:]
        for (place, committed) in offsets {
            words[place.partition] = "\(committed.offset) \(committed.leaderEpoch) \(committed.metadata)"
        }
        return words
    }

    /// A member of a group; it stays until it leaves.
    func join(_ group: String, on client: ClusterClient) async throws -> GroupMembership {
        let membership = GroupMembership(
            GroupSettings(
                groupId: group, protocolType: "consumer", protocolName: "range", sessionTimeoutMs: 600_000,
                rebalanceTimeoutMs: 30_000),
            client: client)
        _ = try await membership.establish { members in [members[0].memberId: []] }
        return membership
    }
}
