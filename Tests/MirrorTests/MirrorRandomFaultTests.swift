import EmbeddedBroker
import EventLoop
import KafkaModel
import KafkaProtocol
import Synchronization
import TestSupport
import Testing

@testable import Mirror

/// Faults of all kinds at random, on both sides, while records flow: in the end both logs are equal.
@Suite("Mirror engine and random faults", .timeLimit(.minutes(5)))
struct MirrorRandomFaultTests {
    private static let partitions = 3
    /// What may happen to a question or an append; every one of them passes.
    private static let interceptions: [Interception] = [
        .dropBefore, .dropAfter, .delay(.milliseconds(3)), .delay(.milliseconds(30)), .fail(.notLeaderOrFollower),
        .fail(.notEnoughReplicas), .fail(.notEnoughReplicasAfterAppend), .fail(.requestTimedOut),
        .fail(.unknownTopicOrPartition), .fail(.leaderNotAvailable), .fail(.kafkaStorageError),
        .fail(.fencedLeaderEpoch), .fail(.unknownLeaderEpoch), .fail(.corruptMessage),
    ]
    private static let questions: [APIKey] = [.metadata, .listOffsets, .describeProducers, .fetch, .apiVersions]

    @Test(arguments: 1...24 as ClosedRange<UInt64>)
    func `leave both logs equal`(_ seed: UInt64) async throws {
        var options = MirrorPair.quick
        options.produceTimeoutMs = 200
        try await MirrorPair.run(options) { pair in
            var random = SeededGenerator(seed: seed)
            await pair.engine.setTargets(await pair.createTopic(partitions: Self.partitions))
            await intercept(pair.source, Self.questions, seed &* 31)
            await intercept(pair.destination, Self.questions + [.produce], seed &* 37)
            for _ in 0..<60 {
                try await happen(pair, &random)
            }
            for broker in [pair.source, pair.destination] {
                for key in Self.questions + [.produce] { await broker.stopIntercepting(key) }
            }
            try await pair.waitUntilCopied(partitions: Self.partitions)
            await pair.expectEqualLogs(partitions: Self.partitions)
            for partition in 0..<Int32(Self.partitions) {
                try await pair.waitForState("ACTIVE", "orders", partition)
            }
        }
    }

    /// Lets something happen to about one in six requests.
    private func intercept(_ broker: EmbeddedBroker, _ keys: [APIKey], _ seed: UInt64) async {
        let shared = SharedRandom(seed: seed)
        for key in keys {
            await broker.intercept(key, .always) { _ in
                shared.next(6) == 0 ? Self.interceptions[shared.next(Self.interceptions.count)] : .pass
            }
        }
    }

    /// One event: mostly records, now and then a change of leaders, a dropped connection, a lease that runs out.
    private func happen(_ pair: MirrorPair, _ random: inout SeededGenerator) async throws {
        let partition = Int32.random(in: 0..<Int32(Self.partitions), using: &random)
        switch Int.random(in: 0..<24, using: &random) {
        case 0: await pair.source.changeLeader("orders", partition)
        case 1, 2: await loseUnreplicated(pair, partition, &random)
        case 3: await pair.source.dropConnections()
        case 4: await pair.destination.dropConnections()
        case 5:
            await pair.engine.extendLease(until: .now)
            await pair.loop.pause(.milliseconds(Int64.random(in: 0...10, using: &random)))
            await pair.engine.extendLease(until: .now + .seconds(60))
        case 6:
            let targets = await pair.targets("orders", partitions: Self.partitions)
            await pair.engine.quiesce()
            await pair.engine.takeOver()
            await pair.engine.extendLease(until: .now + .seconds(60))
            await pair.engine.setTargets(targets)
        case 7:
            await pair.engine.setTargets(await pair.targets("orders", partitions: Self.partitions, .paused))
            await pair.engine.setTargets(await pair.targets("orders", partitions: Self.partitions))
        case 8: await pair.engine.checkIdlePartitions()
        case 9: await pair.loop.pause(.milliseconds(Int64.random(in: 1...20, using: &random)))
        default:
            let batches = Int.random(in: 1...4, using: &random)
            await pair.write(batches, records: Int.random(in: 1...5, using: &random), to: "orders", partition)
        }
    }

    /// The destination's leader goes with what its followers do not have yet.
    private func loseUnreplicated(
        _ pair: MirrorPair, _ partition: Int32, _ random: inout SeededGenerator
    ) async {
        await pair.destination.holdReplication("orders", partition, true)
        await pair.write(2, to: "orders", partition)
        await pair.loop.pause(.milliseconds(Int64.random(in: 0...20, using: &random)))
        await pair.destination.changeLeader("orders", partition)
        await pair.destination.holdReplication("orders", partition, false)
    }
}

/// Random numbers for closures that run on the brokers' loop.
private final class SharedRandom: Sendable {
    private let generator: Mutex<SeededGenerator>

    init(seed: UInt64) {
        generator = Mutex(SeededGenerator(seed: seed))
    }

    func next(_ bound: Int) -> Int {
        generator.withLock { Int.random(in: 0..<bound, using: &$0) }
    }
}
