import KafkaClient
import KafkaModel
import LinkStore
import TestSupport
import Testing

@Suite("Store while brokers die", .enabled(if: KafkaInstallation.isGiven), .timeLimit(.minutes(4)))
struct BrokerLossTests {
    @Test func `a session goes on while the leader of its topic is killed, and loses nothing`() async throws {
        let cluster = try await RealCluster.start(try KafkaInstallation.required(), brokers: 3)
        let client = try makeClient(cluster.bootstrapServers)
        try await StoreTopic.create(on: client)
        let topic = try await client.describeTopics([StoreTopic.name])[StoreTopic.name]
        guard case .present(let live) = topic else {
            Issue.record("the topic should exist")
            return
        }
        #expect(live.replicationFactor == 3)
        #expect(live.configs["min.insync.replicas"] == "2")
        let writer = try await StoreWriter.acquire(on: client, .init(holder: "host 1"))
        try await writer.commit([.putLink(linkRecord("before"))])
        let leader = try await client.leader(of: StoreTopic.partition).broker
        try await cluster.kill(broker: Int(leader))
        for number in 0..<5 { try await writer.commit([.putLink(linkRecord("during-\(number)"))]) }
        try await cluster.restart(broker: Int(leader))
        try await writer.commit([.putLink(linkRecord("after"))])
        try await writer.release()
        let contents = try #require(try await StoreReader.read(client))
        #expect(
            contents.links.keys.sorted() == [
                "after", "before", "during-0", "during-1", "during-2", "during-3", "during-4",
            ])
        #expect(contents.lock == nil)
        await client.close()
        await cluster.stop()
    }
}
