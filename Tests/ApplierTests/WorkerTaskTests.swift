import EmbeddedBroker
import KafkaClient
import KafkaModel
import KafkaProtocol
import LinkStore
import LinkSync
import Planner
import TestSupport
import Testing

@testable import Applier

/// Applies beside what workers do by themselves.
@Suite("Applies and workers' tasks", .timeLimit(.minutes(1)))
struct WorkerTaskTests {
    /// A link whose filters select everything, applied while there was nothing to select.
    private func world() async throws -> World {
        let world = try await World()
        world.declare {
            $0.autoCreateFilters = TopicFilters([
                TopicFilter(name: "*", patternType: .literal, filterType: .include)
            ])
        }
        #expect(await world.apply().isComplete)
        return world
    }

    /// What a worker's discovery does with a plan.
    private func discover(_ world: World) async throws {
        let link = try found(try await world.contents().links["a"], "the link")
        let result = await world.apply(await world.plan().discovery(of: link, limit: 9)) { $0.isBrief = true }
        #expect(result.isComplete, "\(result.outcomes)")
    }

    @Test func `an apply that waits for no other apply waits for a task`() async throws {
        let world = try await world()
        await world.source.createTopic("orders")
        let plan = await world.plan()
        let task = try await StoreWriter.acquire(on: try world.dublin, .brief(holder: "worker 1"))
        async let applying = world.apply(plan)
        let seen = await world.destination.requestCount(.fetch)
        try await waitUntil("the apply looks at the lock") {
            await world.destination.requestCount(.fetch) > seen + 1
        }
        try await task.release()
        #expect(await applying.isComplete)
        await world.close()
    }

    @Test func `a task gives way to an apply at once`() async throws {
        let world = try await world()
        await world.source.createTopic("orders")
        let plan = await world.plan()
        let apply = try await StoreWriter.acquire(on: try world.dublin, .init(holder: "host 2"))
        let result = await world.apply(plan) { $0.isBrief = true }
        #expect(result.lockFailure?.isLockLost == true)
        #expect(try await world.mirror("orders") == nil)
        try await apply.release()
        await world.close()
    }

    @Test func `a topic that a worker made since the plan becomes what its entry says`() async throws {
        let world = try await world()
        await world.source.createTopic("orders")
        await world.source.createTopic("clicks")
        let wide = await world.plan()
        world.declare("orders", .paused)
        world.declare { $0.mirrorTopics[0].configs = ["segment.ms": "60000", "retention.ms": "5"] }
        let plan = await world.plan()
        #expect(plan.steps.count == 2)
        let link = try found(try await world.contents().links["a"], "the link")
        #expect(await world.apply(wide.discovery(of: link, limit: 9)) { $0.isBrief = true }.isComplete)
        #expect(try await world.mirror("orders")?.state == .active)
        #expect(await world.apply(plan).outcomes == [.alreadyDone, .done(note: nil)])
        let record = try #require(try await world.mirror("orders"))
        #expect(record.state == .paused)
        #expect(record.overrides == ["segment.ms": "60000", "retention.ms": "5"])
        #expect(await world.destination.ownConfigs(of: "orders")?["segment.ms"] == "60000")
        #expect(await world.plan().hasChanges == false)
        await world.close()
    }

    @Test func `a creation that a worker died in is gone on with, whoever planned it`() async throws {
        let world = try await world()
        await world.source.createTopic("orders")
        let plan = await world.plan()
        await world.destination.intercept(.createTopics, .times(3)) { _ in .dropAfter }
        let died = await world.apply(plan) { $0.isBrief = true }
        #expect(died.failedCount == 1)
        #expect(try await world.mirror("orders")?.state == .pendingMirror)
        await world.destination.stopIntercepting(.createTopics)
        #expect(await world.apply(plan).outcomes == [.done(note: nil)])
        #expect(try await world.mirror("orders")?.state == .active)
        await world.close()
    }

    private func configsTask(_ world: World, _ destination: ClusterClient) throws -> TopicConfigsSync {
        TopicConfigsSync(
            source: try found(world.clients["paris"], "the source"), destination: destination,
            store: StoreReader(destination), holder: "w")
    }

