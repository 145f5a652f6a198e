import EmbeddedBroker
import KafkaClient
import KafkaModel
import KafkaProtocol
import Planner
import TestSupport
import Testing

@testable import Applier

@Suite("Cut-off creations", .timeLimit(.minutes(1)))
struct CreationRecoveryTests {
    /// A link without mirror topics, and one source topic that is declared.
    private func world() async throws -> World {
        let world = try await World()
        #expect(await world.apply().isComplete)
        await world.source.createTopic("orders", partitions: 2)
        world.declare("orders")
        return world
    }

    @Test func `cut off before the topic, the next apply creates it`() async throws {
        let world = try await world()
        await world.destination.intercept(.createTopics, .always) { _ in .dropBefore }
        #expect(await world.apply().failedCount == 1)
        #expect(try await world.mirror("orders")?.state == .pendingMirror)
        #expect(await world.destination.topicId("orders") == nil)
        await world.destination.stopIntercepting(.createTopics)
        #expect(await world.plan().steps.map(\.headline) == ["finish creation"])
        #expect(await world.apply().isComplete)
        #expect(try await world.mirror("orders")?.state == .active)
        #expect(await world.plan().hasChanges == false)
        await world.close()
    }

    @Test func `a topic whose creation got no answer is taken over by the same apply`() async throws {
        let world = try await world()
        await world.destination.intercept(.createTopics, .once) { _ in .dropAfter }
        // The second attempt meets the topic that the first one made.
        #expect(await world.apply().outcomes == [.done(note: nil)])
        let made = try #require(await world.destination.topicId("orders"))
        #expect(try await world.mirror("orders")?.topicId == "\(made)")
        await world.close()
    }

    @Test func `a pending topic that was made by an apply which died is taken over while it is empty`() async throws {
        let world = try await world()
        await world.destination.intercept(.createTopics, .times(3)) { _ in .dropBefore }
        #expect(await world.apply().failedCount == 1)
        let plan = await world.plan()
        guard case .createMirrorTopic(let creation) = try found(plan.steps.first, "the step").operation else {
            Issue.record("the step should finish the creation")
            return
        }
        var configs = creation.configs
        for bound in ["before", "after"] { configs["message.timestamp.\(bound).max.ms"] = "\(Int64.max)" }
        await world.destination.createTopic("orders", partitions: 2, configs: configs)
        #expect(await world.apply().outcomes == [.done(note: nil)])
        let made = await world.destination.topicId("orders").map { "\($0)" }
        #expect(try await world.mirror("orders")?.topicId == made)
        await world.close()
    }

    @Test func `a pending topic is taken over also when settings have changed since, and gets them`() async throws {
        let world = try await world()
        await world.setSource("orders", ["cleanup.policy": "compact, delete", "delete.retention.ms": "60000"])
        await world.destination.intercept(.createTopics, .always) { _ in .dropBefore }
        #expect(await world.apply().failedCount == 1)
        let attempt = try #require(try await world.mirror("orders")?.attempts?.first)
        #expect(attempt["delete.retention.ms"] == "60000")
        // The first attempt reaches the broker after its apply has died; the policy is kept in the broker's spelling.
        await world.destination.createTopic(
            "orders", partitions: 2, configs: attempt.merging(["cleanup.policy": "delete,compact"]) { $1 })
        await world.destination.stopIntercepting(.createTopics)
        await world.setSource("orders", ["delete.retention.ms": nil, "max.message.bytes": "2000000"])
        let result = await world.apply()
        #expect(result.isComplete, "\(result.outcomes)")
        let record = try #require(try await world.mirror("orders"))
        #expect(record.state == .active && record.attempts == nil)
        #expect(await world.destination.topicId("orders").map { "\($0)" } == record.topicId)
        let configs = try #require(await world.destination.ownConfigs(of: "orders"))
        #expect(configs["max.message.bytes"] == "2000000" && configs["delete.retention.ms"] == nil, "\(configs)")
        #expect(await world.plan().hasChanges == false)
        await world.close()
    }

    @Test(arguments: [true, false])
    func `somebody else's topic is never taken over, also when it appears in the middle`(
        _ isEmpty: Bool
    ) async throws {
        let world = try await world()
        let gate = RequestGate()
        await world.destination.intercept(.createTopics, .once) { _ in .hold(until: gate) }
        let plan = await world.plan()
        async let applying = world.apply(plan)
        try await waitUntil("the apply is about to create") {
            await world.destination.requestCount(.createTopics) >= 2
        }
        await world.destination.createTopic("orders", partitions: 2)
        if !isEmpty { await world.destination.appendRecord(value: "theirs", to: "orders") }
        let theirs = await world.destination.topicId("orders")
        gate.open()
        #expect(
            await applying.outcomes == [
                .failed(
                    "topic orders exists on dublin and was not made by Lockstep; it was left untouched. "
                        + "Rename or delete that topic, or give the link a prefix.")
            ])
        #expect(await world.destination.topicId("orders") == theirs)
        #expect(try await world.mirror("orders") == nil)
        let next = await world.plan()
        #expect(next.steps.isEmpty)
        #expect(next.blocked.map(\.rule) == [.nameTaken])
        await world.close()
    }

    @Test func `a refused creation leaves nothing pending`() async throws {
        let world = try await world()
        await world.destination.intercept(.createTopics, .once) { _ in .fail(.policyViolation) }
        let result = await world.apply()
        guard case .failed(let reason) = result.outcomes.first else {
            Issue.record("the creation should fail: \(result.outcomes)")
            return
        }
        #expect(reason.contains("CreateTopics of topic orders was refused with POLICY_VIOLATION (44)"))
        #expect(try await world.mirror("orders") == nil)
        #expect(await world.apply().isComplete)
        await world.close()
    }
}
