import EmbeddedBroker
import KafkaClient
import KafkaModel
import KafkaProtocol
import LinkStore
import Planner
import TestSupport
import Testing

@testable import Applier

@Suite("Ending mirrors", .timeLimit(.minutes(1)))
struct MirrorEndingTests {
    /// A mirror of two partitions with three records each on both sides.
    private func world() async throws -> World {
        let world = try await World()
        await world.source.createTopic("orders", partitions: 2, configs: ["retention.ms": "1000"])
        world.declare("orders")
        let result = await world.apply()
        #expect(result.isComplete, "\(result.outcomes)")
        for partition in Int32(0)..<2 {
            for number in 0..<3 {
                await world.source.appendRecord(value: "\(number)", to: "orders", partition)
            }
            try await world.copy("orders", partition)
        }
        return world
    }

    @Test func `a promotion without a second yes is not tried`() async throws {
        let world = try await world()
        world.declare("orders", .promoted)
        #expect(
            await world.apply().outcomes == [
                .skipped("it cannot be undone; give --allow-irreversible to do it")
            ])
        #expect(try await world.mirror("orders")?.state == .active)
        await world.close()
    }

    @Test func `a level mirror is promoted without workers, and gets its source's settings`() async throws {
        let world = try await world()
        world.declare("orders", .promoted)
        let result = await world.apply { $0.allowIrreversible = true }
        #expect(result.outcomes == [.done(note: "no worker was running")])
        let record = try #require(try await world.mirror("orders"))
        #expect(record.state == .stopped)
        #expect(record.stop?.mode == .promote)
        #expect(record.stoppedOffsets == [3, 3])
        let configs = try await world.dublin.topicConfigs("orders")
        #expect(configs["retention.ms"] == TopicConfig(value: "1000", isOverride: true))
        #expect(configs["compression.type"]?.isOverride == false)
        #expect(configs["message.timestamp.after.max.ms"]?.isOverride == false)
        #expect(await world.plan().hasChanges == false)
        await world.close()
    }

    @Test func `a lagging mirror is not promoted; applying again once it is level finishes it`() async throws {
        let world = try await world()
        await world.source.appendRecord(value: "3", to: "orders", 1)
        world.declare("orders", .promoted)
        world.declare { $0.promoteTimeoutMs = 1500 }
        let result = await world.apply { $0.allowIrreversible = true }
        #expect(
            result.outcomes == [
                .failed(
                    "it did not stop within 1500ms: lag 1, 0 of 2 partitions stopped. No worker is running: start one. "
                        + "It stays PENDING_STOPPED; apply again to go on waiting, or declare state: FAILED_OVER to "
                        + "stop it as it is.")
            ])
        #expect(world.events.contains("1 waiting: lag 1, 0 of 2 partitions stopped, no worker is running"))
        let request = try #require(try await world.mirror("orders")?.stop?.requestId)

        try await world.copy("orders", 1)
        #expect(await world.apply().outcomes == [.done(note: "no worker was running")])
        #expect(try await world.mirror("orders")?.stop?.requestId == request)
        #expect(try await world.mirror("orders")?.stoppedOffsets == [3, 4])
        await world.close()
    }

    @Test func `workers that live are waited for, and what came later is told`() async throws {
        let world = try await world()
        let worker = try await member(of: "lockstep.a", world)
        world.declare("orders", .promoted)
        let plan = await world.plan()
        async let applying = world.apply(plan) { $0.allowIrreversible = true }
        try await waitUntil("the request is there") { try await world.mirror("orders")?.state == .pendingStopped }
        try await waitUntil("the apply waits") {
            world.events.contains("1 waiting: lag 0, 0 of 2 partitions stopped")
        }
        try await world.reportStopped("orders", partitions: 2, next: 3, end: 3)
        await world.source.appendRecord(value: "late", to: "orders")
        let outcomes = await applying.outcomes
        // Whether the late record is seen depends on who is faster; either way the mirror has stopped.
        let note = "1 record came to the source after it had stopped"
        #expect(outcomes == [.done(note: nil)] || outcomes == [.done(note: note)], "\(outcomes)")
        #expect(try await world.mirror("orders")?.state == .stopped)
        try await worker.leave()
        await world.close()
    }

    @Test func `a promotion waits until everything is replicated`() async throws {
        let world = try await world()
        await world.destination.holdReplication("orders", 0, true)
        await world.source.appendRecord(value: "3", to: "orders", 0)
        try await world.copy("orders", 0)
        world.declare("orders", .promoted)
        let plan = await world.plan()
        async let applying = world.apply(plan) { $0.allowIrreversible = true }
        try await waitUntil("it waits for replicas") {
            world.events.contains("1 waiting: 1 record to be replicated")
        }
        #expect(try await world.mirror("orders")?.state == .pendingStopped)
        await world.destination.holdReplication("orders", 0, false)
        #expect(await applying.isComplete)
        #expect(try await world.mirror("orders")?.stoppedOffsets == [4, 3])
        await world.close()
    }

    @Test func `a failover works with the source down and says what may be missing`() async throws {
        let world = try await world()
        world.declare("orders", .failedOver)
        await world.source.goDown()
        let plan = await world.plan()
        #expect(plan.steps.count == 1, "\(plan.blocked)")
        let result = await world.apply(plan) { $0.allowIrreversible = true }
        #expect(result.outcomes == [.done(note: "no worker was running; how much was not copied is unknown")])
        #expect(try await world.mirror("orders")?.state == .stopped)
        #expect(try await world.mirror("orders")?.stop?.mode == .failover)
        await world.close()
    }

    /// A failover beside a worker that lets go of both partitions, with what it then reports of the source.
    private func failover(sourceEnd: Int64, seenMsAgo: Int64 = 0) async throws -> [StepOutcome] {
        let world = try await world()
        let worker = try await member(of: "lockstep.a", world)
        world.declare("orders", .failedOver)
        let plan = await world.plan()
        async let applying = world.apply(plan) { $0.allowIrreversible = true }
        try await waitUntil("the apply waits") { world.events.contains("1 waiting: 0 of 2 partitions stopped") }
        try await world.reportStopped("orders", partitions: 2, next: 3, end: sourceEnd, ageMs: seenMsAgo)
        let outcomes = await applying.outcomes
        try await worker.leave()
        await world.close()
        return outcomes
    }

    @Test func `a failover waits for a live worker to let go`() async throws {
        #expect(try await failover(sourceEnd: 8) == [.done(note: "10 records were not copied, as last seen")])
    }

    @Test func `a failover does not call complete what it has not seen for long`() async throws {
        #expect(
            try await failover(sourceEnd: 3, seenMsAgo: 600_000) == [
                .done(note: "nothing was missing when the source was last seen 10m ago; what came since is unknown")
            ])
    }

    /// Who gives the mirror the partitions that its source got while the promotion waits.
    enum Grower { case apply, worker }

    @Test(arguments: [Grower.apply, .worker])
    func `a promotion takes along the partitions that the source got while it waited`(_ grower: Grower) async throws {
        let world = try await world()
        let worker = try await member(of: "lockstep.a", world)
        world.declare("orders", .promoted)
        let plan = await world.plan()
        async let applying = world.apply(plan) { $0.allowIrreversible = true }
        try await waitUntil("the apply waits") {
            world.events.contains("1 waiting: lag 0, 0 of 2 partitions stopped")
        }
        let source = try #require(world.clients["paris"])
        try await source.createPartitions("orders", total: 3)
        await world.source.appendRecord(value: "late", to: "orders", 2)
        if grower == .worker { try await world.dublin.createPartitions("orders", total: 3) }
        try await world.reportStopped("orders", partitions: 2, next: 3, end: 3)
        try await waitUntil("it waits for the third partition") {
            world.events.contains("1 waiting: lag 1, 2 of 3 partitions stopped")
        }
        #expect(try await world.mirror("orders")?.state == .pendingStopped)
        await world.destination.appendRecord(value: "late", to: "orders", 2)
        try await world.reportStopped("orders", partitions: 3, next: 3, end: 3)
        #expect(await applying.isComplete)
        #expect(try await world.mirror("orders")?.stoppedOffsets == [3, 3, 1])
        try await worker.leave()
        await world.close()
    }

    @Test func `partitions that a worker added first are no failure of the promotion`() async throws {
        let world = try await world()
        let worker = try await member(of: "lockstep.a", world)
        world.declare("orders", .promoted)
        let plan = await world.plan()
        async let applying = world.apply(plan) { $0.allowIrreversible = true }
        try await waitUntil("the request is there") { try await world.mirror("orders")?.state == .pendingStopped }
        let other = try world.another()
        // The apply has seen two partitions; by the time it asks for the third one it is there.
        await world.destination.intercept(.createPartitions, .once) { _ in
            .fail(.invalidPartitions)
        }
        let source = try #require(world.clients["paris"])
        try await source.createPartitions("orders", total: 3)
        try await world.reportStopped("orders", partitions: 2, next: 3, end: 3)
        try await waitUntil("the apply asks for the third partition") {
            await world.destination.requestCount(.createPartitions) > 0
        }
        try await other.createPartitions("orders", total: 3)
        try await world.reportStopped("orders", partitions: 3, next: 3, end: 3)
        #expect(await applying.isComplete)
        #expect(try await world.mirror("orders")?.stoppedOffsets == [3, 3, 0])
        try await worker.leave()
        await other.close()
        await world.close()
    }

    @Test func `a promotion is not over before the source's settings are there`() async throws {
        let world = try await world()
        world.declare("orders", .promoted)
        await world.destination.intercept(.incrementalAlterConfigs, .always) { _ in .fail(.policyViolation) }
        let outcomes = await world.apply { $0.allowIrreversible = true }.outcomes
        #expect("\(outcomes)".contains("settings of the source could not be put back"), "\(outcomes)")
        #expect("\(outcomes)".contains("It stays PENDING_STOPPED"))
        #expect(try await world.mirror("orders")?.state == .pendingStopped)
        await world.destination.stopIntercepting(.incrementalAlterConfigs)
        #expect(await world.apply().isComplete)
        #expect(try await world.dublin.topicConfigs("orders")["retention.ms"]?.value == "1000")
        await world.close()
    }

    @Test func `a setting that a policy refuses can be replaced by the entry's while the promotion waits`() async throws
    {
        let world = try await world()
        world.declare("orders", .promoted)
        await world.destination.intercept(.incrementalAlterConfigs, .always) { _ in .fail(.policyViolation) }
        #expect(await world.apply { $0.allowIrreversible = true }.failedCount == 1)
        await world.destination.stopIntercepting(.incrementalAlterConfigs)
        world.declare { $0.mirrorTopics[0].configs = ["retention.ms": "5000"] }
        let result = await world.apply()
        #expect(result.isComplete && result.outcomes.count == 2, "\(result.outcomes)")
        #expect(try await world.dublin.topicConfigs("orders")["retention.ms"]?.value == "5000")
        await world.close()
    }

    @Test func `an accepted promotion can become a failover`() async throws {
        let world = try await world()
        await world.source.appendRecord(value: "3", to: "orders", 1)
        world.declare("orders", .promoted)
        world.declare { $0.promoteTimeoutMs = 100 }
        #expect(await world.apply { $0.allowIrreversible = true }.failedCount == 1)
        world.declare("orders", .failedOver)
        #expect(await world.apply { $0.allowIrreversible = true }.isComplete)
        #expect(try await world.mirror("orders")?.stop?.mode == .failover)
        await world.close()
    }

    // MARK: Deletion

    @Test func `a deletion needs its second yes, deletes topic and record, and nothing else`() async throws {
        let world = try await world()
        world.declare("orders", .absent)
        world.declare { $0.deletionProtection = false }
        #expect(
            await world.apply().outcomes == [.skipped("it deletes data; give --allow-delete to do it")])
        #expect(await world.destination.topicId("orders") != nil)
        try await world.reportStopped("orders", partitions: 2, next: 3, end: 3)
        #expect(await world.apply { $0.allowDelete = true }.outcomes == [.done(note: nil)])
        #expect(await world.destination.topicId("orders") == nil)
        #expect(try await world.contents().mirrors.isEmpty)
        #expect(try await world.contents().reports.isEmpty)
        #expect(await world.source.topicId("orders") != nil)
        #expect(await world.plan().hasChanges == false)
        await world.close()
    }

    @Test func `a deletion whose answer was lost is done`() async throws {
        let world = try await world()
        world.declare("orders", .absent)
        world.declare { $0.deletionProtection = false }
        let plan = await world.plan()
        await world.destination.intercept(.deleteTopics, .once) { _ in .dropAfter }
        #expect(await world.apply(plan) { $0.allowDelete = true }.isComplete)
        #expect(try await world.mirror("orders") == nil)
        await world.close()
    }

    @Test func `a mirror whose topic is gone is forgotten`() async throws {
        let world = try await world()
        world.declare("orders", .absent)
        try await world.dublin.deleteTopic("orders")
        #expect(await world.apply().outcomes == [.done(note: nil)])
        #expect(try await world.mirror("orders") == nil)
        await world.close()
    }

    private func member(of group: String, _ world: World) async throws -> GroupMembership {
        let membership = GroupMembership(
            GroupSettings(
                groupId: group, protocolName: "shares", sessionTimeoutMs: 600_000, rebalanceTimeoutMs: 30_000),
            client: try world.dublin)
        _ = try await membership.establish { members in [members[0].memberId: []] }
        return membership
    }
}
