import Diagnostics
import KafkaModel
@testable import Planner
import Testing

@Suite struct `Removal of a link` {
    private func world(_ change: (inout World) -> Void = { _ in }) -> World {
        var world = World.linked
        world.link.isAbsent = true
        world.link.deletionProtection = false
        change(&world)
        return world
    }

    @Test func `removes a link whose mirror topics have all stopped`() {
        let world = world { world in
            world.mirror("orders", .stopped, stop: .promote)
            world.mirror("returns", .stopped, stop: .failover)
        }
        let plan = world.plan
        #expect(plan.lines == ["1 - link a needs --allow-delete", "= 0"])
        #expect(plan.steps[0].operation == .deleteLink(mirrors: ["paris.orders", "paris.returns"]))
        #expect(plan.steps[0].place?.line == 7)
        #expect(
            plan.steps[0].preconditions == [
                .clusterId(cluster: "dublin", equals: "D1"), .linkId(link: "a", equals: "id-a"),
                .linkState(link: "a", equals: .active),
                .mirrorState(link: "a", topic: "paris.orders", equals: .stopped),
                .mirrorState(link: "a", topic: "paris.returns", equals: .stopped),
            ])
    }

    @Test func `is done once the record is gone, and needs no source`() {
        var world = world()
        world.found.record = nil
        #expect(world.plan.lines == ["= 1"])
        world.live.clusters["paris"]?.problem = "nobody answers"
        #expect(world.plan.lines == ["= 1"])
        world.found.record = World.record("a")
        #expect(world.plan.lines == ["1 - link a needs --allow-delete", "= 0"])
    }

    @Test func `is blocked by deletionProtection, and then ends no mirror topic`() {
        let world = world { world in
            world.link.deletionProtection = true
            world.link.onLinkDelete = .failOver
            world.mirror("orders")
        }
        #expect(
            world.plan.lines == [
                "x - link a [deletion_protection] deletionProtection is true on a", "= 0",
            ])
        #expect(world.plan.blocked[0].reasonPlace?.line == 26)
    }

    @Test(arguments: [true, false])
    func `fails mirrors over with the settings of their entries, or those that are recorded`(_ isDeclared: Bool) {
        let world = world { world in
            world.link.onLinkDelete = .failOver
            world.mirror("orders")
            world.found.mirrors["paris.orders"]?.overrides = ["retention.ms": "5"]
            if isDeclared {
                world.declare("orders")
                world.link.mirrorTopics[0].configs = ["retention.ms": "6"]
            }
        }
        let changes = world.plan.steps.compactMap { step -> [String: String?]? in
            guard case .changeMirrorConfigs(_, let change) = step.operation else { return nil }
            return change.overrides
        }
        #expect(changes == (isDeclared ? [["retention.ms": "6"]] : []))
    }

    @Test(arguments: [MirrorTopicState.active, .paused])
    func `is refused while a mirror topic has not stopped`(_ state: MirrorTopicState) {
        let world = world { $0.mirror("orders", state) }
        #expect(
            world.plan.lines == [
                "x - link a [mirrors_live] mirror topic paris.orders has not stopped", "= 0",
            ])
        #expect(world.plan.blocked[0].details == [Detail("not stopped", "paris.orders (\(state.rawValue))")])
    }

    /// PROMOTED and FAILED_OVER are refused before a mirror topic is ACTIVE, and under ABSENT it never becomes so.
    @Test(arguments: [nil, MirrorTopicSpec.State.promoted, .failedOver, .absent, .active])
    func `is refused with a way out while a creation is not finished`(_ declared: MirrorTopicSpec.State?) {
        let world = world { world in
            world.mirror("orders", .pendingMirror)
            if let declared { world.declare("orders", declared) }
        }
        #expect(
            world.plan.lines == [
                "x - link a [mirrors_live] the creation of mirror topic paris.orders was begun and is not finished",
                "= 0",
            ])
        #expect(world.plan.blocked.first?.details == [Detail("not finished", "paris.orders")])
        #expect(
            world.plan.blocked.first?.remedy
                == "what was begun is finished when the link is declared ACTIVE and applied; or delete the topic with "
                + "Kafka's tools if it is nobody's; policy.onLinkDelete: FAIL_OVER leaves it as it is")
    }

    @Test func `names both what has not stopped and what is not finished`() {
        let world = world { world in
            world.mirror("orders", .pendingMirror)
            world.mirror("returns")
        }
        #expect(
            world.plan.blocked.map(\.reason) == [
                "mirror topic paris.returns has not stopped, and the creation of mirror topic paris.orders was begun "
                    + "and is not finished"
            ])
        #expect(
            world.plan.blocked.first?.details == [
                Detail("not stopped", "paris.returns (ACTIVE)"), Detail("not finished", "paris.orders"),
            ])
    }

    @Test func `a creation that made no topic yet is in nobody's way`() {
        let world = world { world in
            world.mirror("orders", .pendingMirror)
            world.found.destinationTopics["paris.orders"] = .absent
        }
        #expect(world.plan.lines == ["1 - link a needs --allow-delete", "= 0"])
        #expect(world.plan.steps.first?.details.contains { $0.label == "leaves as it is" } == false)
    }

    @Test func `says which topics it leaves half made`() {
        let world = world { world in
            world.link.onLinkDelete = .failOver
            world.mirror("orders", .pendingMirror)
            world.mirror("returns", .pendingMirror)
            world.found.destinationTopics["paris.returns"] = .unreadable("not authorized")
        }
        #expect(world.plan.lines == ["1 - link a needs --allow-delete", "= 0"])
        #expect(
            world.plan.steps.first?.details.last
                == Detail(
                    "leaves as it is",
                    "paris.orders, paris.returns: begun as a mirror topic and not finished; it may have a mirror's "
                        + "settings, such as retention.ms=-1, so look at it before anybody writes to it"))
    }

    @Test func `is refused while a mirror topic is stopping`() {
        let world = world { $0.mirror("orders", .pendingStopped, stop: .promote) }
        #expect(world.plan.blocked.map(\.rule) == [.mirrorsLive])
    }

    @Test func `promotes what is declared first, with workers, and goes behind it`() {
        let world = world { world in
            world.found.workersRunning = 0
            world.mirror("orders")
            world.declare("orders", .promoted)
        }
        #expect(
            world.plan.lines == [
                "1 + workers a: start 1",
                "2 ! mirror topic paris.orders: ACTIVE -> PROMOTED after 1 needs --allow-irreversible",
                "3 - link a after 2 needs --allow-delete",
                "= 0",
            ])
    }

    @Test func `fails over all that mirrors when the policy says so, without workers and without a source`() {
        let world = world { world in
            world.live.clusters["paris"]?.problem = "nobody answers"
            world.found.workersRunning = 0
            world.link.onLinkDelete = .failOver
            world.mirror("a")
            world.mirror("b", .paused)
            world.mirror("c", .stopped, stop: .promote)
            world.mirror("d", .pendingStopped, stop: .failover)
            world.declare("b", .paused)
        }
        #expect(
            world.plan.lines == [
                "1 ! mirror topic paris.a: ACTIVE -> FAILED_OVER needs --allow-irreversible",
                "2 ! mirror topic paris.b: PAUSED -> FAILED_OVER needs --allow-irreversible",
                "3 ~ mirror topic paris.d: finish failover",
                "4 - link a after 1,2,3 needs --allow-delete",
                "= 0",
            ])
    }

    @Test func `a mirror topic that is gone or somebody else's is nothing to end`() {
        let world = world { world in
            world.mirror("gone")
            world.found.destinationTopics["paris.gone"] = .absent
            world.mirror("other")
            world.destination("paris.other", id: "another")
        }
        #expect(world.plan.lines == ["1 - link a needs --allow-delete", "= 0"])
        #expect(
            world.plan.steps[0].preconditions.contains(
                .mirrorState(link: "a", topic: "paris.gone", equals: .active)))
    }

    @Test func `waits for mirror topics that cannot be ended`() {
        let world = world { world in
            world.mirror("orders")
            world.declare("orders", .promoted)
            world.live.clusters["paris"]?.problem = "nobody answers"
        }
        #expect(world.plan.steps.isEmpty)
        #expect(world.plan.blocked.map(\.rule) == [.clusterUnusable, .mirrorsLive])
    }

    @Test func `deletes declared topics before the link`() {
        let world = world { world in
            world.mirror("orders")
            world.declare("orders", .absent)
        }
        #expect(
            world.plan.lines == [
                "1 - mirror topic paris.orders needs --allow-delete",
                "2 - link a after 1 needs --allow-delete",
                "= 0",
            ])
        #expect(world.plan.steps[1].operation == .deleteLink(mirrors: []))
    }

    @Test func `is refused on a cluster that the link was not made on`() {
        let world = world { $0.live.clusters["dublin"]?.clusterId = "D2" }
        #expect(world.plan.blocked.map(\.rule) == [.immutable])
    }

    @Test func `leaves names to other links`() {
        var world = world()
        world.found.record = nil
        world.addLink("b")
        world.live.links["b"]?.record = World.record("b")
        world.live.links["b"]?.storeExists = true
        world.live.links["b"]?.workersRunning = 1
        world.live.links["b"]?.sourceTopics["orders"] = .present(topic("orders", id: "s-orders"))
        world.live.links["b"]?.destinationTopics["paris.orders"] = .absent
        world.declare("orders")
        world.desired.links[1].mirrorTopics = world.link.mirrorTopics
        #expect(world.plan.lines == ["1 + mirror topic paris.orders", "= 2"])
    }

    @Test func `is settled by one apply`() {
        let world = world { world in
            world.link.onLinkDelete = .failOver
            world.mirror("a")
            world.mirror("b", .stopped, stop: .promote)
        }
        var model = ModelApplier(live: world.live, desired: world.desired)
        model.apply(world.plan)
        #expect(model.failures == [])
        #expect(Planner.plan(desired: world.desired, live: model.live).lines == ["= 1"])
    }
}
