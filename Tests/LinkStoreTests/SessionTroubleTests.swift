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
    /// A broker with a state topic.
    private struct World {
        let broker: EmbeddedBroker
        let client: ClusterClient

        init() async throws {
            broker = try await EmbeddedBroker.start(clusterId: "D", loop: try EventLoop())
            client = try makeClient("127.0.0.1:\(broker.port)")
            try await StoreTopic.create(on: client)
        }

        /// A session that renews its lock so often.
        func session(renewEveryMs: Int64 = 600_000) async throws -> StoreWriter {
            try await StoreWriter.acquire(on: client, .init(holder: "host 1", renewEveryMs: renewEveryMs))
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
        let writer = try await world.session()
        await world.broker.intercept(api, .once) { _ in .fail(.policyViolation) }
        let error = await #expect(throws: StoreError.self) {
            try await writer.commit([.putLink(linkRecord("refused"))])
        }
        let text = try #require(error?.description)
        #expect(text.contains(" of ") && text.contains("was refused with POLICY_VIOLATION"), "\(text)")

        try await writer.commit([.putLink(linkRecord("after"))])
        #expect(try await world.contents().links.keys.sorted() == ["after"])
        try await writer.release()
        #expect(try await world.contents().lock == nil)
        await world.close()
    }

    @Test(arguments: [APIKey.addPartitionsToTxn, .produce, .endTxn])
    func `a lock is given back while it is being renewed`(_ api: APIKey) async throws {
        let world = try await World()
        let writer = try await world.session(renewEveryMs: 10)
        let before = await world.broker.requestCount(api)
        let gate = RequestGate()
        await world.broker.intercept(api, .once) { _ in .hold(until: gate) }
        try await waitUntil("a renewal is under way") { await world.broker.requestCount(api) > before }
        // Also by a caller that is cancelled, as an apply that somebody ends is.
        let release = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            gate.open()
            try await writer.release()
        }
        try await release.value
        #expect(try await world.contents().lock == nil)
        await world.close()
    }

    @Test(arguments: [APIKey.initProducerId, .addPartitionsToTxn, .produce, .endTxn])
    func `who is cancelled while it takes the lock leaves none behind`(_ api: APIKey) async throws {
        let world = try await World()
        let gate = RequestGate()
        await world.broker.intercept(api, .once) { _ in .holdReply(until: gate) }
        let taking = Task { try await world.session() }
        try await waitUntil("the request is under way") { await world.broker.requestCount(api) == 1 }
        taking.cancel()
        gate.open()
        if case .success(let writer) = await taking.result { try await writer.release() }
        #expect(try await world.contents().lock == nil)
        let next = try await world.session()
        try await next.release()
        await world.close()
    }
}
