import EventLoop
import KafkaClient
import KafkaConnection
import KafkaModel
import KafkaProtocol
import Synchronization
import TestSupport
import Testing

/// Callers that want the same connection at the same time, and what is remembered of brokers that are gone.
@Suite(.timeLimit(.minutes(1))) struct ConnectionSharingTests {
    /// What so many callers at the same time are told.
    private func together(
        _ callers: Int, _ body: @escaping @Sendable () async throws -> Void
    ) async -> Set<String> {
        await withTaskGroup { group in
            for _ in 0..<callers { group.addTask { await failureText(body) } }
            return await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
    }

    /// A cluster of one broker, which leads `t-0`.
    private func ledBy(_ broker: Int32, port: UInt16) -> MetadataResponse {
        var metadata = MetadataResponse.cluster(brokers: [(broker, "127.0.0.1", port)])
        metadata.topics = [
            MetadataResponse.MetadataResponseTopic {
                $0.name = "t"
                $0.partitions = [MetadataResponse.MetadataResponsePartition { $0.leaderId = broker }]
            }
        ]
        return metadata
    }

    @Test func `callers at the same time share one connection of each kind`() async throws {
        let cluster = Mutex(MetadataResponse.cluster(brokers: []))
        let peer = try ScriptedPeer { peer in
            try peer.greetAsBroker()
            while true { try peer.answerMetadata(cluster.withLock { $0 }) }
        }
        cluster.withLock { $0 = .cluster(brokers: [(1, "127.0.0.1", peer.port)]) }
        let client = try scriptedClient([peer.port], retry: RetryPolicy(attempts: 1))
        #expect(await together(50) { _ = try await client.metadata([]) } == ["no failure"])
        #expect(peer.accepted == 1)
        #expect(await together(50) { _ = try await client.connection(to: 1, lane: .fetch(0)) } == ["no failure"])
        #expect(peer.accepted == 2)
        #expect(await together(50) { _ = try await client.connection(to: 1, lane: .fetch(1)) } == ["no failure"])
        #expect(peer.accepted == 3)
        await client.close()
        client.loop.stop()
        peer.stop()
    }

    @Test func `all who wait are told why there is no connection, and the next one tries anew`() async throws {
        let dead = try DeadPort()
        let metadata = Mutex(MetadataResponse.cluster(brokers: [(1, "127.0.0.1", dead.port)]))
        let peer = try ScriptedPeer { peer in
            try peer.greetAsBroker()
            while true { try peer.answerMetadata(metadata.withLock { $0 }) }
        }
        let client = try scriptedClient([peer.port], retry: RetryPolicy(attempts: 1))
        let texts = await together(50) { _ = try await client.connection(to: 1, lane: .fetch(0)) }
        #expect(texts.count == 1 && texts.first?.contains("127.0.0.1:\(dead.port)") == true, "\(texts)")
        metadata.withLock { $0 = .cluster(brokers: [(1, "127.0.0.1", peer.port)]) }
        #expect(await together(50) { _ = try await client.connection(to: 1, lane: .fetch(0)) } == ["no failure"])
        await client.close()
        client.loop.stop()
        peer.stop()
    }

    @Test func `a caller that gives up takes nobody with it`() async throws {
        let greeted = Mutex(0)
        let peer = try ScriptedPeer { peer in
            // The first connection never comes to be.
            let isFirst = greeted.withLock { count in
                count += 1
                return count == 1
            }
            if isFirst { peer.readToEnd() } else { try peer.serve(.cluster(brokers: [])) }
        }
        let client = try scriptedClient(
            [peer.port], options: ConnectionOptions(connectTimeoutMs: 600_000), retry: RetryPolicy(attempts: 1))
        let first = Task { await failureText { _ = try await client.metadata([]) } }
        try await waitUntil("the first is connecting") { peer.accepted == 1 }
        let given = Task { await failureText { _ = try await client.metadata([]) } }
        let patient = Task { await failureText { _ = try await client.metadata([]) } }
        given.cancel()
        #expect(await given.value.contains("cancelled"))
        first.cancel()
        #expect(await patient.value == "no failure")
        await client.close()
        client.loop.stop()
        peer.stop()
    }

    @Test func `a leader that cannot be reached is asked for anew`() async throws {
        let dead = try DeadPort()
        let cluster = Mutex(ledBy(1, port: dead.port))
        let peer = try ScriptedPeer { peer in
            try peer.greetAsBroker()
            while true { try peer.answerMetadata(cluster.withLock { $0 }) }
        }
        let client = try scriptedClient([peer.port])
        let partition = TopicPartition(topic: "t", partition: 0)
        let text = await failureText {
            _ = try await client.fetchOnce(partition, from: 0, isolation: .readCommitted)
        }
        #expect(text.contains("127.0.0.1:\(dead.port)"), "\(text)")
        cluster.withLock { $0 = ledBy(2, port: peer.port) }
        #expect(try await client.leader(of: partition).broker == 2)
        await client.close()
        client.loop.stop()
        peer.stop()
    }
}
