import Diagnostics
import KafkaModel
@testable import Planner
import Testing

@Suite struct `A running mirror` {
    private func world(_ state: MirrorTopicSpec.State = .active, stored: MirrorTopicState = .active) -> World {
        var world = World.linked
        world.mirror("orders", stored)
        world.declare("orders", state)
        return world
    }

    @Test func `follows its source's partitions`() {
        var world = world()
        world.source("orders", partitions: 8)
        #expect(world.plan.lines == ["1 ~ mirror topic paris.orders: 3 -> 8 partitions", "= 1"])
        #expect(world.plan.steps[0].operation == .addPartitions(topic: "paris.orders", from: 3, to: 8))
        #expect(
            world.plan.steps[0].preconditions == [
                .clusterId(cluster: "dublin", equals: "D1"), .clusterId(cluster: "paris", equals: "P1"),
                .topicId(cluster: "paris", topic: "orders", equals: "s-orders"),
                .mirrorState(link: "a", topic: "paris.orders", equals: .active),
                .topicId(cluster: "dublin", topic: "paris.orders", equals: "d-paris.orders"),
                .partitionCount(cluster: "dublin", topic: "paris.orders", equals: 3),
            ])
    }

    @Test func `follows nothing while it or its link is PAUSED, and catches up when resumed`() {
        var paused = world(.paused, stored: .paused)
        paused.source("orders", partitions: 8)
        #expect(paused.plan.lines == ["= 2"])
        paused.link.mirrorTopics[0].state = .active
        #expect(
            paused.plan.lines == [
                "1 ~ mirror topic paris.orders: 3 -> 8 partitions", "2 ~ mirror topic paris.orders: PAUSED -> ACTIVE",
                "= 1",
            ])
        var linkPaused = world()
        linkPaused.source("orders", partitions: 8)
        linkPaused.link.state = .paused
        linkPaused.found.record?.state = .paused
        #expect(linkPaused.plan.lines == ["= 2"])
    }

    @Test func `is blocked when its source has fewer partitions`() {
        var world = world()
        world.source("orders", partitions: 2)
        #expect(
            world.plan.lines == [
                "x ~ mirror topic paris.orders [source_shrunk] paris/orders has 2 partitions, the mirror has 3", "= 1",
            ])
    }

    @Test(arguments: [MirrorTopicSpec.State.active, .promoted])
    func `is blocked when its source was recreated`(state: MirrorTopicSpec.State) {
        var world = world(state)
        world.source("orders", partitions: 3, id: "s-new")
        #expect(world.plan.steps.isEmpty)
        #expect(
            world.plan.blocked.map(\.reason)
                == ["source topic was recreated: paris/orders has id s-new, mirrored was s-orders"])
        #expect(
            world.plan.blocked.map(\.remedy) == [
                "declare state: FAILED_OVER to keep what was mirrored; to mirror the new topic declare ABSENT "
                    + "(deletes this mirror), apply, then ACTIVE"
            ])
    }

    @Test func `is blocked when its source is gone or unreadable`() {
        var world = world()
        world.found.sourceTopics["orders"] = .absent
        #expect(
            world.plan.lines == [
                "x ~ mirror topic paris.orders [source_missing] source topic not found: paris/orders", "= 1",
            ])
        world.found.sourceTopics["orders"] = .unreadable("not authorized")
        let sentence = "topic orders on paris cannot be read: not authorized"
        #expect(
            world.plan.lines == ["x ~ mirror topic paris.orders [unreadable] \(sentence)", "gap \(sentence)", "= 1"])
    }

    @Test(arguments: [MirrorTopicSpec.State.active, .paused, .promoted, .failedOver])
    func `is never recreated when its topic is gone`(state: MirrorTopicSpec.State) {
        var world = world(state)
        world.found.destinationTopics["paris.orders"] = .absent
        #expect(
            world.plan.lines == [
                "x ~ mirror topic paris.orders [mirror_lost] the mirror topic is gone from dublin; it is never "
                    + "recreated by itself", "= 1",
            ])
    }

    @Test(arguments: [MirrorTopicSpec.State.active, .paused, .promoted, .failedOver])
    func `is blocked when its topic was recreated by somebody`(state: MirrorTopicSpec.State) {
        var world = world(state)
        world.destination("paris.orders", id: "d-other")
        #expect(
            world.plan.lines == [
                "x ~ mirror topic paris.orders [mirror_lost] the topic on dublin was recreated by somebody: its id is "
                    + "d-other, the mirror's was d-paris.orders", "= 1",
            ])
    }

    @Test func `is blocked when its own topic is unreadable`() {
        var world = world(.failedOver)
        world.found.destinationTopics["paris.orders"] = .unreadable("not authorized")
        let sentence = "topic paris.orders on dublin cannot be read: not authorized"
        #expect(
            world.plan.lines == ["x ~ mirror topic paris.orders [unreadable] \(sentence)", "gap \(sentence)", "= 1"])
    }

    @Test func `keeps its source`() {
        var world = world()
        world.link.mirrorTopics[0].sourceName = "bills"
        #expect(
            world.plan.lines == [
                "x ~ mirror topic paris.orders [immutable] it mirrors orders, not bills", "= 1",
            ])
    }

    @Test func `fails over and pauses without its source`() {
        let sentence = "source paris cannot be read: connection refused"
        for (state, line) in [
            (
                MirrorTopicSpec.State.failedOver,
                "1 ! mirror topic paris.orders: ACTIVE -> FAILED_OVER needs --allow-irreversible"
            ),
            (.paused, "1 ~ mirror topic paris.orders: ACTIVE -> PAUSED"),
        ] {
            var world = world(state)
            world.live.clusters["paris"] = LiveCluster(
                name: "paris", clusterId: nil, brokerCount: 0, problem: "connection refused")
            #expect(world.plan.lines == [line, "= 1"])
        }
        for (state, stored, line) in [
            (
                MirrorTopicSpec.State.promoted, MirrorTopicState.active,
                "x ! mirror topic paris.orders: ACTIVE -> PROMOTED"
            ),
            (.active, .paused, "x ~ mirror topic paris.orders: PAUSED -> ACTIVE"),
        ] {
            var world = world(state, stored: stored)
            world.live.clusters["paris"]?.problem = "connection refused"
            #expect(world.plan.lines == ["\(line) [cluster_unusable] \(sentence)", "gap \(sentence)", "= 1"])
        }
    }

    @Test func `makes the plan incomplete when nothing is blocked but its source cannot be read`() {
        var world = world()
        world.live.clusters["paris"]?.problem = "connection refused"
        #expect(
            world.plan.lines == [
                "gap source paris cannot be read: connection refused; 1 mirror topic was not compared", "= 1",
            ])
        #expect(world.plan.isIncomplete && !world.plan.isBlocked && !world.plan.hasChanges)
        world.found.mirrors["paris.orders"]?.state = .stopped
        world.link.mirrorTopics[0].state = .promoted
        #expect(world.plan.lines == ["= 2"])
    }
}

