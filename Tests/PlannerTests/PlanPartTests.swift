import KafkaModel
@testable import Planner
import Testing

@Suite struct `Parts of plans` {
    @Test func `keep the chosen topics and what they need, with new numbers`() {
        var world = World.linked
        world.found.workersRunning = 0
        world.mirror("a")
        world.mirror("b")
        world.mirror("c", .paused)
        world.source("n")
        world.declare("a", .promoted)
        world.declare("b", .paused)
        world.declare("c", .active)
        world.declare("n")
        let whole = world.plan
        #expect(whole.lines.count == 6)
        let promotion = whole.only(["paris.a"], of: "a")
        #expect(
            promotion.lines == [
                "1 + workers a: start 1",
                "2 ! mirror topic paris.a: ACTIVE -> PROMOTED after 1 needs --allow-irreversible", "= 1",
            ])
        #expect(promotion.planId != whole.planId)
        #expect(whole.only(["paris.b"], of: "a").lines == ["1 ~ mirror topic paris.b: ACTIVE -> PAUSED", "= 1"])
        #expect(
            whole.only(["paris.c"], of: "a").lines == [
                "1 ~ mirror topic paris.c: PAUSED -> ACTIVE", "2 + workers a: start 1", "= 1",
            ])
        #expect(whole.only(["paris.a"], of: "b").lines == ["= 1"])
    }

    @Test(arguments: [MirrorTopicSpec.State.promoted, .failedOver])
    func `keep the settings of a topic that ends, as no later plan brings them`(_ end: MirrorTopicSpec.State) {
        var world = World.linked
        world.mirror("a")
        world.mirror("b")
        world.declare("a", end)
        world.declare("b", .paused)
        for index in world.link.mirrorTopics.indices {
            world.link.mirrorTopics[index].configs = ["retention.ms": "2592000000"]
        }
        let part = world.plan.only(["paris.a"], of: "a")
        #expect(part.steps.map(\.headline) == ["configs", "ACTIVE -> \(end.rawValue)"])
        #expect(part.steps.last?.after == (end == .promoted ? [1] : []))
        guard case .changeMirrorConfigs(_, let change) = part.steps.first?.operation else {
            Issue.record("the settings are missing")
            return
        }
        #expect(change.overrides == ["retention.ms": "2592000000"] && change.set.isEmpty)
        #expect(world.plan.only(["paris.b"], of: "a").steps.map(\.headline) == ["ACTIVE -> PAUSED"])
    }

    @Test func `start workers that are missing, and stop none`() {
        var world = World.linked
        world.mirror("a")
        world.declare("a", .promoted)
        world.link.workerCount = 2
        world.found.runningWorkerIndexes = [0, 2, 3]
        #expect(world.plan.lines.contains("1 ~ workers a: stop 2, as 2 are declared"), "\(world.plan.lines)")
        #expect(
            world.plan.only(["paris.a"], of: "a").lines == [
                "1 + workers a: start 1 of 2",
                "2 ! mirror topic paris.a: ACTIVE -> PROMOTED after 1 needs --allow-irreversible", "= 1",
            ])
    }

    @Test func `keep what is blocked about the chosen topics only`() {
        var world = World.linked
        world.mirror("a", .stopped, stop: .promote)
        world.mirror("b", .stopped, stop: .promote)
        world.declare("a", .active)
        world.declare("b", .active)
        #expect(world.plan.blocked.count == 2)
        #expect(world.plan.only(["paris.b"], of: "a").blocked.map(\.object.name) == ["paris.b"])
    }
}
