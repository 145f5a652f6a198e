import EmbeddedBroker
import KafkaClient
import KafkaModel
import LinkStore
import Planner
import TestSupport
import Testing

@testable import Applier

/// Ends that an apply decides by itself because no worker lives.
@Suite("Ending mirrors without workers", .timeLimit(.minutes(1)))
struct UnattendedEndTests {
    /// A mirror of one partition with three records on both sides.
    private func world(_ configs: [String: String] = [:]) async throws -> World {
        let world = try await World()
        await world.source.createTopic("orders", configs: configs)
        world.declare("orders")
        let result = await world.apply()
        #expect(result.isComplete, "\(result.outcomes)")
        for number in 0..<3 { await world.source.appendRecord(key: "k", value: "\(number)", to: "orders") }
        try await world.copy("orders")
        return world
    }

    private func promote(_ world: World) async throws -> String {
        world.declare("orders", .promoted)
        let outcomes = await world.apply { $0.allowIrreversible = true }.outcomes
        if try await world.mirror("orders")?.state == .pendingStopped { return "pending: \(outcomes)" }
        return "\(outcomes)"
    }

    // MARK: Promotion

    @Test func `equal ends are not enough: the last records have to be the source's`() async throws {
        let world = try await world()
        await world.source.appendRecord(value: "theirs", to: "orders")
        await world.destination.appendRecord(value: "foreign", to: "orders")
        let outcome = try await promote(world)
        #expect(
            outcome.contains("pending:") && outcome.contains("it cannot be promoted without a worker"), "\(outcome)")
        #expect(outcome.contains("the last record of orders-0, at offset 3, is not the source"), "\(outcome)")
        // It is kept as it is when that is asked for.
        world.declare("orders", .failedOver)
        #expect(await world.apply { $0.allowIrreversible = true }.isComplete)
        await world.close()
    }

    @Test func `batches of a compacted topic are not compared`() async throws {
        let world = try await world(["cleanup.policy": "compact"])
        await world.source.appendRecord(key: "k", value: "theirs", to: "orders")
        await world.destination.appendRecord(key: "k", value: "cleaned", to: "orders")
        #expect(try await promote(world) == #"[Applier.StepOutcome.done(note: Optional("no worker was running"))]"#)
        await world.close()
    }

    @Test func `a mirror that has more than its source is no copy`() async throws {
        let world = try await world()
        await world.destination.appendRecord(value: "foreign", to: "orders")
        let outcome = try await promote(world)
        #expect(
            outcome.contains("partition 0 of orders on dublin ends at 4, and that of paris/orders ends at 3"),
            "\(outcome)")
        #expect(outcome.contains("pending:"))
        await world.close()
    }

    @Test func `a source topic that is made anew while a promotion waits has nothing to do with the mirror`()
        async throws
    {
        let world = try await world()
        await world.source.appendRecord(value: "3", to: "orders")
        world.declare("orders", .promoted)
        let plan = await world.plan()
        async let applying = world.apply(plan) { $0.allowIrreversible = true }
        try await waitUntil("the apply waits") {
            world.events.contains { $0.contains("waiting: lag 1") }
        }
        try await found(world.clients["paris"], "paris").deleteTopic("orders")
        await world.source.createTopic("orders")
        let outcomes = "\(await applying.outcomes)"
        #expect(outcomes.contains("source topic paris/orders was recreated"), "\(outcomes)")
        #expect(try await world.mirror("orders")?.state == .pendingStopped)
        // Nor does the next plan go on with it.
        let next = await world.plan()
        #expect(next.steps.isEmpty && next.blocked.map(\.rule) == [.sourceRecreated], "\(next.steps)")
        await world.close()
    }

    // MARK: Failover

    @Test func `a failover waits for what a worker that died may have sent`() async throws {
        let world = try await world()
        try await world.reportStopped("orders", partitions: 1, next: 3, end: 3)
        world.declare("orders", .failedOver)
        let plan = await world.plan()
        let options: @Sendable (inout ApplyOptions) -> Void = {
            $0.allowIrreversible = true
            $0.quietMs = 3_600_000
            $0.failoverTimeoutMs = 1_500
        }
        guard case .failed(let reason) = await world.apply(plan, options).outcomes.first else {
            Issue.record("the failover should wait")
            return
        }
        #expect(reason.contains("it did not stop within 1500ms"))
        #expect(
            world.events.contains {
                $0.hasPrefix("1 waiting: 0 of 1 partition stopped, no worker is running; what one has sent may still ")
            }, "\(world.events)")
        #expect(await world.apply { $0.allowIrreversible = true }.isComplete)
        #expect(try await world.mirror("orders")?.state == .stopped)
        await world.close()
    }

    @Test func `a topic that somebody made under the mirror's name is not ended`() async throws {
        let world = try await world()
        try await world.reportStopped("orders", partitions: 1, next: 3, end: 3)
        world.declare("orders", .failedOver)
        let plan = await world.plan()
        async let applying = world.apply(plan) {
            $0.allowIrreversible = true
            $0.quietMs = 3_000
        }
        try await waitUntil("the request is there") { try await world.mirror("orders")?.state == .pendingStopped }
        try await world.dublin.deleteTopic("orders")
        await world.destination.createTopic("orders", configs: ["retention.ms": "77"])
        let outcomes = "\(await applying.outcomes)"
        #expect(outcomes.contains("topic orders on dublin was recreated by somebody"), "\(outcomes)")
        #expect(await world.destination.ownConfigs(of: "orders") == ["retention.ms": "77"])
        let next = await world.plan()
        #expect(next.steps.isEmpty && next.blocked.map(\.rule) == [.mirrorLost], "\(next.steps)")
        // The record is all there is to remove.
        world.declare("orders", .absent)
        #expect(await world.apply().isComplete)
        #expect(try await world.mirror("orders") == nil)
        #expect(await world.destination.topicId("orders") != nil)
        await world.close()
    }
}
