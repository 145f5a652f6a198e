import Bytes
import EmbeddedBroker
import KafkaConnection
import KafkaProtocol
import KafkaRecords
import TestSupport
import Testing

/// Requests that wait: what happens meanwhile decides over their answers, and nothing of it is missed.
@Suite("Delayed requests", .timeLimit(.minutes(1)))
struct DelayedRequestTests {
    private struct World {
        let broker: EmbeddedBroker
        let session: Session
    }

    private static func run(_ body: (World) async throws -> Void) async throws {
        try await ConformanceCluster.withBroker { broker, session in
            #expect(await broker.createTopic("orders", partitions: 2))
            try await body(World(broker: broker, session: session))
        }
    }

    /// Holds replication, begins to produce with acks -1, does `meanwhile`, and returns how the produce is answered.
    private static func answer(
        _ world: World, timeoutMs: Int32 = 60_000, meanwhile: () async throws -> Void
    ) async throws -> ProduceResponse.PartitionProduceResponse {
        let broker = world.broker
        await broker.holdReplication("orders", 0, true)
        let end = await broker.logOffsets("orders")?.logEnd ?? 0
        async let answer = world.session.produce(
            makeBatch(3, pid: 5, sequence: Int32(end)), to: "orders", timeoutMs: timeoutMs)
        try await waitUntil("it is appended") { await broker.logOffsets("orders")?.logEnd == end + 3 }
        try await meanwhile()
        return try await answer
    }

    @Test func `a produce is answered when its batch is replicated`() async throws {
        try await Self.run { world in
            let answer = try await Self.answer(world) {
                #expect(await world.broker.logOffsets("orders")?.highWatermark == 0)
                await world.broker.holdReplication("orders", 0, false)
            }
            #expect(answer.errorCode == 0)
            #expect(answer.baseOffset == 0)
        }
    }

    @Test func `a produce whose batch a new leader does not have is refused`() async throws {
        try await Self.run { world in
            let answer = try await Self.answer(world) { await world.broker.changeLeader("orders") }
            #expect(ErrorCode(answer.errorCode) == .notLeaderOrFollower)
            #expect(await world.broker.storedBatches("orders").isEmpty)
            let again = try await world.session.produce(makeBatch(3, pid: 5, sequence: 0), to: "orders")
            #expect(again.errorCode == 0)
            #expect(again.baseOffset == 0)
            #expect(again.logAppendTimeMs == -1)
        }
    }

    @Test func `other records at the offsets of a lost batch do not make it look replicated`() async throws {
        try await Self.run { world in
            for round in 1...50 {
                let end = await world.broker.logOffsets("orders")?.logEnd
                let answer = try await Self.answer(world) {
                    await world.broker.changeLeader("orders")
                    for _ in 0..<4 { await world.broker.appendRecord(value: "foreign", to: "orders") }
                }
                #expect(ErrorCode(answer.errorCode) == .notLeaderOrFollower, "round \(round)")
                #expect(answer.baseOffset == end)
            }
        }
    }

    @Test func `a produce to a topic that is deleted and made anew is refused`() async throws {
        try await Self.run { world in
            let answer = try await Self.answer(world) {
                let other = try await world.session.another()
                let deleted = try await other.connection.send(
                    DeleteTopicsRequest {
                        $0.topics = [DeleteTopicsRequest.DeleteTopicState { $0.name = "orders" }]
                        $0.topicNames = ["orders"]
                    })
                #expect(deleted.responses.first?.errorCode == 0)
                await world.broker.createTopic("orders")
                for _ in 0..<4 { await world.broker.appendRecord(value: "foreign", to: "orders") }
            }
            #expect(ErrorCode(answer.errorCode) == .unknownTopicOrPartition)
            #expect(answer.baseOffset == 0)
        }
    }

    @Test func `a produce that waits too long times out, by the broker's clock too`() async throws {
        try await Self.run { world in
            let soon = try await Self.answer(world, timeoutMs: 50) {}
            #expect(ErrorCode(soon.errorCode) == .requestTimedOut)
            #expect(soon.baseOffset == 0)
            let start = ContinuousClock.now
            let aged = try await Self.answer(world) { await world.broker.advanceClock(byMs: 60_000) }
            #expect(ErrorCode(aged.errorCode) == .requestTimedOut)
            #expect(start.duration(to: .now) < .seconds(30))
        }
    }

    @Test func `a batch that is sent again waits like the first`() async throws {
        try await Self.run { world in
            await world.broker.holdReplication("orders", 0, true)
            let batch = makeBatch(3, pid: 5, sequence: 0)
            for _ in 0..<2 {
                let late = try await world.session.produce(
                    ByteSlice(batch.array), to: "orders", timeoutMs: 20)
                #expect(ErrorCode(late.errorCode) == .requestTimedOut)
                #expect(late.baseOffset == 0)
            }
            // Without waiting it is there, replicated or not.
            #expect(try await world.session.produce(batch, to: "orders", acks: 1).errorCode == 0)
            #expect(await world.broker.logOffsets("orders")?.logEnd == 3)
        }
    }

