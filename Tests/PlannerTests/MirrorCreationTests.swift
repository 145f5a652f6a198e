import Diagnostics
import KafkaModel
@testable import Planner
import Testing

@Suite struct `Mirror creation` {
    @Test func `carries what the applier needs`() throws {
        var world = World.linked
        world.link.replicationFactor = 2
        world.found.sourceTopics["orders"] = .present(
            topic(
                "orders", partitions: 12, id: "s-orders",
                configs: ["cleanup.policy": "compact", "retention.ms": "-1", "message.timestamp.type": "LogAppendTime"])
        )
        world.declare("orders", .paused)
        world.applySettings()
        let step = try #require(world.plan.steps.first)
        #expect(
            step.operation
                == .createMirrorTopic(
                    creation: MirrorTopicCreation(
                        topic: "paris.orders", sourceTopic: "orders", sourceTopicId: "s-orders", partitions: 12,
                        replicationFactor: 2, state: .paused,
                        configs: [
                            "cleanup.policy": "compact", "max.message.bytes": "1048588", "compression.type": "producer",
                            "message.timestamp.type": "CreateTime", "retention.bytes": "-1", "retention.ms": "-1",
                        ],
                        restoreConfigs: [
                            "compression.type": nil, "message.timestamp.after.max.ms": nil,
                            "message.timestamp.before.max.ms": nil, "message.timestamp.difference.max.ms": nil,
                            "message.timestamp.type": "LogAppendTime", "retention.bytes": nil, "retention.ms": "-1",
                        ])))
        #expect(
            step.preconditions == [
                .clusterId(cluster: "dublin", equals: "D1"), .linkId(link: "a", equals: "id-a"),
                .clusterId(cluster: "paris", equals: "P1"),
                .topicId(cluster: "paris", topic: "orders", equals: "s-orders"), .mirrorAbsent(topic: "paris.orders"),
                .topicAbsent(cluster: "dublin", topic: "paris.orders"),
            ])
        #expect(
            step.details == [Detail("from paris/orders", "12 partitions, 2 replicas each"), Detail("state", "PAUSED")])
    }

    @Test func `starts no workers for a mirror that is created PAUSED`() {
        var world = World.linked
        world.found.workersRunning = 0
        world.source("orders")
        world.declare("orders", .paused)
        #expect(world.plan.lines == ["1 + mirror topic paris.orders", "= 1"])
    }

    @Test func `needs no topic ids`() throws {
        var world = World.linked
        world.found.sourceTopics["orders"] = .present(topic("orders", id: nil))
        world.declare("orders")
        let step = try #require(world.plan.steps.first)
        #expect(
            step.preconditions == [
                .clusterId(cluster: "dublin", equals: "D1"), .linkId(link: "a", equals: "id-a"),
                .clusterId(cluster: "paris", equals: "P1"), .mirrorAbsent(topic: "paris.orders"),
                .topicAbsent(cluster: "dublin", topic: "paris.orders"),
            ])
    }

    @Test func `leaves a topic alone that is not ours`() {
        var world = World.linked
        world.source("orders")
        world.source("bills")
        world.destination("paris.orders")
        world.declare("orders")
        world.declare("bills")
        #expect(
            world.plan.lines == [
                "1 + mirror topic paris.bills",
                "x + mirror topic paris.orders [name_taken] cannot turn a writable topic into a mirror; paris.orders "
                    + "exists on dublin",
                "= 1",
            ])
    }

    @Test func `says which source topic is missing and does the rest`() {
        var world = World.linked
        world.source("bills")
        world.declare("orders")
        world.declare("bills")
        #expect(
            world.plan.lines == [
                "1 + mirror topic paris.bills",
                "x + mirror topic paris.orders [source_missing] source topic not found: paris/orders",
                "= 1",
            ])
        #expect(!world.plan.isIncomplete)
    }

    @Test func `takes neither side's silence for absence`() {
        var world = World.linked
        world.declare("orders")
        world.found.sourceTopics["orders"] = .unreadable("not authorized")
        #expect(
            world.plan.lines == [
                "x + mirror topic paris.orders [unreadable] topic orders on paris cannot be read: not authorized",
                "gap topic orders on paris cannot be read: not authorized", "= 1",
            ])
        world.source("orders")
        world.found.destinationTopics["paris.orders"] = .unreadable("not authorized")
        let sentence = "topic paris.orders on dublin cannot be read: not authorized"
        #expect(
            world.plan.lines == ["x + mirror topic paris.orders [unreadable] \(sentence)", "gap \(sentence)", "= 1"])
        world.found.destinationTopics["paris.orders"] = nil
        #expect(
            world.plan.blocked.map(\.reason)
                == ["topic paris.orders on dublin cannot be read: nothing was read about it"])
        #expect(world.plan.isIncomplete)
    }

    @Test func `needs the source's synced configs`() {
        var world = World.linked
        var source = topic("orders", id: "s-orders")
        source.configs = ["cleanup.policy": "delete"]
        world.found.sourceTopics["orders"] = .present(source)
        world.declare("orders")
        let sentence = "topic orders on paris does not tell its max.message.bytes"
        #expect(
            world.plan.lines == ["x + mirror topic paris.orders [unreadable] \(sentence)", "gap \(sentence)", "= 1"])
    }

    @Test func `leaves a mirror of another link to that link`() {
        var world = World.linked
        world.source("orders")
        world.destination("paris.orders")
        world.found.otherLinksMirrors["paris.orders"] = "other"
        world.declare("orders")
        #expect(
            world.plan.lines == [
                "x + mirror topic paris.orders [name_taken] paris.orders on dublin belongs to link other", "= 1",
            ])
    }

    @Test func `lets one of two links have a name that both want`() {
        var world = World.linked
        world.addLink("b")
        world.live.links["b"]?.record = World.record("b")
        world.live.links["b"]?.storeExists = true
        world.live.links["b"]?.workersRunning = 1
        world.live.links["b"]?.sourceTopicNames = ["orders"]
        world.desired.links[1].autoCreateFilters = TopicFilters([
            TopicFilter(name: "*", patternType: .literal, filterType: .include)
        ])
        world.applySettings()
        world.source("orders")
        let found = world.found
        world.live.links["b"]?.sourceTopics = found.sourceTopics
        world.live.links["b"]?.destinationTopics = found.destinationTopics
        world.declare("orders")
        #expect(
            world.plan.lines == [
                "1 + mirror topic paris.orders",
                "note mirror topic paris.orders: TOPIC_EXISTS_ERROR: paris.orders on dublin belongs to link a; it is "
                    + "left out. To mirror it: remove it from one of the links, or give this link a prefix of its own",
                "= 2",
            ])
    }

    @Test func `refuses a name that no broker takes`() {
        var world = World.linked
        let long = String(repeating: "x", count: 245)
        world.source(long)
        world.declare(long)
        #expect(world.plan.blocked.map(\.rule) == [.illegalName])
        #expect(world.plan.blocked.map(\.reason) == ["a topic name has at most 249 characters"])
    }

    @Test func `cannot create while the source cannot be read`() {
        var world = World.linked
        world.mirror("bills")
        world.declare("orders")
        world.declare("bills")
        world.live.clusters["paris"]?.problem = "connection refused"
        let sentence = "source paris cannot be read: connection refused"
        #expect(
            world.plan.lines == [
                "x + mirror topic paris.orders [cluster_unusable] \(sentence)", "gap \(sentence)",
                "gap \(sentence); 1 mirror topic was not compared", "= 1",
            ])
    }

    @Test func `finishes a creation that was cut off`() throws {
        var world = World.linked
        world.mirror("orders", .pendingMirror)
        world.declare("orders")
        let step = try #require(world.plan.steps.first)
        guard case .createMirrorTopic(let creation) = step.operation else {
            Issue.record("not a creation: \(step.operation)")
            return
        }
        #expect(creation.topic == "paris.orders")
        #expect(
            step.preconditions.contains(.topicId(cluster: "dublin", topic: "paris.orders", equals: "d-paris.orders")))
        world.found.destinationTopics["paris.orders"] = .absent
        #expect(world.plan.lines == ["1 + mirror topic paris.orders: finish creation", "= 1"])
        #expect(world.plan.steps[0].preconditions.contains(.topicAbsent(cluster: "dublin", topic: "paris.orders")))
        world.destination("paris.orders", partitions: 4)
        #expect(
            world.plan.lines == [
                "x + mirror topic paris.orders [mirror_lost] its creation was begun and is not finished, and "
                    + "paris.orders on dublin has 4 partitions instead of 3",
                "= 1",
            ])
    }
}
