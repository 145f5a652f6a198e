import Diagnostics
import EmbeddedBroker
import EventLoop
import Foundation
import KafkaModel
import KafkaProtocol
import LinkStore
import Reconciler
import Testing

/// How `status` reads many mirror topics.
@Suite(.timeLimit(.minutes(1))) struct StatusReaderTests {
    private static let place = SourcePlace(file: "a.yaml", line: 1, column: 1)

    /// Reads the status of a link with `topics` mirror topics, each with records that the mirror lacks.
    ///
    /// - Returns: the link, and how often the destination was asked for metadata.
    private func read(topics: Int, lagging: Int, ageLimit: Int) async throws -> (LinkStatus, metadataRequests: Int) {
        let loop = try EventLoop()
        let source = try await EmbeddedBroker.start(clusterId: "P", loop: loop)
        let destination = try await EmbeddedBroker.start(clusterId: "D", loop: loop)
        var specs: [String: ClusterSpec] = [:]
        for (name, broker) in [("paris", source), ("dublin", destination)] {
            specs[name] = ClusterSpec(
                name: name, place: Self.place,
                bootstrapServers: [HostAndPort(host: broker.host, port: broker.port)])
        }
        await destination.createTopic(StoreTopic.name, configs: ["cleanup.policy": "compact"])
        let link = LinkRecord(
            name: "l", linkId: "id", sourceClusterId: "P", destinationClusterId: "D", prefix: "", state: .active,
            createdAtMs: 1)
        await destination.appendRecord(key: "link/l", value: try json(link), to: StoreTopic.name)
        for number in 0..<topics {
            let name = "t\(1_000 + number)"
            await source.createTopic(name)
            await destination.createTopic(name)
            if number < lagging { await source.appendRecord(value: "x", to: name) }
            let mirror = MirrorRecord(
                link: "l", topic: name, sourceTopic: name, sourceTopicId: nil, topicId: nil, state: .active, sinceMs: 1)
            await destination.appendRecord(key: "mirror/l/\(name)", value: try json(mirror), to: StoreTopic.name)
        }
        let clients = try ClusterClients(for: specs, environment: [:], loop: loop)
        let desired = DesiredState(
            clusters: specs, links: [LinkSpec(name: "l", place: Self.place, source: "paris", destination: "dublin")],
            digest: "d", fileCount: 1)
        let asked = await destination.requestCount(.metadata)
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        let status = await StatusReader(desired: desired, clients: clients, ageLimit: ageLimit).read { now }
        let requests = await destination.requestCount(.metadata) - asked
        await clients.close()
        await source.stop()
        await destination.stop()
        loop.stop()
        return (try #require(status.links.first), requests)
    }

    private func json(_ record: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(record), as: UTF8.self)
    }

    @Test func `many mirror topics are asked about together`() async throws {
        let (link, requests) = try await read(topics: 600, lagging: 40, ageLimit: 1_000)
        #expect(link.topics.count == 600)
        #expect(link.topics.allSatisfy { $0.partitions.count == 1 && $0.lagMs.value != nil })
        #expect(link.topics.prefix(40).allSatisfy { $0.lagRecords == .known(1) })
        #expect(requests < 20)
    }

    @Test func `ages beyond the limit are unknown, and say why`() async throws {
        let (link, _) = try await read(topics: 6, lagging: 5, ageLimit: 3)
        #expect(link.topics.map(\.lagRecords) == [1, 1, 1, 1, 1, 0].map { .known($0) })
        #expect(link.topics.map { $0.lagMs.value != nil } == [true, true, true, false, false, true])
        #expect(
            link.topics.dropFirst(4).first?.lagMs
                == .unknown("of 5 lagging partitions only the first 3 are asked for it"))
    }
}