    @Test func `a worker's change of settings that meets the end of a mirror is taken back`() async throws {
        let world = try await world()
        await world.source.createTopic("orders", configs: ["retention.ms": "7000"])
        try await discover(world)
        await world.destination.setConfig("retention.ms", "1000", of: "orders")
        let contents = try await world.contents()
        let link = try found(contents.links["a"], "the link")
        let pass = TaskPass(link: link, contents: contents) { true }
        let task = try configsTask(world, try world.another())
        let gate = RequestGate()
        await world.destination.intercept(.incrementalAlterConfigs, .once) { _ in .hold(until: gate) }
        async let outcome = task.run(pass)
        try await waitUntil("the worker is about to repair") {
            await world.destination.requestCount(.incrementalAlterConfigs) == 1
        }
        world.declare("orders", .promoted)
        #expect(await world.apply { $0.allowIrreversible = true }.isComplete)
        #expect(await world.destination.ownConfigs(of: "orders")?["retention.ms"] == "7000")
        gate.open()
        #expect(await outcome.problems == [])
        #expect(await world.destination.ownConfigs(of: "orders")?["retention.ms"] == "7000")
        // A later pass leaves it alone.
        await world.destination.setConfig("retention.ms", "5", of: "orders")
        let again = try await world.contents()
        _ = await task.run(TaskPass(link: link, contents: again) { true })
        #expect(await world.destination.ownConfigs(of: "orders")?["retention.ms"] == "5")
        await world.close()
    }

    @Test func `what a task may not do is told with the right that it needs`() async throws {
        let world = try await world()
        await world.source.createTopic("orders")
        try await discover(world)
        await world.destination.setConfig("retention.ms", "1000", of: "orders")
        let contents = try await world.contents()
        let link = try found(contents.links["a"], "the link")
        let task = try configsTask(world, try world.dublin)
        await world.destination.intercept(.incrementalAlterConfigs, .once) { _ in .fail(.topicAuthorizationFailed) }
        let outcome = await task.run(TaskPass(link: link, contents: contents) { true })
        #expect(outcome.problems.map(\.code) == ["AUTHORIZATION_ERROR"])
        #expect(outcome.problems.map(\.subject) == ["orders"])
        await world.source.goDown()
        let blind = await task.run(TaskPass(link: link, contents: contents) { true })
        #expect(blind.isInError)
        // What a mirror needs is kept up without the source.
        #expect(await world.destination.ownConfigs(of: "orders")?["retention.ms"] == "-1")
        await world.close()
    }

    @Test func `another cluster behind the address of the source says nothing about settings`() async throws {
        let world = try await world()
        await world.source.createTopic("orders")
        try await discover(world)
        await world.source.setConfig("max.message.bytes", "77777", of: "orders")
        await world.destination.setConfig("retention.ms", "1000", of: "orders")
        let contents = try await world.contents()
        var link = try found(contents.links["a"], "the link")
        link.sourceClusterId = "rome"
        let task = try configsTask(world, try world.dublin)
        let before = await world.destination.ownConfigs(of: "orders")?["max.message.bytes"]
        let outcome = await task.run(TaskPass(link: link, contents: contents) { true })
        #expect(outcome.problems.map(\.code) == ["MISCONFIGURATION_ERROR"])
        #expect(await world.destination.ownConfigs(of: "orders")?["max.message.bytes"] == before)
        // What a mirror needs is kept up without the source.
        #expect(await world.destination.ownConfigs(of: "orders")?["retention.ms"] == "-1")
        await world.close()
    }

    @Test func `a pass that lost its task changes nothing`() async throws {
        let world = try await world()
        await world.source.createTopic("orders")
        try await discover(world)
        await world.destination.setConfig("retention.ms", "1000", of: "orders")
        let contents = try await world.contents()
        let link = try found(contents.links["a"], "the link")
        let task = try configsTask(world, try world.dublin)
        _ = await task.run(TaskPass(link: link, contents: contents) { false })
        #expect(await world.destination.ownConfigs(of: "orders")?["retention.ms"] == "1000")
        await world.close()
    }
}
