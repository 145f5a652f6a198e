import KafkaModel
@testable import Planner
import Testing

/// One cell of the table: what is declared and stored, and the lines it gives.
struct Transition: Sendable, CustomTestStringConvertible {
    var stored: MirrorTopicState
    var mode: MirrorRecord.StopMode?
    var desired: MirrorTopicSpec.State
    var lines: [String]

    init(
        _ stored: MirrorTopicState, _ mode: MirrorRecord.StopMode? = nil, to desired: MirrorTopicSpec.State,
        _ lines: String...
    ) {
        self.stored = stored
        self.mode = mode
        self.desired = desired
        self.lines = lines
    }

    var testDescription: String { "\(stored.rawValue) \(mode?.rawValue ?? "") to \(desired.rawValue)" }
}

private let topicName = "mirror topic paris.orders"
private let final = "[transition] it has stopped for good: the topic on dublin belongs to its writers"
private let noWayBack = "was accepted and cannot be taken back"
private let oneWay = "needs --allow-irreversible"
private let protected = "[deletion_protection] deletionProtection is true on a"
private let belongs = "belongs to its writers, Lockstep does not delete it"

@Suite struct `Mirror transitions` {
    static let table: [Transition] = [
        Transition(.active, to: .active, "= 2"),
        Transition(.paused, to: .paused, "= 2"),
        Transition(.active, to: .paused, "1 ~ \(topicName): ACTIVE -> PAUSED", "= 1"),
        Transition(.paused, to: .active, "1 ~ \(topicName): PAUSED -> ACTIVE", "= 1"),
        Transition(.active, to: .promoted, "1 ! \(topicName): ACTIVE -> PROMOTED \(oneWay)", "= 1"),
        Transition(.paused, to: .promoted, "1 ! \(topicName): PAUSED -> PROMOTED \(oneWay)", "= 1"),
        Transition(.active, to: .failedOver, "1 ! \(topicName): ACTIVE -> FAILED_OVER \(oneWay)", "= 1"),
        Transition(.paused, to: .failedOver, "1 ! \(topicName): PAUSED -> FAILED_OVER \(oneWay)", "= 1"),
        Transition(.failed, to: .failedOver, "1 ! \(topicName): FAILED -> FAILED_OVER \(oneWay)", "= 1"),
        Transition(.active, to: .absent, "x - \(topicName) \(protected)", "= 1"),
        Transition(.paused, to: .absent, "x - \(topicName) \(protected)", "= 1"),
        Transition(.pendingStopped, .promote, to: .promoted, "1 ~ \(topicName): finish promotion", "= 1"),
        Transition(.pendingStopped, .failover, to: .failedOver, "1 ~ \(topicName): finish failover", "= 1"),
        Transition(
            .pendingStopped, .promote, to: .failedOver, "1 ! \(topicName): PENDING_STOPPED -> FAILED_OVER \(oneWay)",
            "= 1"),
        Transition(
            .pendingStopped, .failover, to: .promoted,
            "x ! \(topicName): PENDING_STOPPED -> PROMOTED [transition] a failover was accepted and cannot become a "
                + "promotion", "= 1"),
        Transition(
            .pendingStopped, .promote, to: .active,
            "x ~ \(topicName): PENDING_STOPPED -> ACTIVE [transition] a promotion \(noWayBack)", "= 1"),
        Transition(
            .pendingStopped, .failover, to: .paused,
            "x ~ \(topicName): PENDING_STOPPED -> PAUSED [transition] a failover \(noWayBack)", "= 1"),
        Transition(
            .pendingStopped, .promote, to: .absent,
            "x - \(topicName): PENDING_STOPPED -> ABSENT [transition] a promotion was accepted: the topic is about to "
                + "belong to its writers", "= 1"),
        Transition(.stopped, .promote, to: .promoted, "= 2"),
        Transition(.stopped, .failover, to: .failedOver, "= 2"),
        Transition(
            .stopped, .promote, to: .failedOver,
            "x ~ \(topicName): STOPPED -> FAILED_OVER [transition] it is PROMOTED already, and that is final", "= 1"),
        Transition(
            .stopped, .failover, to: .promoted,
            "x ~ \(topicName): STOPPED -> PROMOTED [transition] it is FAILED_OVER already, and that is final", "= 1"),
        Transition(.stopped, .promote, to: .active, "x ~ \(topicName): STOPPED -> ACTIVE \(final)", "= 1"),
        Transition(.stopped, .failover, to: .paused, "x ~ \(topicName): STOPPED -> PAUSED \(final)", "= 1"),
        Transition(
            .stopped, .promote, to: .absent,
            "x - \(topicName): STOPPED -> ABSENT [transition] it has stopped: the topic on dublin \(belongs)", "= 1"),
        Transition(.pendingMirror, to: .active, "1 + \(topicName): finish creation", "= 1"),
        Transition(.pendingMirror, to: .paused, "1 + \(topicName): finish creation", "= 1"),
        Transition(
            .pendingMirror, to: .promoted,
            "x ! \(topicName) [transition] its creation was begun and is not finished", "= 1"),
        Transition(
            .pendingMirror, to: .absent,
            "x - \(topicName) [transition] its creation was begun and is not finished, so the topic on dublin may be "
                + "somebody else's", "= 1"),
    ]

