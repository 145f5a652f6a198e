import Bytes
import EmbeddedBroker
import KafkaClient
import KafkaModel
import KafkaProtocol
import KafkaRecords
import Synchronization
import TestSupport
import Testing

@testable import Mirror

@Suite("Mirror engine, leases and other writers", .timeLimit(.minutes(1)))
struct MirrorOwnershipTests {
    @Test func `without a lease it reads, and sends nothing`() async throws {
        try await MirrorPair.run(hasLease: false) { pair in
            let targets = await pair.createTopic()
            await pair.write(5)
            await pair.engine.setTargets(targets)
            try await waitUntil("the source is read") { await pair.source.requestCount(.fetch) > 1 }
            #expect(await pair.destination.requestCount(.produce) == 0)
            let reason = "nothing is written, since this worker's membership of the link's group is not confirmed"
            #expect(await pair.state() == "INITIALIZING: \(reason)")
            await pair.engine.extendLease(until: .now)
            await pair.engine.leaseNotExtended("the coordinator is asleep")
            #expect(await pair.state() == "INITIALIZING: \(reason): the coordinator is asleep")
            await pair.engine.extendLease(until: .now - .seconds(5))
            await pair.engine.leaseNotExtended("the coordinator is away")
            #expect(await pair.state() == "FAILED: \(reason): the coordinator is away")
            await pair.engine.extendLease(until: .now + .seconds(60))
            try await pair.waitUntilCopied()
            try await pair.waitForState("ACTIVE")
            #expect(await pair.state() == "ACTIVE")
            await pair.expectEqualLogs(end: 15)
        }
    }

