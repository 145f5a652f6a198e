import KafkaModel
import Testing

@testable import Planner

@Suite struct `A saved plan` {
    private var world: World {
        var world = World()
        world.source("orders")
        world.declare("orders")
        world.declare("bills")
        return world
    }

    @Test func `comes back as it was`() throws {
        let plan = world.plan
        #expect(try Plan.read(plan.saved()) == plan)
    }

    @Test func `keeps which link its steps are for, made by it or there before`() throws {
        for (world, id) in [(self.world, nil), (World.linked, "id-a")] {
            var world = world
            world.source("new")
            world.declare("new")
            let read = try Plan.read(world.plan.saved())
            let creation = try #require(read.steps.first { $0.object.name == "paris.new" })
            #expect(creation.preconditions.contains(.linkId(link: "a", equals: id)))
        }
    }

    @Test func `has an id of its content, not of the time it was read`() {
        let plan = world.plan
        #expect(plan.planId.hasPrefix("sha256:") && plan.planId.count == 71)
        var later = world
        later.live.readAtMs += 1
        #expect(later.plan.planId == plan.planId)
        #expect(later.plan.fingerprint == plan.fingerprint)
        var other = world
        other.source("orders", partitions: 4)
        #expect(other.plan.planId != plan.planId)
        #expect(other.plan.fingerprint != plan.fingerprint)
        var edited = world
        edited.desired.digest = "d2"
        #expect(edited.plan.planId != plan.planId)
        #expect(edited.plan.fingerprint == plan.fingerprint)
    }

    /// Everything that was found counts, but not what changes without meaning.
    @Test func `has a fingerprint of everything that was found`() {
        var world = World.linked
        world.mirror("orders", .stopped, stop: .promote)
        world.found.sourceTopicNames = ["orders"]
        let edits: [(inout LiveLink) -> Void] = [
            { $0.record?.linkId = "x" }, { $0.record?.prefix = "x" }, { $0.record?.state = .paused },
            { $0.storeExists = false }, { $0.workersRunning = 7 }, { $0.runningWorkerIndexes = [0] },
            { $0.problem = "x" }, { $0.sourceTopicNames = nil }, { $0.sourceTopicNames = [] },
            { $0.failures["orders"] = "x" }, { $0.otherLinksMirrors["x"] = "y" },
            { $0.mirrors["paris.orders"]?.state = .active }, { $0.mirrors["paris.orders"]?.topicId = nil },
            { $0.mirrors["paris.orders"]?.sourceTopicId = "x" }, { $0.mirrors["paris.orders"]?.stop?.mode = .failover },
            { $0.mirrors["paris.orders"]?.stoppedOffsets = [1] }, { $0.mirrors["paris.orders"]?.sinceMs = 99 },
            { $0.mirrors["paris.orders"]?.restoreConfigs = ["retention.ms": nil] },
            { $0.mirrors["paris.orders"]?.restoreConfigs = ["retention.ms": "1"] },
            { $0.mirrors["paris.orders"]?.overrides = ["retention.ms": nil] },
            { $0.mirrors["paris.orders"]?.overrides = ["retention.ms": "1"] },
            { $0.sourceTopics["orders"] = .absent }, { $0.sourceTopics["orders"] = .unreadable("x") },
            { $0.sourceTopics["orders"] = .present(topic("orders", partitions: 3, id: "x")) },
            { $0.sourceTopics["orders"] = .present(topic("orders", id: "s-orders", configs: ["retention.ms": "1"])) },
            { $0.destinationTopics["paris.orders"] = .present(topic("paris.orders", partitions: 9, id: nil)) },
            {
                var found = topic("orders", id: "s-orders")
                found.replicationFactor = 9
                $0.sourceTopics["orders"] = .present(found)
            },
        ]
        var seen: Set<String> = [world.plan.fingerprint]
        for edit in edits {
            var other = world
            edit(&other.found)
            seen.insert(other.plan.fingerprint)
        }
        #expect(seen.count == edits.count + 1)
        world.found.lag["paris.orders"] = 5
        world.live.clusters["paris"]?.brokerCount = 9
        #expect(seen.contains(world.plan.fingerprint))
    }

    @Test func `is refused when it was changed`() throws {
        let saved = String(decoding: try world.plan.saved(), as: UTF8.self)
        let changed = saved.replacing("\"partitions\" : 3", with: "\"partitions\" : 30")
        #expect(changed != saved)
        #expect(throws: PlanFileError.changed) { try Plan.read(Array(changed.utf8)) }
    }

    @Test(arguments: [
        ("", "it is no JSON"), ("{", "it is no JSON"), ("[]", "it is no JSON"), ("{}", "\"format\" is missing"),
        ("{\"format\": \"x\"}", "the value of format does not fit"),
        ("{\"format\": 1}", "\"planId\" is missing"),
    ])
    func `says what is wrong with a file that is none`(text: String, reason: String) {
        #expect(throws: PlanFileError.malformed(reason)) { try Plan.read(Array(text.utf8)) }
    }

    @Test func `names a format it does not know`() {
        #expect(throws: PlanFileError.unknownFormat(7)) { try Plan.read(Array("{\"format\": 7}".utf8)) }
        #expect(
            PlanFileError.unknownFormat(7).description
                == "the plan was saved in format 7, this version reads format 1; plan again")
    }
}
