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
