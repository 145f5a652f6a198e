import KafkaModel
import Testing

@testable import Planner

@Suite struct `Plans of mirror topic settings` {
    private func world(_ change: (inout World) -> Void = { _ in }) -> World {
        var world = World.linked
        world.mirror("orders")
        world.declare("orders")
        change(&world)
        world.applySettings()
        return world
    }

    private func source(_ configs: [String: String]) -> TopicPresence {
        .present(topic("orders", id: "s-orders", configs: configs))
    }

    private func lines(_ world: World) -> [String] {
        world.plan.steps.flatMap { step in
            ["\(step.number) \(step.object)" + (step.headline.map { ": \($0)" } ?? "")]
                + step.details.map { "  \($0.label): \($0.value)" }
        }
    }

    @Test func `drift is a step with a line per setting, and the record follows`() throws {
        let world = world {
            $0.link.mirrorTopics[0].configs = ["segment.ms": "5"]
            $0.destination("paris.orders", configs: ["retention.ms": "1000"])
            $0.found.sourceTopics["orders"] = source(["cleanup.policy": "compact", "retention.ms": "7"])
        }
        #expect(
            lines(world) == [
                "1 mirror topic paris.orders: configs", "  cleanup.policy: delete -> compact (source)",
                "  retention.ms: 1000 -> -1 (needed while a mirror)", "  segment.ms: 604800000 -> 5 (override)",
                "  retention.ms: 604800000 -> 7 at its end (source)",
            ])
        let step = try #require(world.plan.steps.first)
        guard case .changeMirrorConfigs("paris.orders", let change) = step.operation else {
            Issue.record("\(step.operation)")
            return
        }
        #expect(change.set == ["cleanup.policy": "compact", "retention.ms": "-1", "segment.ms": "5"])
        #expect(change.remove == [])
        #expect(change.overrides == ["segment.ms": "5"])
        #expect(change.restoreConfigs?["retention.ms"] == "7")
        #expect(step.action == .change && step.needs == nil)
        var applier = ModelApplier(live: world.live, desired: world.desired)
        applier.apply(world.plan)
        #expect(applier.failures == [])
        #expect(Planner.plan(desired: world.desired, live: applier.live).lines == ["= 2"])
    }

    @Test func `an override of retention is for the end, and the plan says so`() {
        let world = world { $0.link.mirrorTopics[0].configs = ["retention.ms": "5"] }
        #expect(
            lines(world) == [
                "1 mirror topic paris.orders: configs",
                "  retention.ms: 5 at its end (override); -1 while a mirror",
            ])
        var promoted = world
        promoted.found.mirrors["paris.orders"]?.overrides = ["retention.ms": "5"]
        promoted.link.mirrorTopics[0].state = .promoted
        #expect(lines(promoted).contains("  retention.ms: -1 -> 5 (override)"))
        #expect(promoted.plan.steps.count == 1)
        var both = world
        both.link.mirrorTopics[0].state = .promoted
        #expect(both.plan.steps.map(\.headline) == ["configs", "ACTIVE -> PROMOTED"])
        #expect(both.plan.steps.last?.after == [1])
    }

    @Test func `a new mirror topic tells its overrides`() {
        var world = World.linked
        world.source("orders")
        world.declare("orders")
        world.link.mirrorTopics[0].configs = ["retention.ms": "5", "segment.ms": "6", "min.insync.replicas": nil]
        #expect(
            lines(world) == [
                "1 mirror topic paris.orders", "  from paris/orders: 3 partitions",
                "  min.insync.replicas: not set (override)",
                "  retention.ms: 5 at its end (override); -1 while a mirror", "  segment.ms: 6 (override)",
            ])
    }

    @Test func `an override that left its entry stays on the topic and leaves the record`() {
        let world = world {
            $0.destination("paris.orders", configs: ["retention.ms": "-1", "segment.ms": "5"])
            $0.found.mirrors["paris.orders"]?.overrides = ["segment.ms": "5"]
        }
        #expect(
            lines(world) == [
                "1 mirror topic paris.orders: configs", "  segment.ms: no override any more; it stays as it is",
            ])
    }

    @Test func `an override that the destination does not know is blocked by name`() {
        let world = world { $0.link.mirrorTopics[0].configs = ["no.such": "5"] }
        #expect(
            world.plan.lines == [
                "x ~ mirror topic paris.orders: configs [unknown_config] dublin has no topic config no.such", "= 1",
            ])
    }

    @Test func `what the destination cannot have is noted, and is no change`() {
        let world = world {
            $0.found.sourceTopics["orders"] = source(["min.compaction.lag.ms": "5"])
        }
        #expect(
            world.plan.lines == [
                "note mirror topic paris.orders: dublin has no topic config min.compaction.lag.ms, which paris/orders "
                    + "sets; it is left out", "= 2",
            ])
    }

    @Test func `a standing mirror keeps what it needs and follows nothing`() {
        for state in [MirrorTopicSpec.State.paused, .active] {
            let world = world {
                $0.link.mirrorTopics[0].state = state
                $0.link.state = .paused
                $0.found.record?.state = .paused
                $0.found.mirrors["paris.orders"]?.state = state == .paused ? .paused : .active
                $0.destination("paris.orders", configs: ["retention.ms": "1000"])
                $0.found.sourceTopics["orders"] = source(["cleanup.policy": "compact", "retention.ms": "7"])
            }
            #expect(
                lines(world) == [
                    "1 mirror topic paris.orders: configs", "  retention.ms: 1000 -> -1 (needed while a mirror)",
                ])
        }
    }

    @Test func `a source that cannot be read leaves what a mirror needs`() {
        let world = world {
            $0.live.clusters["paris"]?.problem = "connection refused"
            $0.destination("paris.orders", configs: ["retention.ms": "1000"])
        }
        #expect(world.plan.steps.map(\.headline) == ["configs"])
        #expect(world.plan.isIncomplete)
    }

    @Test func `settings that are not told are a gap, never a match`() {
        var silent = topic("orders", id: "s-orders")
        silent.configs = [:]
        let sentence = { (topic: String, cluster: String) in
            "gap topic \(topic) on \(cluster) does not tell its configs, so those of mirror topic paris.orders were not "
                + "compared; grant DescribeConfigs on it"
        }
        let one = world { $0.found.sourceTopics["orders"] = .present(silent) }
        #expect(one.plan.lines == [sentence("orders", "paris"), "= 2"])
        silent.name = "paris.orders"
        silent.topicId = "d-paris.orders"
        let other = world { $0.found.destinationTopics["paris.orders"] = .present(silent) }
        #expect(other.plan.lines == [sentence("paris.orders", "dublin"), "= 2"])
    }

    @Test func `a stopped or stopping mirror is never compared`() {
        for (state, declared) in [
            (MirrorTopicState.stopped, MirrorTopicSpec.State.promoted), (.pendingStopped, .promoted),
        ] {
            var world = World.linked
            world.mirror("orders", state, stop: .promote)
            world.destination("paris.orders", configs: ["retention.ms": "1000"])
            world.declare("orders", declared)
            #expect(!world.plan.steps.contains { $0.headline == "configs" })
        }
    }

    @Test func `a failover does not hang on settings`() {
        let world = world {
            $0.link.mirrorTopics[0].state = .failedOver
            $0.link.mirrorTopics[0].configs = ["no.such": "5"]
            $0.destination("paris.orders", configs: ["retention.ms": "1000"])
        }
        #expect(world.plan.blocked == [])
        #expect(world.plan.steps.map(\.headline) == ["configs", "ACTIVE -> FAILED_OVER"])
        #expect(world.plan.steps.last?.after == [])
    }

    // MARK: The part that workers do

    @Test func `a discovery is the creations that filters ask for and nothing else`() throws {
        var world = World.linked
        world.link.autoCreateFilters = TopicFilters([
            TopicFilter(name: "*", patternType: .literal, filterType: .include)
        ])
        world.applySettings()
        world.found.sourceTopicNames = []
        world.mirror("old")
        world.destination("paris.old", configs: ["retention.ms": "1000"])
        for name in ["c", "a", "b", "taken"] { world.source(name) }
        world.destination("paris.taken")
        let record = try #require(world.found.record)
        let plan = world.plan
        #expect(plan.steps.count == 4)
        let part = plan.discovery(of: record, limit: 2)
        #expect(
            part.lines.dropLast() == [
                "1 + mirror topic paris.a", "2 + mirror topic paris.b", "note \(part.notes[0].text)",
            ])
        #expect(part.notes.map(\.code) == ["TOPIC_EXISTS_ERROR"])
        #expect(part.steps.allSatisfy { $0.preconditions.contains(.linkSettings(link: "a", equal: record.settings)) })
        #expect(plan.discovery(of: World.record("b"), limit: 9).steps.isEmpty)
    }
}