    @Test func `a lease that ends while a connection is opened is noticed before the send`() async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic()
            await pair.engine.setTargets(targets)
            try await pair.waitForState("ACTIVE")
            let hasLease = Mutex(true)
            let wasAsked = Counter()
            let sentWithout = Counter()
            // The level partition has all its connections but that for appends.
            let gate = RequestGate()
            await pair.destination.intercept(.apiVersions) { _ in
                wasAsked.add()
                return .hold(until: gate)
            }
            await pair.destination.intercept(.produce, .always) { _ in
                if !hasLease.withLock({ $0 }) { sentWithout.add() }
                return .pass
            }
            await pair.write(5)
            try await waitUntil("the lane connects") { wasAsked.value == 1 }
            hasLease.withLock { $0 = false }
            await pair.engine.extendLease(until: .now - .seconds(1))
            gate.open()
            // Questions that are answered behind the gate: a batch would have come before them.
            for _ in 0..<20 { await pair.engine.checkIdlePartitions() }
            for _ in 0..<20 { _ = try await pair.dublin.metadata(["orders"]) }
            hasLease.withLock { $0 = true }
            await pair.engine.extendLease(until: .now + .seconds(60))
            try await pair.waitUntilCopied()
            #expect(sentWithout.value == 0)
            await pair.expectEqualLogs(end: 15)
        }
    }

    @Test func `a foreign record in an idle mirror stops that partition, and no other`() async throws {
        try await MirrorPair.run { pair in
            await pair.mirror(partitions: 2)
            await pair.write(4, to: "orders", 0)
            await pair.write(4, to: "orders", 1)
            try await pair.waitUntilCopied(partitions: 2)
            try await pair.waitForState("ACTIVE", "orders", 0)
            await pair.destination.appendRecord(value: "not ours", to: "orders", 1)
            await pair.engine.checkIdlePartitions()
            #expect(
                try await pair.waitForState("FAILED", "orders", 1) == """
                    FAILED: FOREIGN_WRITE: the end of orders-1 moved while nothing was written: expected 12, actual 13. \
                    Another producer wrote into the mirror. Take WRITE on the topic from everybody else, delete the \
                    mirror topic and let it be made again, or fail it over to keep it as it is.
                    """)
            await pair.write(4, to: "orders", 0)
            await pair.write(4, to: "orders", 1)
            try await waitUntil("the other goes on") { await pair.ends("orders", 0).mirror == 24 }
            #expect(await pair.ends("orders", 1).mirror == 13)
            #expect(await pair.state("orders", 0) == "ACTIVE")
        }
    }

    @Test func `a foreign record in front of a batch is noticed by the batch's offset`() async throws {
        try await MirrorPair.run { pair in
            await pair.mirror()
            await pair.write(4)
            try await pair.waitUntilCopied()
            await pair.destination.appendRecord(value: "not ours", to: "orders")
            await pair.write(2, records: 5)
            #expect(
                try await pair.waitForState("FAILED") == """
                    FAILED: FOREIGN_WRITE: the batch for offset 12 of orders-0 was appended at offset 13: expected 12, \
                    actual 13. Another producer wrote into the mirror. Take WRITE on the topic from everybody else, \
                    delete the mirror topic and let it be made again, or fail it over to keep it as it is.
                    """)
            #expect(await pair.ends().mirror == 18)
        }
    }

    @Test func `after a foreign write a new worker does not go on either`() async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic()
            await pair.write(4)
            await pair.engine.setTargets(targets)
            try await pair.waitUntilCopied()
            await pair.engine.quiesce()
            await pair.destination.appendRecord(value: "not ours", to: "orders")
            await pair.engine.extendLease(until: .now + .seconds(60))
            await pair.engine.setTargets(targets)
            #expect(
                try await pair.waitForState("FAILED") == """
                    FAILED: SOURCE_TRUNCATED: orders-0 ends at offset 12 on the source, below 13, the end of the \
                    mirror: expected at least 13, actual 12. Either another producer wrote into the mirror, or the \
                    source lost records. Fail the mirror over to keep it as it is, or delete it and let it be made \
                    again.
                    """)
            await pair.write(4)
            await pair.engine.quiesce()
            await pair.engine.extendLease(until: .now + .seconds(60))
            await pair.engine.setTargets(targets)
            #expect(
                try await pair.waitForState("FAILED") == """
                    FAILED: DIVERGED: the last batch of orders-0 (offsets 12 to 12) is not the source's batch at the \
                    same place (offsets 12 to 14): expected the same records, actual others. Another producer wrote \
                    into the mirror, or the source is another log than before. Fail the mirror over to keep it as it \
                    is, or delete it and let it be made again.
                    """)
            #expect(await pair.ends().mirror == 13)
        }
    }

    /// A late batch of an earlier owner arrives between the questions of a probe, whichever comes second.
    @Test(arguments: [APIKey.describeProducers, .listOffsets])
    func `a late batch of another worker within a probe misplaces nothing`(_ key: APIKey) async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic()
            await pair.write(2)
            await pair.engine.setTargets(targets)
            try await pair.waitUntilCopied()
            await pair.engine.quiesce()
            await pair.write(6)
            let late = try #require(await pair.source.storedBatches("orders")[safe: 2])
            let wasAsked = Counter()
            let gate = RequestGate()
            await pair.destination.intercept(key) { _ in
                wasAsked.add()
                return .hold(until: gate)
            }
            await pair.engine.extendLease(until: .now + .seconds(60))
            await pair.engine.setTargets(targets)
            try await waitUntil("the probe asks") { wasAsked.value == 1 }
            let other = MirrorPair.client("dublin", pair.destination, pair.loop)
            let copy = ByteSlice(late.slice.array)
            RecordBatchRestamp.restamp(copy, producerId: pair.producer.data, producerEpoch: 0, baseSequence: 6)
            let appended = try await other.produceOnce(TopicPartition(topic: "orders", partition: 0), copy)
            #expect(appended.baseOffset == 6)
            gate.open()
            try await pair.waitUntilCopied()
            await pair.expectEqualLogs(end: 24)
            try await pair.waitForState("ACTIVE")
            await other.close()
        }
    }

    /// Before version 13 a batch goes to whatever topic has the name.
    @Test func `a topic made anew under the mirror's name gets no batch, where batches go by name`() async throws {
        try await MirrorPair.run(configure: { $0.versions = [.produce: 3...12] }) { pair in
            await pair.mirror()
            await pair.write(4)
            try await pair.waitUntilCopied()
            let sent = await pair.destination.requestCount(.produce)
            let ids = try await makeAnew(pair)
            await pair.write(1)
            #expect(try await pair.waitForState("FAILED") == ids)
            #expect(await pair.ends().mirror == 0)
            #expect(await pair.destination.requestCount(.produce) == sent)
        }
    }

    @Test func `a batch in a topic made anew is no foreign write`() async throws {
        var options = MirrorPair.quick
        options.nameLastsMs = 3_600_000
        try await MirrorPair.run(options, configure: { $0.versions = [.produce: 3...12] }) { pair in
            await pair.mirror()
            await pair.write(4)
            try await pair.waitUntilCopied()
            let ids = try await makeAnew(pair)
            await pair.write(1)
            #expect(try await pair.waitForState("FAILED") == ids)
        }
    }

    /// Deletes the mirror topic and makes it again; returns what a worker says of it.
    private func makeAnew(_ pair: MirrorPair) async throws -> String {
        let before = try #require(await pair.destination.topicId("orders"))
        try await pair.dublin.deleteTopic("orders")
        await pair.destination.createTopic("orders")
        let after = try #require(await pair.destination.topicId("orders"))
        return """
            FAILED: MIRROR_TOPIC_ID_CHANGED: topic orders was deleted and made again by somebody: its id is \(after), \
            expected \(before). It is left alone. Declare the mirror ABSENT, or rename that topic.
            """
    }

    @Test func `two engines on one partition misplace nothing`() async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic()
            let paris = MirrorPair.client("paris", pair.source, pair.loop)
            let dublin = MirrorPair.client("dublin", pair.destination, pair.loop)
            let second = MirrorEngine(
                source: paris, destination: dublin, producer: pair.producer, options: MirrorPair.quick, loop: pair.loop)
            await second.extendLease(until: .now + .seconds(60))
            await pair.engine.setTargets(targets)
            await second.setTargets(targets)
            for _ in 0..<60 {
                await pair.write(4)
                try await waitUntil("one of them goes on", within: .seconds(10)) {
                    let ends = await pair.ends()
                    return (ends.source ?? 0) - (ends.mirror ?? 0) < 24
                }
            }
            try await pair.waitUntilCopied()
            await second.close()
            await pair.expectEqualLogs(end: 720)
            await paris.close()
            await dublin.close()
        }
    }

    @Test func `a take-over waits where the broker has forgotten the producer`() async throws {
        var options = MirrorPair.quick
        options.quietMs = 3_000
        try await MirrorPair.run(options) { pair in
            let targets = await pair.createTopic(partitions: 2)
            await pair.write(2, to: "orders", 0, timestamp: 1_000)
            await pair.engine.setTargets(targets)
            try await pair.waitUntilCopied()
            await pair.engine.quiesce()
            // The records' own timestamps are more than a day old.
            await pair.destination.expireProducers()
            await pair.write(2, to: "orders", 0)
            await pair.write(2, to: "orders", 1)
            let sent = Mutex<[Int32: ContinuousClock.Instant]>([:])
            await pair.destination.intercept(.produce, .always) { request in
                let produce = request.decoded(as: ProduceRequest.self)
                for data in produce?.topicData.first?.partitionData ?? [] {
                    sent.withLock { if $0[data.index] == nil { $0[data.index] = .now } }
                }
                return .pass
            }
            let begin = ContinuousClock.now
            await pair.engine.takeOver()
            await pair.engine.extendLease(until: .now + .seconds(60))
            await pair.engine.setTargets(targets)
            try await pair.waitUntilCopied(partitions: 2)
            let forgotten = try #require(sent.withLock { $0[0] })
            let empty = try #require(sent.withLock { $0[1] })
            #expect(begin.duration(to: forgotten) >= .seconds(3))
            #expect(empty < forgotten, "an empty partition has nothing to lose")
            await pair.expectEqualLogs(partitions: 2)
        }
    }
}

extension Array {
    /// The element at `index`; nil when there is none.
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