    @Test func `a broker that goes down or stops waits for nobody`() async throws {
        try await Self.run { world in
            let start = ContinuousClock.now
            let other = try await world.session.another()
            async let fetched = other.fetch("orders", 1, maxWaitMs: 600_000)
            try await waitUntil("the fetch came") { await world.broker.requestCount(.fetch) == 1 }
            async let answer = Self.answer(world, timeoutMs: 600_000) { await world.broker.goDown() }
            #expect((try? await answer) == nil)
            #expect((try? await fetched) == nil)
            try await world.broker.comeUp()
            let again = try await world.session.another()
            async let waiting = again.fetch("orders", 1, maxWaitMs: 600_000)
            try await waitUntil("the fetch came") { await world.broker.requestCount(.fetch) == 2 }
            await world.broker.stop()
            #expect((try? await waiting) == nil)
            #expect(start.duration(to: .now) < .seconds(20))
        }
    }

    @Test func `a fetch that names a leader epoch learns that the leader is another`() async throws {
        try await Self.run { world in
            let other = try await world.session.another()
            async let plain = world.session.fetch("orders", maxWaitMs: 600_000)
            async let fenced = other.fetch("orders", maxWaitMs: 600_000, epoch: 0)
            try await waitUntil("both came") { await world.broker.requestCount(.fetch) == 2 }
            await world.broker.changeLeader("orders")
            #expect(ErrorCode(try await fenced.errorCode) == .fencedLeaderEpoch)
            // The other goes on to wait, as consumers may read from whoever has the data.
            await world.broker.appendRecord(value: "x", to: "orders")
            let data = try await plain
            #expect(data.errorCode == 0)
            #expect(try headers(data.records).map(\.partitionLeaderEpoch) == [1])
        }
    }

    /// Has `change` run in the broker right behind the step that handles the next request of this API.
    private static func rightBehind(
        _ key: APIKey, _ world: World, _ change: @escaping @Sendable (isolated EmbeddedBroker) -> Void
    ) async {
        let broker = world.broker
        let open = RequestGate()
        open.open()
        await broker.intercept(key) { _ in
            broker.assumeIsolated { broker in
                // Queued now, so that it runs as soon as the request gives way.
                _ = Task { change(broker) }
            }
            return .holdReply(until: open)
        }
    }

    @Test func `no append falls between a fetch's look and its wait`() async throws {
        try await Self.run { world in
            for next in 0..<Int64(20) {
                await Self.rightBehind(.fetch, world) { $0.appendRecord(value: "x", to: "orders") }
                let data = try await world.session.fetch("orders", from: next, maxWaitMs: 600_000)
                #expect(try headers(data.records).map(\.baseOffset) == [next])
            }
        }
    }

    @Test func `no change falls between an append and its wait`() async throws {
        try await Self.run { world in
            await world.broker.holdReplication("orders", 0, true)
            await Self.rightBehind(.produce, world) { $0.changeLeader("orders") }
            let lost = try await world.session.produce(makeBatch(), to: "orders", timeoutMs: 600_000)
            #expect(ErrorCode(lost.errorCode) == .notLeaderOrFollower)
            await world.broker.holdReplication("orders", 0, true)
            await Self.rightBehind(.produce, world) { $0.holdReplication("orders", 0, false) }
            let kept = try await world.session.produce(makeBatch(), to: "orders", timeoutMs: 600_000)
            #expect(kept.errorCode == 0)
        }
    }

    private static func join(
        _ session: Session, _ memberId: String = ""
    ) async throws -> JoinGroupResponse {
        try await session.connection.send(
            JoinGroupRequest {
                $0.groupId = "readers"
                $0.sessionTimeoutMs = 10_000
                $0.rebalanceTimeoutMs = 10_000
                $0.memberId = memberId
                $0.protocolType = "consumer"
                $0.protocols = [JoinGroupRequest.JoinGroupRequestProtocol { $0.name = "range" }]
            })
    }

    @Test func `nobody falls out of a group between a member's request and its wait`() async throws {
        try await Self.run { world in
            let first = try await Self.join(world.session)
            #expect(ErrorCode(first.errorCode) == .memberIdRequired)
            #expect(try await Self.join(world.session, first.memberId).generationId == 1)
            let second = try await Self.join(world.session)
            // The second waits for the first, who falls out.
            await Self.rightBehind(.joinGroup, world) { $0.advanceClock(byMs: 10_001) }
            let joined = try await Self.join(world.session, second.memberId)
            #expect(joined.errorCode == 0)
            #expect(joined.leader == second.memberId)
            let other = try await world.session.another()
            let third = try await Self.join(other)
            // The other way round the leader would be told the generation that there is, and not join the next one.
            let asked = await world.broker.requestCount(.joinGroup)
            async let following = Self.join(other, third.memberId)
            try await waitUntil("the third waits") { await world.broker.requestCount(.joinGroup) > asked }
            let rejoined = try await Self.join(world.session, second.memberId)
            let follower = try await following
            #expect(rejoined.generationId == follower.generationId)
            // The third waits for the leader's assignment, and the leader falls out.
            await Self.rightBehind(.syncGroup, world) { $0.advanceClock(byMs: 10_001) }
            let synced = try await other.connection.send(
                SyncGroupRequest {
                    $0.groupId = "readers"
                    $0.generationId = follower.generationId
                    $0.memberId = third.memberId
                })
            #expect(ErrorCode(synced.errorCode) != .noError)
        }
    }
}