    @Test(arguments: table)
    func `leads from what is stored to what is declared`(cell: Transition) {
        var world = World.linked
        world.mirror("orders", cell.stored, stop: cell.mode)
        world.declare("orders", cell.desired)
        #expect(world.plan.lines == cell.lines)
        for step in world.plan.steps {
            #expect(
                step.preconditions.contains(.mirrorState(link: "a", topic: "paris.orders", equals: cell.stored)))
        }
    }

    @Test func `tells what becomes of the offsets of synced groups`() {
        var world = World.linked
        world.mirror("orders")
        func detail(_ state: MirrorTopicSpec.State) -> String? {
            var copy = world
            copy.declare("orders", state)
            return copy.plan.steps.flatMap(\.details).first { $0.label == "group offsets" }?.value
        }
        #expect(detail(.promoted) == nil && detail(.failedOver) == nil)
        let filters = TopicFilters([TopicFilter(name: "*", patternType: .literal, filterType: .include)])
        world.link.groupFilters = filters
        world.found.record?.settings.groupFilters = filters
        #expect(detail(.promoted) == "synced a last time; whether groups are active on paris is unknown")
        world.found.activeGroups["paris.orders"] = []
        #expect(detail(.promoted) == "synced a last time")
        world.found.activeGroups["paris.orders"] = ["a", "b"]
        #expect(
            detail(.promoted) == "synced a last time; still active on paris, and later commits stay there: a, b")
        #expect(detail(.failedOver) == "lowered to the mirror's end where they lie behind it")
    }

    @Test func `asks for promotion with the link's limits and the present lag`() {
        var world = World.linked
        world.mirror("orders")
        world.declare("orders", .promoted)
        world.link.promoteMaximumLag = 10
        world.link.promoteTimeoutMs = 90_000
        world.found.lag["paris.orders"] = 1204
        let step = world.plan.steps[0]
        #expect(
            step.operation
                == .promoteMirror(topic: "paris.orders", maximumLag: 10, timeoutMs: 90_000, requestId: nil))
        #expect(
            step.details == [
                Detail("lag now", "1204 records on 3 partitions"),
                Detail("will wait for", "lag 10, at most 90s; then mirroring stops for good"),
                Detail("retention.ms", "-1 -> 604800000 (source)"),
                Detail("after this", "writable on dublin; paris keeps its own copy"),
            ])
        #expect(
            step.preconditions == [
                .clusterId(cluster: "dublin", equals: "D1"),
                .mirrorState(link: "a", topic: "paris.orders", equals: .active),
                .topicId(cluster: "dublin", topic: "paris.orders", equals: "d-paris.orders"),
                .clusterId(cluster: "paris", equals: "P1"),
                .topicId(cluster: "paris", topic: "orders", equals: "s-orders"),
            ])
        #expect(world.plan.needsIrreversible && !world.plan.needsDelete)
    }

    @Test func `goes on with a promotion under its own request and limit, without a second yes`() {
        var world = World.linked
        world.mirror("orders", .pendingStopped, stop: .promote)
        world.declare("orders", .promoted)
        let plan = world.plan
        #expect(
            plan.steps[0].operation
                == .promoteMirror(topic: "paris.orders", maximumLag: 5, timeoutMs: 600_000, requestId: "r1"))
        #expect(!plan.needsIrreversible)
    }

    /// Ends that were accepted, and what is declared to go on with each.
    private static let accepted: [(MirrorRecord.StopMode, MirrorTopicSpec.State)] = [
        (.promote, .promoted), (.failover, .failedOver), (.promote, .failedOver),
    ]

    @Test(arguments: accepted)
    func `an end that goes on takes the entry's settings along`(
        _ mode: MirrorRecord.StopMode, _ desired: MirrorTopicSpec.State
    ) {
        var world = World.linked
        world.mirror("orders", .pendingStopped, stop: mode)
        world.declare("orders", desired)
        world.link.mirrorTopics[0].configs = ["retention.ms": "2592000000"]
        let plan = world.plan
        guard plan.steps.count == 2, case .changeMirrorConfigs(_, let change) = plan.steps[0].operation else {
            Issue.record("\(plan.lines)")
            return
        }
        #expect(change.overrides == ["retention.ms": "2592000000"] && change.set.isEmpty && change.remove.isEmpty)
        world.found.mirrors["paris.orders"]?.overrides = ["retention.ms": "2592000000"]
        #expect(world.plan.steps.count == 1)
    }

    @Test(arguments: accepted)
    func `an end goes on only with the topics of the record`(
        _ mode: MirrorRecord.StopMode, _ desired: MirrorTopicSpec.State
    ) {
        var world = World.linked
        world.mirror("orders", .pendingStopped, stop: mode)
        world.declare("orders", desired)
        #expect(
            world.plan.steps[0].preconditions.contains(
                .topicId(cluster: "dublin", topic: "paris.orders", equals: "d-paris.orders")))
        let ofSource = Precondition.topicId(cluster: "paris", topic: "orders", equals: "s-orders")
        #expect(world.plan.steps[0].preconditions.contains(ofSource) == (desired == .promoted))

        var recreated = world
        recreated.source("orders", id: "another")
        #expect(recreated.plan.blocked.map(\.rule) == (desired == .promoted ? [.sourceRecreated] : []))
        world.destination("paris.orders", id: "another")
        #expect(world.plan.steps.isEmpty && world.plan.blocked.map(\.rule) == [.mirrorLost])
        world.link.mirrorTopics[0].state = .absent
        #expect(world.plan.lines == ["1 ~ \(topicName): forget it", "= 1"])
        world.found.destinationTopics["paris.orders"] = .absent
        #expect(world.plan.lines == ["1 ~ \(topicName): forget it", "= 1"])
        world.link.mirrorTopics[0].state = desired
        #expect(world.plan.steps.isEmpty && world.plan.blocked.map(\.rule) == [.mirrorLost])
    }

    @Test func `does not promote a mirror that a worker reported as FAILED`() {
        var world = World.linked
        world.mirror("orders")
        world.declare("orders", .promoted)
        world.found.failures["paris.orders"] = "partition 2: a foreign record at offset 17"
        #expect(
            world.plan.lines == [
                "x ! \(topicName): FAILED -> PROMOTED [transition] a FAILED mirror topic cannot be promoted: "
                    + "partition 2: a foreign record at offset 17", "= 1",
            ])
        world.link.mirrorTopics[0].state = .failedOver
        #expect(world.plan.lines == ["1 ! \(topicName): FAILED -> FAILED_OVER \(oneWay)", "= 1"])
        world.link.mirrorTopics[0].state = .active
        #expect(
            world.plan.lines == [
                "note mirror topic paris.orders is FAILED: partition 2: a foreign record at offset 17", "= 2",
            ])
    }

    @Test(arguments: [MirrorTopicSpec.State.promoted, .failedOver])
    func `cannot end a mirror that does not exist`(state: MirrorTopicSpec.State) {
        var world = World.linked
        world.source("orders")
        world.declare("orders", state)
        #expect(
            world.plan.lines == [
                "x ! \(topicName) [transition] there is no mirror topic paris.orders on link a, so nothing can become "
                    + state.rawValue, "= 1",
            ])
    }

    @Test func `puts one-way steps last and lets a promotion wait for partitions and workers`() {
        var world = World.linked
        for name in ["a1", "b1", "c1"] { world.mirror(name) }
        world.source("a1", partitions: 5)
        world.source("d1")
        world.declare("a1", .promoted)
        world.declare("b1", .failedOver)
        world.declare("c1", .absent)
        world.declare("d1")
        world.link.deletionProtection = false
        world.found.workersRunning = 0
        #expect(
            world.plan.lines == [
                "1 + mirror topic paris.d1",
                "2 ~ mirror topic paris.a1: 3 -> 5 partitions",
                "3 + workers a: start 1",
                "4 ! mirror topic paris.a1: ACTIVE -> PROMOTED after 2,3 \(oneWay)",
                "5 ! mirror topic paris.b1: ACTIVE -> FAILED_OVER \(oneWay)",
                "6 - mirror topic paris.c1 needs --allow-delete",
                "= 1",
            ])
        #expect(world.plan.counts == StepCounts(create: 2, change: 3, delete: 1, irreversible: 2))
    }
}
