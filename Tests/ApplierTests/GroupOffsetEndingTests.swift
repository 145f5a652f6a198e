import EmbeddedBroker
import KafkaClient
import KafkaModel
import KafkaProtocol
import LinkStore
import Planner
import TestSupport
import Testing

@testable import Applier

/// Group offsets when a mirror topic ends.
@Suite("Ending mirrors with groups", .timeLimit(.minutes(1)))
struct GroupOffsetEndingTests {
    /// A level mirror of two partitions with three records each, of a link that syncs every group.
    private func world() async throws -> World {
        let world = try await World()
        await world.source.createTopic("orders", partitions: 2)
        world.declare("orders")
        world.declare { link in
            link.configs["consumer.offset.sync.enable"] = "true"
            link.groupFilters = TopicFilters([TopicFilter(name: "*", patternType: .literal, filterType: .include)])
        }
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

    private static func place(_ partition: Int32) -> TopicPartition {
        TopicPartition(topic: "orders", partition: partition)
    }

    private func commit(_ group: String, _ offset: Int64, on client: ClusterClient) async throws {
        let answer = await client.commitOffsets([group: [Self.place(0): CommittedOffset(offset: offset)]])
        #expect(try answer[group]?.get() == [Self.place(0): .noError])
    }

    private func committed(_ group: String, _ world: World) async throws -> Int64? {
        try await world.dublin.committedOffsets(of: [group])[group]?.get()[Self.place(0)]?.offset
    }

    private func paris(_ world: World) throws -> ClusterClient { try found(world.clients["paris"], "paris") }

    private func promote(_ world: World) async -> ApplyResult {
        await world.apply { $0.allowIrreversible = true }
    }

    @Test func `a promotion syncs a last time, and tells of groups that are still active`() async throws {
        let world = try await world()
        try await commit("a", 3, on: paris(world))
        try await commit("b", 2, on: paris(world))
        try await commit("a", 1, on: world.dublin)
        let member = try await member(of: "active", on: paris(world), committing: 2)
        world.declare("orders", .promoted)
        #expect(
            await promote(world).outcomes == [
                .done(
                    note: "no worker was running; 3 offsets of 3 groups in place; still active on the source: active")
            ])
        #expect(try await committed("a", world) == 3)
        #expect(try await committed("b", world) == 2)
        #expect(try await committed("active", world) == 2)
        try await member.leave()
        await world.close()
    }

    @Test func `it waits until the worker that syncs offsets has read the request`() async throws {
        let world = try await world()
        try await commit("a", 3, on: paris(world))
        let worker = try await member(of: "lockstep.a", on: world.dublin, committing: nil)
        try await report(seen: try await world.contents().endOffset, world)
        world.declare("orders", .promoted)
        let plan = await world.plan()
        async let applying = world.apply(plan) { $0.allowIrreversible = true }
        try await waitUntil("the request is there") { try await world.mirror("orders")?.state == .pendingStopped }
        try await world.reportStopped("orders", partitions: 2, next: 3, end: 3)
        try await waitUntil("the apply waits for the task") {
            world.events.contains("1 waiting: the worker that syncs group offsets")
        }
        // A commit that the worker's last pass still makes, with the numbers of a moment ago.
        try await commit("a", 1, on: world.dublin)
        #expect(try await world.mirror("orders")?.state == .pendingStopped)
        try await report(seen: try await world.contents().endOffset, world)
        #expect(await applying.isComplete)
        #expect(try await committed("a", world) == 3)
        try await worker.leave()
        await world.close()
    }