@Suite struct `A mirror declared ABSENT` {
    @Test func `is deleted only when deletionProtection is off, with its own consent`() {
        var world = World.linked
        world.mirror("orders")
        world.declare("orders", .absent)
        #expect(world.plan.blocked.map(\.reasonPlace) == [place("a.yaml", 26)])
        #expect(world.plan.blocked.map(\.details) == [[Detail("would delete", "3 partitions")]])
        world.link.deletionProtection = false
        #expect(world.plan.lines == ["1 - mirror topic paris.orders needs --allow-delete", "= 1"])
        #expect(world.plan.steps[0].operation == .deleteMirror(topic: "paris.orders", topicId: "d-paris.orders"))
        #expect(
            world.plan.steps[0].preconditions.contains(
                .topicId(cluster: "dublin", topic: "paris.orders", equals: "d-paris.orders")))
        #expect(world.plan.needsDelete && !world.plan.needsIrreversible)
    }

    @Test func `is nothing to do when there is none`() {
        var world = World.linked
        world.declare("orders", .absent)
        #expect(world.plan.lines == ["= 1"])
    }

    @Test func `leaves a topic that is not ours`() {
        var world = World.linked
        world.destination("paris.orders")
        world.declare("orders", .absent)
        world.link.deletionProtection = false
        #expect(
            world.plan.lines == [
                "x - mirror topic paris.orders [name_taken] paris.orders on dublin is not a mirror topic of link a; "
                    + "Lockstep deletes only what it created", "= 1",
            ])
        world.found.otherLinksMirrors["paris.orders"] = "other"
        #expect(
            world.plan.lines == [
                "x - mirror topic paris.orders [name_taken] it is a mirror topic of link other, not of a", "= 1",
            ])
        world.found.otherLinksMirrors = [:]
        world.found.destinationTopics["paris.orders"] = .unreadable("not authorized")
        #expect(world.plan.blocked.map(\.rule) == [.unreadable])
        #expect(world.plan.isIncomplete)
    }

    @Test func `is forgotten when its topic is gone or is somebody else's`() {
        var world = World.linked
        world.mirror("orders")
        world.declare("orders", .absent)
        world.found.destinationTopics["paris.orders"] = .absent
        #expect(world.plan.lines == ["1 ~ mirror topic paris.orders: forget it", "= 1"])
        #expect(world.plan.steps[0].operation == .forgetMirror(topic: "paris.orders"))
        #expect(world.plan.steps[0].preconditions.contains(.topicAbsent(cluster: "dublin", topic: "paris.orders")))
        world.destination("paris.orders", id: "d-other")
        #expect(world.plan.steps.map(\.operation) == [.forgetMirror(topic: "paris.orders")])
        #expect(
            world.plan.steps[0].preconditions.contains(
                .topicId(cluster: "dublin", topic: "paris.orders", equals: "d-other")))
    }

    @Test func `is forgotten after STOPPED once its topic is gone, and never recreated before`() {
        var world = World.linked
        world.mirror("orders", .stopped, stop: .promote)
        world.found.destinationTopics["paris.orders"] = .absent
        world.declare("orders", .promoted)
        #expect(world.plan.lines == ["= 2"])
        world.link.mirrorTopics[0].state = .active
        #expect(world.plan.blocked.map(\.rule) == [.transition])
        #expect(!world.plan.hasChanges)
        world.link.mirrorTopics[0].state = .absent
        #expect(world.plan.lines == ["1 ~ mirror topic paris.orders: forget it", "= 1"])
    }
}
