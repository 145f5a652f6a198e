import Diagnostics
import KafkaModel
@testable import Planner
import Testing

@Suite struct `Link rules` {
    @Test func `creates store, link, mirror topics and workers in that order`() {
        var world = World()
        world.link.workerCount = 2
        world.source("orders")
        world.source("returns", partitions: 6)
        world.declare("returns")
        world.declare("orders")
        let plan = world.plan
        #expect(
            plan.lines == [
                "1 + state topic __lockstep on dublin",
                "2 + link a after 1",
                "3 + mirror topic paris.orders after 2",
                "4 + mirror topic paris.returns after 2",
                "5 + workers a: start 2 after 2",
                "= 0",
            ])
        #expect(plan.counts == StepCounts(create: 5, change: 0, delete: 0, irreversible: 0))
        #expect(plan.steps[0].link == nil)
        #expect(plan.steps[0].preconditions == [.clusterId(cluster: "dublin", equals: "D1")])
        #expect(
            plan.steps[1].preconditions == [
                .clusterId(cluster: "dublin", equals: "D1"), .clusterId(cluster: "paris", equals: "P1"),
                .linkAbsent(link: "a"),
            ])
        #expect(
            plan.steps[1].operation
                == .createLink(
                    creation: LinkCreation(
                        name: "a", sourceClusterId: "P1", destinationClusterId: "D1", prefix: "paris.", state: .active,
                        settings: LinkSettings())))
        #expect(plan.steps[4].operation == .startWorkers(indexes: [0, 1]))
        #expect(plan.steps.map(\.place?.line) == [nil, 4, 9, 9, 4])
    }

    @Test func `makes one store for two links to one destination`() {
        var world = World()
        world.addLink("b", prefix: "b.")
        world.desired.links.reverse()
        #expect(
            world.plan.lines == [
                "1 + state topic __lockstep on dublin", "2 + link a after 1", "3 + link b after 1", "= 0",
            ])
    }

    @Test func `finds nothing to do for a link that matches`() {
        let plan = World.linked.plan
        #expect(plan.lines == ["= 1"])
        #expect(
            !plan.hasChanges && !plan.isBlocked && !plan.isIncomplete && !plan.needsDelete && !plan.needsIrreversible)
    }

    @Test func `changes settings with a line for each, where they stand`() {
        var world = World.linked
        world.live.links["a"]?.record?.settings.configs = ["metadata.max.age.ms": "1000", "x": "1"]
        world.desired.links[0].configs = ["metadata.max.age.ms": "5000"]
        world.desired.links[0].configPlaces = ["metadata.max.age.ms": SourcePlace(file: "a.yaml", line: 7, column: 3)]
        let plan = world.plan
        #expect(plan.lines == ["1 ~ link a: settings", "= 0"])
        #expect(plan.steps[0].place?.line == 7)
        #expect(
            plan.steps[0].details == [Detail("metadata.max.age.ms", "1000 -> 5000"), Detail("x", "1 -> default")])
    }

    @Test func `pauses and resumes a link`() {
        var world = World.linked
        world.link.state = .paused
        #expect(world.plan.lines == ["1 ~ link a: ACTIVE -> PAUSED", "= 0"])
        #expect(world.plan.steps[0].operation == .changeLinkState(from: .active, to: .paused))
        #expect(world.plan.steps[0].place?.line == 7)
        world.link.state = .active
        world.found.record?.state = .paused
        #expect(world.plan.lines == ["1 ~ link a: PAUSED -> ACTIVE", "= 0"])
    }

    @Test func `does not touch a link whose prefix changed`() {
        var world = World.linked
        world.mirror("orders", .paused)
        world.declare("orders")
        world.found.record?.prefix = "p."
        #expect(
            world.plan.lines == [
                "x ~ link a [immutable] the prefix of a link cannot change: it was made with \"p.\", "
                    + "now \"paris.\" is declared",
                "= 0",
            ])
        #expect(
            world.plan.blocked[0].remedy
                == "put \"p.\" back; for another prefix declare a second link with its own name, let it catch up, "
                + "move the consumers, then stop the mirror topics of this one")
        #expect(world.plan.blocked[0].details == [Detail("not planned", "1 mirror topic")])
    }

    @Test func `does not touch a link that was made on another destination`() {
        var world = World.linked
        world.found.record?.destinationClusterId = "D0"
        #expect(
            world.plan.lines == [
                "x ~ link a [immutable] the link was made on cluster id D0, but dublin is D1", "= 0",
            ])
    }

    @Test func `stops comparing, but still fails over, when the source is another cluster than before`() {
        var world = World.linked
        world.mirror("orders")
        world.mirror("bills")
        world.declare("orders")
        world.declare("bills", .failedOver)
        world.found.record?.sourceClusterId = "P0"
        let sentence = "link a was made for source cluster id P0, but paris is P1"
        #expect(
            world.plan.lines == [
                "1 ! mirror topic paris.bills: ACTIVE -> FAILED_OVER needs --allow-irreversible",
                "x ~ link a [immutable] \(sentence)",
                "gap \(sentence)",
                "gap \(sentence); 1 mirror topic was not compared",
                "= 0",
            ])
    }

    @Test func `refuses a link from a cluster to itself`() {
        var world = World()
        world.live.clusters["paris"]?.clusterId = "D1"
        #expect(
            world.plan.lines == [
                "x + link a [cluster_unusable] source paris and destination dublin are the same cluster", "= 0",
            ])
    }

    @Test func `plans nothing on a destination that cannot be read`() {
        var world = World.linked
        world.mirror("orders")
        world.declare("orders", .paused)
        world.live.clusters["dublin"] = LiveCluster(
            name: "dublin", clusterId: nil, brokerCount: 0, problem: "connection refused")
        world.live.links["a"] = nil
        #expect(
            world.plan.lines == [
                "x + link a [cluster_unusable] destination dublin cannot be read: connection refused",
                "gap destination dublin cannot be read: connection refused",
                "= 0",
            ])
        #expect(world.plan.clusters.map(\.problem) == ["cannot be read: connection refused", nil])
    }

    @Test func `plans nothing on a cluster with another id than declared`() {
        var world = World.linked
        world.desired.clusters["dublin"]?.clusterId = "D9"
        let problem = "cannot be used: it reports cluster id D1, but clusters.yaml:9 declares D9"
        #expect(
            world.plan.lines == [
                "x ~ link a [cluster_unusable] destination dublin \(problem)", "gap destination dublin \(problem)",
                "= 0",
            ])
        #expect(world.plan.clusters[0].problem == problem)
    }

    @Test func `plans nothing when the state of the link cannot be read`() {
        var world = World.linked
        world.found.problem = "not authorized to read __lockstep"
        let sentence = "the state of link a on dublin cannot be read: not authorized to read __lockstep"
        #expect(world.plan.lines == ["x ~ link a [cluster_unusable] \(sentence)", "gap \(sentence)", "= 0"])
        world.live.links["a"] = nil
        #expect(world.plan.blocked.map(\.reason) == ["the state of link a on dublin was not read"])
        #expect(world.plan.isIncomplete)
    }

    @Test func `does not create a link whose source cannot be read`() {
        var world = World()
        world.declare("orders")
        world.live.clusters["paris"] = LiveCluster(
            name: "paris", clusterId: nil, brokerCount: 0, problem: "connection refused")
        let sentence = "source paris cannot be read: connection refused"
        #expect(world.plan.lines == ["x + link a [cluster_unusable] \(sentence)", "gap \(sentence)", "= 0"])
    }

    @Test func `blocks every step on a destination that is READ_ONLY`() {
        var world = World()
        world.source("orders")
        world.declare("orders")
        world.desired.clusters["dublin"]?.access = .readOnly
        let reason = "[read_only] access of cluster dublin is READ_ONLY"
        #expect(
            world.plan.lines == [
                "x + link a \(reason)", "x + mirror topic paris.orders \(reason)", "x + workers a: start 1 \(reason)",
                "= 0",
            ])
        #expect(world.plan.blocked[0].reasonPlace == place("clusters.yaml", 9))
        var matching = World.linked
        matching.desired.clusters["dublin"]?.access = .readOnly
        #expect(matching.plan.lines == ["= 1"])
    }

    @Test func `mentions a link that is declared in no file and touches nothing`() {
        var world = World.linked
        world.mirror("orders")
        world.desired.links = []
        #expect(world.plan.lines == ["note link a is declared in none of these files; it goes on as it was", "= 0"])
    }
}