    @Test func `a worker that never lets go is named, and nothing is stopped`() async throws {
        let world = try await world()
        let worker = try await member(of: "lockstep.a", on: world.dublin, committing: nil)
        try await report(seen: 1, world)
        world.declare("orders", .promoted)
        world.declare { $0.promoteTimeoutMs = 10_000 }
        let plan = await world.plan()
        async let applying = world.apply(plan) { $0.allowIrreversible = true }
        try await waitUntil("the request is there") { try await world.mirror("orders")?.state == .pendingStopped }
        try await world.reportStopped("orders", partitions: 2, next: 3, end: 3)
        #expect(
            await applying.outcomes == [
                .failed(
                    "the worker that syncs group offsets (w) has not let go of orders. It stays PENDING_STOPPED; look at "
                        + "that worker's log, then apply again.")
            ])
        // The next apply goes on with the same request, once the worker has read it.
        let request = try await world.mirror("orders")?.stop?.requestId
        world.declare { $0.promoteTimeoutMs = 20_000 }
        let again = await world.plan()
        func waits() -> Int { world.events.count { $0 == "1 waiting: the worker that syncs group offsets" } }
        let before = waits()
        async let continued = world.apply(again) { $0.allowIrreversible = true }
        try await waitUntil("the apply waits for the task again") { waits() > before }
        try await report(seen: try await world.contents().endOffset, world)
        #expect(await continued.isComplete)
        #expect(try await world.mirror("orders")?.stop?.requestId == request)
        try await worker.leave()
        await world.close()
    }

    @Test func `groups whose offsets cannot be synced hold the promotion up`() async throws {
        let world = try await world()
        try await commit("a", 3, on: paris(world))
        await world.destination.intercept(.offsetCommit, .always) { _ in .fail(.groupAuthorizationFailed) }
        world.declare("orders", .promoted)
        world.declare { $0.promoteTimeoutMs = 1_500 }
        let outcomes = await promote(world).outcomes
        guard case .failed(let reason) = try #require(outcomes.first) else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(reason.contains("Allow the link's principal READ on group a on dublin."))
        #expect(reason.contains("It stays PENDING_STOPPED"))
        await world.destination.stopIntercepting(.offsetCommit)
        #expect(await promote(world).isComplete)
        #expect(try await committed("a", world) == 3)
        await world.close()
    }

    @Test func `offsets that a broker does not take yet are no last sync`() async throws {
        let world = try await world()
        try await commit("a", 3, on: paris(world))
        await world.destination.intercept(.offsetCommit, .times(3)) { _ in .fail(.unknownTopicOrPartition) }
        world.declare("orders", .promoted)
        #expect(
            await promote(world).outcomes == [.done(note: "no worker was running; 1 offset of 1 group in place")])
        #expect(try await committed("a", world) == 3)
        #expect(await world.destination.requestCount(.offsetCommit) > 3)
        await world.close()
    }

    @Test func `a group in use on the destination hides nothing of another group`() async throws {
        let world = try await world()
        try await commit("a", 3, on: paris(world))
        try await commit("b", 3, on: paris(world))
        let member = try await member(of: "a", on: world.dublin, committing: 1)
        await world.destination.intercept(.offsetCommit, .times(3)) { _ in .fail(.unknownTopicOrPartition) }
        world.declare("orders", .promoted)
        let result = await promote(world)
        #expect(result.isComplete, "\(result.outcomes)")
        #expect(try await committed("b", world) == 3)
        #expect(try await committed("a", world) == 1)
        try await member.leave()
        await world.close()
    }

    @Test func `a group in use on the destination keeps its offsets and is told`() async throws {
        let world = try await world()
        try await commit("a", 3, on: paris(world))
        let member = try await member(of: "a", on: world.dublin, committing: 1)
        world.declare("orders", .promoted)
        let result = await promote(world)
        #expect(result.isComplete)
        #expect("\(result.outcomes)".contains("a: it has members on dublin (Stable)"))
        #expect(try await committed("a", world) == 1)
        try await member.leave()
        await world.close()
    }

    @Test func `a failover lowers offsets behind the mirror's end with the source down`() async throws {
        let world = try await world()
        try await commit("a", 7, on: world.dublin)
        try await commit("b", 2, on: world.dublin)
        world.declare("orders", .failedOver)
        await world.source.goDown()
        let result = await world.apply { $0.allowIrreversible = true }
        #expect("\(result.outcomes)".contains("1 offset of groups lowered to the end of the mirror"))
        #expect(try await committed("a", world) == 3)
        #expect(try await committed("b", world) == 2)
        #expect(try await world.mirror("orders")?.state == .stopped)
        await world.close()
    }

    /// A report of the task that has read up to an offset of the store.
    private func report(seen: Int64, _ world: World) async throws {
        try await ReportWriter(try world.dublin).write(
            TaskReport(
                link: "a", task: .consumerOffsetSync, worker: "w", summary: "", lastSuccessMs: nil, seenOffset: seen,
                atMs: WallClock.nowMs))
    }

    /// A member of a group, which commits an offset if one is given.
    private func member(
        of group: String, on client: ClusterClient, committing offset: Int64?
    ) async throws -> GroupMembership {
        if let offset { try await commit(group, offset, on: client) }
        let membership = GroupMembership(
            GroupSettings(
                groupId: group, protocolType: group.hasPrefix("lockstep.") ? "lockstep" : "consumer",
                protocolName: "shares", sessionTimeoutMs: 600_000, rebalanceTimeoutMs: 30_000),
            client: client)
        _ = try await membership.establish { members in [members[0].memberId: []] }
        return membership
    }
}
