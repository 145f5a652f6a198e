import Diagnostics
import KafkaModel
@testable import Planner
import Testing

@Suite struct `Worker rules` {
    private func world(_ stored: MirrorTopicState = .active, running: Int = 0, count: Int = 2) -> World {
        var world = World.linked
        world.mirror("orders", stored, stop: stored == .pendingStopped || stored == .stopped ? .failover : nil)
        world.link.workerCount = count
        world.found.workersRunning = running
        return world
    }

    @Test func `start the local workers that are missing`() {
        var world = world(running: 1)
        #expect(world.plan.lines == ["1 + workers a: start 1 of 2", "undeclared a/paris.orders", "= 1"])
        #expect(world.plan.steps[0].operation == .startWorkers(indexes: [1]))
        world.found.runningWorkerIndexes = [1]
        #expect(world.plan.steps[0].operation == .startWorkers(indexes: [0]))
        world.found.runningWorkerIndexes = [1, 0]
        #expect(!world.plan.hasChanges)
    }

    @Test func `wait for the link, not for single topics, of which one may be refused`() {
        var world = world()
        world.source("new")
        world.declare("new")
        world.mirror("grown")
        world.source("grown", partitions: 4)
        world.declare("grown")
        world.mirror("resumed", .paused)
        world.declare("resumed")
        world.found.record?.state = .paused
        #expect(
            world.plan.lines == [
                "1 ~ link a: PAUSED -> ACTIVE", "2 + mirror topic paris.new",
                "3 ~ mirror topic paris.grown: 3 -> 4 partitions", "4 ~ mirror topic paris.resumed: PAUSED -> ACTIVE",
                "5 + workers a: start 2 after 1", "undeclared a/paris.orders", "= 0",
            ])
    }

    @Test func `start none where nobody would copy`() {
        #expect(!world(.paused).plan.hasChanges)
        #expect(!world(.stopped).plan.hasChanges)
        #expect(!world(running: 3).plan.hasChanges)
        var paused = world()
        paused.link.state = .paused
        paused.found.record?.state = .paused
        #expect(!paused.plan.hasChanges)
    }

    @Test func `start some to end a mirror of a paused link`() {
        var world = world(.pendingStopped)
        world.link.state = .paused
        world.found.record?.state = .paused
        #expect(world.plan.lines == ["1 + workers a: start 2", "undeclared a/paris.orders", "= 1"])
    }

    @Test func `only say how many external workers are missing`() {
        var world = world(running: 1)
        world.link.workerMode = .external
        let words = "missing; start `lockstep worker` for this link with your supervisor"
        #expect(
            world.plan.lines == ["note workers a: 1 of 2 is \(words)", "undeclared a/paris.orders", "= 1"])
        world.found.workersRunning = 0
        #expect(
            world.plan.lines == ["note workers a: 2 of 2 are \(words)", "undeclared a/paris.orders", "= 1"])
        world.found.workersRunning = 2
        #expect(world.plan.notes.isEmpty)
    }

    @Test func `say when no worker is declared`() {
        #expect(
            world(count: 0).plan.notes.map(\.text) == [
                "workers a: none are declared, so nothing is copied"
            ])
    }

    @Test func `stop local workers that are more than declared, and no others`() {
        var world = world(running: 3, count: 1)
        world.found.runningWorkerIndexes = [0, 2, 1]
        #expect(world.plan.steps.map(\.operation) == [.stopWorkers(indexes: [1, 2])])
        #expect(world.plan.steps[0].needs == nil)
        world.link.workerCount = 0
        #expect(
            world.plan.lines == [
                "1 ~ workers a: stop 3, as none is declared", "note workers a: none are declared, so nothing is copied",
                "undeclared a/paris.orders", "= 1",
            ])
        world.link.workerMode = .external
        #expect(world.plan.steps.isEmpty)
    }
}
