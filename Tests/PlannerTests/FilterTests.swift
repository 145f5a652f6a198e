import Diagnostics
import KafkaModel
@testable import Planner
import Testing

@Suite struct `Filters and undeclared mirrors` {
    private func filtered(_ entries: TopicFilter...) -> World {
        var world = World.linked
        world.link.autoCreateFilters = TopicFilters(entries)
        world.link.autoCreatePlace = place("a.yaml", 15)
        world.applySettings()
        world.found.sourceTopicNames = []
        return world
    }

    private static let everything = TopicFilter(name: "*", patternType: .literal, filterType: .include)
    private static let orders = TopicFilter(name: "orders.", patternType: .prefixed, filterType: .include)
    private static let notTmp = TopicFilter(name: "orders.tmp.", patternType: .prefixed, filterType: .exclude)

    @Test func `create what they select and nothing else`() {
        var world = filtered(Self.notTmp, Self.orders)
        for name in ["orders.v2", "orders.v1", "orders.tmp.x", "bills", "__consumer_offsets"] { world.source(name) }
        #expect(
            world.plan.lines == [
                "1 + mirror topic paris.orders.v1", "2 + mirror topic paris.orders.v2", "= 1",
            ])
        #expect(world.plan.steps.map(\.place) == [place("a.yaml", 15), place("a.yaml", 15)])
    }

    @Test func `leave declared source topics to their entries`() {
        var world = filtered(Self.everything)
        world.source("orders")
        world.source("bills")
        world.declare("orders", .paused)
        #expect(world.plan.lines == ["1 + mirror topic paris.bills", "2 + mirror topic paris.orders", "= 1"])
        guard case .createMirrorTopic(let creation) = world.plan.steps[1].operation else {
            Issue.record("not a creation")
            return
        }
        #expect(creation.state == .paused)
    }

    @Test func `leave a topic out whose name is taken, and block nothing`() {
        var world = filtered(Self.everything)
        world.source("orders")
        world.source("bills")
        world.destination("paris.orders")
        #expect(
            world.plan.lines == [
                "1 + mirror topic paris.bills",
                "note mirror topic paris.orders: TOPIC_EXISTS_ERROR: cannot turn a writable topic into a mirror; "
                    + "paris.orders exists on dublin; it is left out. To mirror it: rename or delete that topic, or "
                    + "give the link a prefix", "= 1",
            ])
        #expect(world.plan.notes.map(\.code) == ["TOPIC_EXISTS_ERROR"])
        #expect(world.plan.notes.map(\.skipped) == ["paris.orders"])
    }

    @Test func `leave a topic out that another link mirrors, or whose name would be too long`() {
        var world = filtered(Self.everything)
        world.source("orders")
        world.found.otherLinksMirrors["paris.orders"] = "b"
        world.source(String(repeating: "x", count: 249))
        #expect(!world.plan.hasChanges && !world.plan.isBlocked)
        #expect(world.plan.notes.map(\.code) == ["TOPIC_EXISTS_ERROR", "INVALID_TOPIC"])
    }

    @Test func `mind nothing that has gone since it was listed`() {
        var world = filtered(Self.everything)
        world.source("orders")
        world.found.sourceTopics["orders"] = .absent
        #expect(world.plan.lines == ["= 1"])
    }

    @Test func `tell workers which topics an entry declares ABSENT`() {
        var world = filtered(Self.orders)
        world.source("orders.v1")
        world.declare("orders.v1", .absent)
        world.declare("bills", .absent)
        #expect(world.link.settings.notAutoCreated == ["orders.v1"])
        #expect(world.plan.lines == ["1 ~ link a: settings", "= 0"])
        world.applySettings()
        #expect(world.plan.lines == ["= 1"])
    }

    @Test func `never touch a mirror that has ended, is ending or was paused by hand`() {
        var world = filtered(Self.everything)
        world.mirror("ended", .stopped, stop: .promote)
        world.found.destinationTopics["paris.ended"] = .absent
        world.mirror("ending", .pendingStopped, stop: .failover)
        world.mirror("standing", .paused)
        world.mirror("copying")
        #expect(world.plan.lines == ["= 3"])
    }

    @Test func `follow partitions of what they selected before`() {
        var world = filtered(Self.everything)
        world.mirror("orders")
        world.found.sourceTopicNames = ["orders"]
        world.source("orders", partitions: 4)
        #expect(world.plan.lines == ["1 ~ mirror topic paris.orders: 3 -> 4 partitions", "= 1"])
    }

    @Test func `mention a mirror whose source topic is gone`() {
        var world = filtered(Self.everything)
        world.mirror("orders")
        world.found.sourceTopicNames = []
        world.found.sourceTopics["orders"] = .absent
        #expect(
            world.plan.lines == ["note mirror topic paris.orders: source topic paris/orders is gone", "= 2"])
    }

    @Test func `say that they were not applied when the source cannot be listed`() {
        var world = filtered(Self.everything)
        world.mirror("orders")
        world.found.sourceTopicNames = nil
        #expect(
            world.plan.lines == [
                "gap the topics of source paris could not be listed; the topic filters of link a were not applied",
                "= 2",
            ])
        world.live.clusters["paris"]?.problem = "connection refused"
        let sentence = "source paris cannot be read: connection refused"
        #expect(
            world.plan.lines == [
                "gap \(sentence); 1 mirror topic was not compared",
                "gap \(sentence); the topic filters of link a were not applied", "= 1",
            ])
    }

    @Test func `do not mirror mirrors back`() {
        var world = filtered(Self.everything)
        world.addLink("b", prefix: "dublin.", source: "dublin", to: "paris")
        var back = LiveLink(name: "b")
        back.storeExists = true
        back.record = LinkRecord(
            name: "b", linkId: "id-b", sourceClusterId: "D1", destinationClusterId: "P1", prefix: "dublin.",
            state: .active, createdAtMs: 1)
        back.mirrors["dublin.sales"] = MirrorRecord(
            link: "b", topic: "dublin.sales", sourceTopic: "sales", sourceTopicId: "s", topicId: "d", state: .active,
            sinceMs: 1)
        back.workersRunning = 1
        world.live.links["b"] = back
        world.desired.clusters["paris"]?.access = .readWrite
        world.source("dublin.sales")
        world.source("orders")
        #expect(
            world.plan.lines == [
                "1 + mirror topic paris.orders",
                "note link a: the mirror topics of link b on paris are not mirrored back", "undeclared b/dublin.sales",
                "= 2",
            ])
    }

    @Test func `mirror an ended mirror back, as it is an ordinary topic`() {
        var world = filtered(Self.everything)
        world.addLink("b", prefix: "dublin.", source: "dublin", to: "paris")
        world.desired.clusters["paris"]?.access = .readWrite
        world.live.links["b"]?.storeExists = true
        world.live.links["b"]?.record = LinkRecord(
            name: "b", linkId: "id-b", sourceClusterId: "D1", destinationClusterId: "P1", prefix: "dublin.",
            state: .active, createdAtMs: 1)
        world.live.links["b"]?.mirrors["dublin.sales"] = MirrorRecord(
            link: "b", topic: "dublin.sales", sourceTopic: "sales", sourceTopicId: "s", topicId: "d", state: .stopped,
            sinceMs: 1)
        world.source("dublin.sales")
        #expect(world.plan.lines == ["1 + mirror topic paris.dublin.sales", "= 2"])
    }

    @Test func `leave undeclared mirrors going and count them`() {
        var world = World.linked
        world.mirror("orders")
        world.mirror("old", .stopped, stop: .promote)
        #expect(world.plan.lines == ["undeclared a/paris.orders", "= 1"])
        #expect(!world.plan.hasChanges)
    }

    @Test func `pause undeclared mirrors when the policy says so`() {
        var world = World.linked
        world.mirror("orders")
        world.mirror("standing", .paused)
        world.mirror("ending", .pendingStopped, stop: .promote)
        world.link.onUndeclare = .pause
        #expect(
            world.plan.lines == [
                "1 ~ mirror topic paris.orders: ACTIVE -> PAUSED", "undeclared a/paris.ending",
                "undeclared a/paris.orders", "undeclared a/paris.standing", "= 1",
            ])
        world.link.autoCreateFilters = TopicFilters([Self.orders, Self.everything])
        world.applySettings()
        world.found.sourceTopicNames = ["orders", "standing", "ending"]
        #expect(world.plan.lines == ["= 3"])
    }
}
