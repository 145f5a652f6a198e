import EmbeddedBroker
import EventLoop
import KafkaClient
import KafkaConnection
import KafkaModel
import KafkaProtocol
import LinkStore
import TestSupport
import Testing

@Suite("A session's transactions end badly", .timeLimit(.minutes(1)))
struct SessionTroubleTests {
    /// A session on a broker of its own.
    private struct World {
        let broker: EmbeddedBroker
        let client: ClusterClient
        let writer: StoreWriter

        init() async throws {
            broker = try await EmbeddedBroker.start(clusterId: "D", loop: try EventLoop())
            client = try makeClient("127.0.0.1:\(broker.port)")
            try await StoreTopic.create(on: client)
            writer = try await StoreWriter.acquire(on: client, .init(holder: "host 1", renewEveryMs: 10))
        }

        /// What a reader of its own finds.
        func contents() async throws -> StoreContents { try #require(try await StoreReader.read(client)) }

        func close() async {
            await client.close()
            await broker.stop()
        }
    }

    @Test(arguments: [APIKey.addPartitionsToTxn, .produce, .endTxn])
    func `a refused commit is told, changes nothing, and the session goes on`(_ api: APIKey) async throws {
        let world = try await World()
        await world.broker.intercept(api, .once) { _ in .fail(.policyViolation) }
        let error = await #expect(throws: StoreError.self) {
            try await world.writer.commit([.putLink(linkRecord("refused"))])
        }
        let text = try #require(error?.description)
        #expect(text.contains(" of ") && text.contains("was refused with POLICY_VIOLATION"), "\(text)")

        try await world.writer.commit([.putLink(linkRecord("after"))])
        #expect(try await world.contents().links.keys.sorted() == ["after"])
        try await world.writer.release()
        #expect(try await world.contents().lock == nil)
        await world.close()
    }

    @Test(arguments: [APIKey.addPartitionsToTxn, .produce, .endTxn])
    func `a lock is given back after its renewal was broken off`(_ api: APIKey) async throws {
        let world = try await World()
        let gate = RequestGate()
        await world.broker.intercept(api, .once) { _ in .hold(until: gate) }
        let before = await world.broker.requestCount(api)
        let keeping = Task { await world.writer.keepAlive() }
        try await waitUntil("a renewal is under way") { await world.broker.requestCount(api) > before }
        keeping.cancel()
        await keeping.value
        gate.open()
        try await world.writer.release()
        #expect(try await world.contents().lock == nil)
        await world.close()
    }
}
