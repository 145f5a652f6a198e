import EmbeddedBroker
import KafkaClient
import KafkaModel
import KafkaProtocol
import LinkStore
import Planner
import TestSupport
import Testing

@testable import Applier

@Suite("Applier", .timeLimit(.minutes(1)))
struct ApplierTests {
    /// A link with one mirror topic of two partitions, applied.
    private func mirrored(_ topic: String = "orders") async throws -> World {
        let world = try await World()
        await world.source.createTopic(
            topic, partitions: 2, configs: ["cleanup.policy": "compact", "retention.ms": "1000"])
        world.declare(topic)
        let result = await world.apply()
        #expect(result.isComplete, "\(result.outcomes)")
        return world
    }

    @Test func `an empty destination gets store, link and mirror topic, and the next plan is empty`() async throws {
        let world = try await mirrored()
        #expect(
            world.events == [
                "1 started", "1 done(note: nil)", "2 started", "2 done(note: nil)", "3 started", "3 done(note: nil)",
            ])
        let plan = await world.plan()
        #expect(!plan.hasChanges && !plan.isBlocked && !plan.isIncomplete, "\(plan.steps) \(plan.blocked)")
        let record = try #require(try await world.mirror("orders"))
        #expect(record.state == .active)
        #expect(record.topicId == (await world.destination.topicId("orders")).map { "\($0)" })
        #expect(record.restoreConfigs["retention.ms"] == "1000")
        let configs = try await world.dublin.topicConfigs("orders")
        for (name, value) in [
            "cleanup.policy": "compact", "compression.type": "producer", "retention.ms": "-1",
            "message.timestamp.after.max.ms": "9223372036854775807",
            "message.timestamp.before.max.ms": "9223372036854775807",
        ] {
            #expect(configs[name] == TopicConfig(value: value, isOverride: true), "\(name)")
        }
        #expect(try await world.contents().lock == nil)
        await world.close()
    }

    @Test func `reading and planning write nothing`() async throws {
        let world = try await mirrored()
        world.declare("orders", .paused)
        var before: [APIKey: Int] = [:]
        let writes: [APIKey] = [
            .produce, .createTopics, .createPartitions, .deleteTopics, .incrementalAlterConfigs, .initProducerId,
            .addPartitionsToTxn, .endTxn, .deleteRecords, .offsetCommit, .joinGroup,
        ]
        for key in writes { before[key] = await world.destination.requestCount(key) }
        #expect(await world.plan().steps.count == 1)
        for key in writes {
            #expect(await world.destination.requestCount(key) == before[key], "\(key)")
            #expect(await world.source.requestCount(key) == 0, "\(key)")
        }
        await world.close()
    }

    @Test func `a plan applied twice is found done the second time`() async throws {
        let world = try await World()
        await world.source.createTopic("orders")
        world.declare("orders")
        let plan = await world.plan()
        #expect(await world.apply(plan).outcomes == [.done(note: nil), .done(note: nil), .done(note: nil)])
        #expect(await world.apply(plan).outcomes == [.alreadyDone, .alreadyDone, .alreadyDone])
        await world.close()
    }

    @Test func `states change in the records`() async throws {
        let world = try await mirrored()
        world.declare("orders", .paused)
        world.declare { $0.state = .paused }
        #expect(await world.apply().isComplete)
        #expect(try await world.mirror("orders")?.state == .paused)
        #expect(try await world.contents().links["a"]?.state == .paused)
        world.declare("orders", .active)
        world.declare { $0.state = .active }
        #expect(await world.apply().isComplete)
        #expect(try await world.mirror("orders")?.state == .active)
        #expect(await world.plan().hasChanges == false)
        await world.close()
    }

    @Test func `a mirror topic grows with its source, unless a worker was first`() async throws {
        let world = try await mirrored()
        try await world.clients["paris"]?.createPartitions("orders", total: 4)
        let plan = await world.plan()
        #expect(await world.apply(plan).outcomes == [.done(note: nil)])
        #expect(await world.apply(plan).outcomes == [.alreadyDone])
        #expect(try await world.dublin.topic("orders").partitions.count == 4)
        await world.close()
    }

    @Test func `workers are started by the caller, and what goes wrong there fails the step`() async throws {
        let world = try await mirrored()
        world.declare { $0.workerCount = 2 }
        #expect(await world.apply().isComplete)
        #expect(world.startedWorkers == ["a [0, 1]"])
        let result = await world.apply(workerProblems: ["no memory.", "no disk."])
        #expect(result.outcomes == [.failed("no memory. no disk.")])
        await world.close()
    }

    // MARK: What has changed since the plan

    @Test func `a topic that appeared since the plan is left untouched`() async throws {
        let world = try await mirrored()
        await world.source.createTopic("clicks")
        world.declare("clicks")
        let plan = await world.plan()
        await world.destination.createTopic("clicks", partitions: 5)
        let result = await world.apply(plan)
        #expect(
            result.outcomes == [
                .failed("topic clicks exists on dublin by now, so the plan does not fit any more. Plan again.")
            ])
        #expect(try await world.mirror("clicks") == nil)
        #expect(try await world.dublin.topic("clicks").partitions.count == 5)
        await world.close()
    }

    @Test func `a source topic that was recreated since the plan stops the step`() async throws {
        let world = try await mirrored()
        await world.source.createTopic("clicks")
        world.declare("clicks")
        let plan = await world.plan()
        try await world.clients["paris"]?.deleteTopic("clicks")
        await world.source.createTopic("clicks")
        let id = await world.source.topicId("clicks").map { "\($0)" } ?? ""
        let result = await world.apply(plan)
        #expect(
            result.outcomes == [
                .failed(
                    "topic clicks on paris was recreated: its id is \(id), so the plan does not fit any more. "
                        + "Plan again.")
            ])
        await world.close()
    }

    @Test(arguments: [false, true])
    func `nothing is made for a link that was deleted since the plan, or made anew`(_ isMadeAnew: Bool) async throws {
        let world = try await World()
        #expect(await world.apply().isComplete)
        await world.source.createTopic("clicks")
        world.declare("clicks")
        world.declare { $0.configs["topic.config.sync.ms"] = "7000" }
        let plan = await world.plan()
        #expect(plan.steps.count == 2)
        let link = try found(try await world.contents().links["a"], "the link")
        let other = try await StoreWriter.acquire(on: try world.dublin, .init(holder: "host 2"))
        try await other.commit([.removeLink("a")])
        if isMadeAnew {
            var anew = link
            anew.linkId = "another"
            try await other.commit([.putLink(anew)])
        }
        try await other.release()
        for step in plan.steps {
            var part = plan
            part.steps = [step]
            let result = await world.apply(part)
            let change = isMadeAnew ? "link a was deleted and made anew" : "link a is gone"
            #expect(
                result.outcomes == [
                    .failed(
                        "another apply has changed what this one was planned on, on dublin: \(change). "
                            + "Plan again to see what is left to do.")
                ])
            #expect(result.lockFailure?.isLockLost == true)
        }
        #expect(try await world.contents().mirrors.isEmpty)
        #expect(await world.destination.topicId("clicks") == nil)
        await world.close()
    }

    @Test func `a destination that may not be written is refused before anything is asked of it`() async throws {
        let world = try await World()
        await world.source.createTopic("orders")
        world.declare("orders")
        var plan = await world.plan()
        for index in plan.clusters.indices { plan.clusters[index].access = .readOnly }
        let result = await world.apply(plan)
        let refusal = "access of cluster dublin is READ_ONLY, so nothing is written there."
        #expect(result.outcomes == [.skipped(refusal), .skipped(refusal), .skipped(refusal)])
        #expect(await world.destination.requestCount(.createTopics) == 0)
        await world.close()
    }

    // MARK: Two at a time

    @Test func `while another apply is at work nothing is changed`() async throws {
        let world = try await mirrored()
        world.declare("orders", .paused)
        let plan = await world.plan()
        let other = try await StoreWriter.acquire(on: try world.dublin, .init(holder: "host 2"))
        let before = try await world.contents()
        let result = await world.apply(plan)
        #expect(result.lockFailure?.isLockLost == true)
        #expect(!result.hasChangedAnything)
        #expect(result.skippedCount == 1)
        #expect(try await world.contents() == before)
        try await other.release()
        #expect(await world.apply(plan).isComplete)
        await world.close()
    }

    @Test func `an apply waits for another as long as it may`() async throws {
        let world = try await mirrored()
        world.declare("orders", .paused)
        let plan = await world.plan()
        let other = try await StoreWriter.acquire(on: try world.dublin, .init(holder: "host 2"))
        async let waiting = world.apply(plan) { $0.lockWaitMs = 30_000 }
        let seen = await world.destination.requestCount(.fetch)
        try await waitUntil("the second apply looks at the lock") {
            await world.destination.requestCount(.fetch) > seen + 1
        }
        try await other.release()
        #expect(await waiting.isComplete)
        await world.close()
    }

    @Test func `a plan that another apply has overtaken changes nothing, and says so`() async throws {
        let world = try await mirrored()
        world.declare("orders", .paused)
        let pausing = await world.plan()
        world.declare("orders", .failedOver)
        #expect(await world.apply { $0.allowIrreversible = true }.isComplete)
        let result = await world.apply(pausing)
        #expect(result.lockFailure?.isLockLost == true)
        #expect(!result.hasChangedAnything)
        #expect(
            result.outcomes == [
                .failed(
                    "another apply has changed what this one was planned on, on dublin: mirror topic orders is STOPPED "
                        + "instead of ACTIVE. Plan again to see what is left to do.")
            ])
        await world.close()
    }

    @Test func `of two that create the store, one did`() async throws {
        let world = try await World()
        let (one, two) = (try world.dublin, try world.another())
        // Both find it missing before either creates it.
        let gate = RequestGate()
        await world.destination.intercept(.createTopics, .times(2)) { _ in .hold(until: gate) }
        async let first = StoreTopic.create(on: one)
        async let second = StoreTopic.create(on: two)
        try await waitUntil("both create it") { await world.destination.requestCount(.createTopics) == 2 }
        gate.open()
        let made = try await [first, second]
        #expect(made.count { $0 } == 1)
        await two.close()
        await world.close()
    }

    @Test(arguments: [ErrorCode.unknownServerError, .invalidTxnState, .concurrentTransactions, .producerFenced])
    func `a commit that the coordinator refuses in a race is begun again`(_ code: ErrorCode) async throws {
        let world = try await mirrored()
        world.declare("orders", .paused)
        await world.destination.intercept(.endTxn) { _ in .fail(code) }
        let result = await world.apply()
        #expect(result.isComplete, "\(result.outcomes)")
        #expect(try await world.mirror("orders")?.state == .paused)
        await world.close()
    }

    @Test func `an apply that loses its lock after it deleted a topic has changed something`() async throws {
        let world = try await mirrored()
        world.declare("orders", .paused)
        #expect(await world.apply().isComplete)
        world.declare { $0.deletionProtection = false }
        world.declare("orders", .absent)
        let plan = await world.plan()
        let gate = RequestGate()
        await world.destination.intercept(.deleteTopics) { _ in .holdReply(until: gate) }
        async let applying = world.apply(plan) { $0.allowDelete = true }
        try await waitUntil("the topic is gone") { await world.destination.topicId("orders") == nil }
        try await Usurper.takeLock(on: try world.another())
        gate.open()
        let result = await applying
        #expect(result.lockFailure?.isLockLost == true)
        #expect(result.failedCount == 1)
        #expect(result.hasChangedAnything)
        await world.close()
    }

    @Test func `a creation that is taken back has changed nothing, one that stays pending has`() async throws {
        let world = try await mirrored()
        await world.source.createTopic("clicks")
        world.declare("clicks")
        await world.destination.intercept(.createTopics) { _ in .fail(.policyViolation) }
        let refused = await world.apply()
        #expect(refused.failedCount == 1)
        #expect(!refused.hasChangedAnything)
        await world.destination.intercept(.createTopics, .always) { _ in .dropBefore }
        let pending = await world.apply()
        #expect(pending.failedCount == 1)
        #expect(pending.hasChangedAnything)
        await world.close()
    }

    @Test func `an apply whose lock was taken stops, and says that it did`() async throws {
        let world = try await mirrored()
        await world.source.createTopic("clicks")
        world.declare("clicks")
        world.declare("orders", .paused)
        let plan = await world.plan()
        #expect(plan.steps.count == 2)
        // While the first step waits for its topic, somebody else takes the lock, as after a long pause.
        let gate = RequestGate()
        await world.destination.intercept(.createTopics) { _ in .holdReply(until: gate) }
        async let applying = world.apply(plan)
        try await waitUntil("the topic is made") { await world.destination.topicId("clicks") != nil }
        try await Usurper.takeLock(on: try world.another())
        gate.open()
        let result = await applying
        #expect(result.lockFailure?.isLockLost == true)
        let reason =
            "another apply has taken over on dublin: host 9. This one has stopped. "
            + "Plan again to see what is left to do."
        #expect(result.outcomes == [.failed(reason), .skipped("another apply is at work")])
        #expect(try await world.mirror("orders")?.state == .active)
        await world.close()
    }
}
