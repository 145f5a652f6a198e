import Bytes
import EmbeddedBroker
import KafkaClient
import KafkaModel
import KafkaProtocol
import KafkaRecords
import TestSupport
import Testing

@testable import Mirror

@Suite("Mirror engine and what passes", .timeLimit(.minutes(1)))
struct MirrorObstacleTests {
    @Test func `a source topic that appears late is mirrored`() async throws {
        try await MirrorPair.run { pair in
            await pair.destination.createTopic(
                "orders", configs: ["message.timestamp.after.max.ms": "\(Int64.max)"])
            await pair.engine.setTargets([
                MirrorTarget(
                    mirror: TopicPartition(topic: "orders", partition: 0), sourceTopic: "orders", sourceTopicId: nil,
                    topicId: nil, desire: .active)
            ])
            #expect(
                try await pair.waitForState("FAILED") == """
                    FAILED: SOURCE_TOPIC_MAY_BE_DELETED: source topic orders does not exist. What was copied is kept. \
                    Fail the mirror over to keep it as an ordinary topic.
                    """)
            await pair.source.createTopic("orders")
            await pair.write(5)
            try await pair.waitUntilCopied()
            try await pair.waitForState("ACTIVE")
            await pair.expectEqualLogs(end: 15)
        }
    }

    @Test func `a mirror topic that is not known yet is asked for again`() async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic()
            await pair.write(5)
            await pair.destination.intercept(.metadata, .always) { _ in .fail(.unknownTopicOrPartition) }
            await pair.engine.setTargets(targets)
            #expect(
                try await pair.waitForState("FAILED") == """
                    FAILED: MIRROR_TOPIC_DELETED: mirror topic orders does not exist any more; somebody deleted it. \
                    Declare it ABSENT to forget it.
                    """)
            await pair.destination.stopIntercepting(.metadata)
            try await pair.waitUntilCopied()
            try await pair.waitForState("ACTIVE")
            await pair.expectEqualLogs(end: 15)
        }
    }

    @Test func `a source that has fewer partitions, as an outdated broker may say, is asked again`() async throws {
        try await MirrorPair.run { pair in
            await pair.source.createTopic("orders", partitions: 1)
            await pair.destination.createTopic(
                "orders", partitions: 2, configs: ["message.timestamp.after.max.ms": "\(Int64.max)"])
            await pair.write(5)
            await pair.engine.setTargets(await pair.targets("orders", partitions: 1))
            #expect(
                try await pair.waitForState("FAILED") == """
                    FAILED: SOURCE_PARTITIONS_DECREASED: source topic orders has 1 partitions, its mirror has 2. \
                    Partitions never become fewer, so somebody made the source topic again or added partitions to the \
                    mirror.
                    """)
            try await pair.paris.createPartitions("orders", total: 2)
            try await pair.waitUntilCopied()
            try await pair.waitForState("ACTIVE")
            await pair.expectEqualLogs(end: 15)
        }
    }

    @Test func `a source that ends below the mirror, as a leader that was cut off may say, is asked again`()
        async throws
    {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic()
            await pair.write(2)
            await pair.engine.setTargets(targets)
            try await pair.waitUntilCopied()
            await pair.engine.quiesce()
            let batch = compressed(.gzip, bytes: 400)
            await pair.destination.appendStored(ByteSlice(batch.array), to: "orders")
            await pair.engine.extendLease(until: .now + .seconds(60))
            await pair.engine.setTargets(targets)
            try await pair.waitForState("FAILED: SOURCE_TRUNCATED")
            await pair.source.appendStored(ByteSlice(batch.array), to: "orders")
            await pair.write(1)
            try await pair.waitUntilCopied()
            try await pair.waitForState("ACTIVE")
            await pair.expectEqualLogs(end: 13)
        }
    }

    @Test func `a failure that lasts is told without a break`() async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic()
            await pair.write(5)
            await pair.destination.intercept(.produce, .always) { _ in .fail(.notEnoughReplicas) }
            await pair.engine.setTargets(targets)
            let state = try await pair.waitForState("FAILED")
            let seen = await pair.destination.requestCount(.produce)
            // Several attempts pass meanwhile, each through probing, copying and waiting.
            while await pair.destination.requestCount(.produce) < seen + 5 {
                #expect(await pair.state() == state)
                _ = try await pair.dublin.metadata(["orders"])
            }
            await pair.destination.stopIntercepting(.produce)
            try await pair.waitUntilCopied()
            try await pair.waitForState("ACTIVE")
            #expect(await pair.state() == "ACTIVE")
        }
    }

    private func failover(_ pair: MirrorPair) async {
        let stop = MirrorRecord.Stop(mode: .failover, requestId: "f", maximumLag: 0, requestedAtMs: 0)
        await pair.engine.setTargets(await pair.targets("orders", .stop(stop)))
    }

    @Test func `a failover behind a lost answer ends where the mirror ends`() async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic()
            await pair.write(2)
            await pair.engine.setTargets(targets)
            try await pair.waitUntilCopied()
            await pair.destination.intercept(.produce) { _ in .dropAfter }
            // The source is gone when the answer is lost: only the destination can tell.
            await pair.write(1)
            try await waitUntil("the batch is appended") { await pair.ends().mirror == 9 }
            await pair.source.goDown()
            await failover(pair)
            try await pair.waitForState("STOPPED")
            #expect(await pair.engine.reports().values.first?.nextOffset == 9)
            #expect(await pair.engine.reports().values.first?.stoppedFor == "f")
        }
    }

    /// The batch lies unread at the broker when the failover looks at the mirror's end for the first time.
    @Test func `a failover waits for a batch that arrives late`() async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic()
            await pair.write(2)
            await pair.engine.setTargets(targets)
            try await pair.waitUntilCopied()
            await pair.destination.intercept(.produce, .always) { _ in .dropBefore }
            await pair.write(1)
            try await waitUntil("an answer is lost") { await pair.state() != "ACTIVE" }
            let asked = Counter()
            let gate = RequestGate()
            await pair.destination.intercept(.listOffsets, .always) { _ in
                asked.add()
                return asked.value > 2 ? .hold(until: gate) : .pass
            }
            await pair.source.goDown()
            await failover(pair)
            // Two questions are one look at the end; the third is the look behind the wait.
            try await waitUntil("the end is looked at again") { asked.value == 3 }
            #expect(await pair.state().hasPrefix("STOPPED") == false)
            await pair.destination.stopIntercepting(.produce)
            let batch = try #require(await pair.source.storedBatches("orders")[safe: 2])
            let late = ByteSlice(batch.slice.array)
            RecordBatchRestamp.restamp(late, producerId: pair.producer.data, producerEpoch: 0, baseSequence: 6)
            let other = MirrorPair.client("dublin", pair.destination, pair.loop)
            let appended = try await other.produceOnce(TopicPartition(topic: "orders", partition: 0), late)
            #expect(appended.baseOffset == 6)
            await other.close()
            gate.open()
            try await pair.waitForState("STOPPED")
            #expect(await pair.engine.reports().values.first?.nextOffset == 9)
        }
    }

    @Test func `a failover needs no wait where every batch was answered`() async throws {
        var options = MirrorPair.quick
        options.quietMs = 3_600_000
        try await MirrorPair.run(options) { pair in
            await pair.engine.takeOver()
            await pair.mirror()
            await pair.write(5)
            try await pair.waitUntilCopied()
            try await pair.waitForState("ACTIVE")
            await failover(pair)
            try await pair.waitForState("STOPPED")
            #expect(await pair.engine.reports().values.first?.nextOffset == 15)
        }
    }

    @Test func `a worker that begins with a failover asks the mirror first, and needs no source`() async throws {
        try await MirrorPair.run { pair in
            _ = await pair.createTopic()
            await pair.destination.appendRecord(value: "copied by an earlier worker", to: "orders")
            await pair.source.goDown()
            await failover(pair)
            try await pair.waitForState("STOPPED")
            #expect(await pair.engine.reports().values.first?.nextOffset == 1)
        }
    }

    @Test func `a topic that somebody made under the mirror's name gets no partitions`() async throws {
        try await MirrorPair.run { pair in
            await pair.source.createTopic("orders", partitions: 4)
            await pair.destination.createTopic("orders", partitions: 1)
            let growth = PartitionGrowth(source: pair.paris, destination: pair.dublin)
            func look(_ state: MirrorTopicState, topicId: String?) async -> Int? {
                await growth.look(at: [
                    MirrorRecord(
                        link: "l", topic: "orders", sourceTopic: "orders",
                        sourceTopicId: await pair.source.topicId("orders")?.description, topicId: topicId,
                        state: state, sinceMs: 1)
                ]).counts["orders"]
            }
            #expect(await look(.active, topicId: "another") == 1)
            let own = await pair.destination.topicId("orders")?.description
            #expect(await look(.paused, topicId: own) == 1)
            #expect(await look(.active, topicId: own) == 4)
        }
    }
}
