import KafkaModel
import Testing

@testable import Planner

@Suite struct `Plans of random worlds` {
    static let seeds = Array(UInt64(1)...400)

    @Test(arguments: seeds)
    func `are empty once they were applied`(seed: UInt64) {
        let world = RandomWorld(seed: seed).world
        let plan = world.plan
        var applier = ModelApplier(live: world.live, desired: world.desired)
        applier.apply(plan)
        #expect(applier.failures.isEmpty, "seed \(seed)")
        let again = Planner.plan(desired: world.desired, live: applier.live)
        #expect(again.steps.isEmpty, "seed \(seed): \(again.lines)")
        // What was blocked stays blocked for the same reasons, and nothing new is.
        // One exception: a mirror whose topic is somebody else's was forgotten, and its ABSENT entry is still there.
        let forgotten = plan.steps.filter { $0.operation == .forgetMirror(topic: $0.object.name) }.map(\.object)
        let new = again.blocked.filter { !plan.blocked.contains($0) }
        #expect(new.allSatisfy { $0.rule == .nameTaken && forgotten.contains($0.object) }, "seed \(seed): \(new)")
        #expect(plan.blocked.filter { !again.blocked.contains($0) && $0.rule != .readOnly }.isEmpty, "seed \(seed)")
    }

    @Test(arguments: seeds)
    func `do not depend on the order of the input`(seed: UInt64) throws {
        var random = RandomWorld(seed: seed)
        let plan = random.world.plan
        let other = random.shuffled().plan
        #expect(other == plan, "seed \(seed)")
        #expect(try other.saved() == plan.saved(), "seed \(seed)")
    }

    @Test(arguments: seeds)
    func `keep the rules that hold for every plan`(seed: UInt64) {
        let world = RandomWorld(seed: seed).world
        let plan = world.plan
        #expect(plan.steps.map(\.number) == Array(plan.steps.indices).map { $0 + 1 }, "seed \(seed)")
        for step in plan.steps {
            #expect(step.after.allSatisfy { $0 < step.number }, "seed \(seed): a step waits for a later one")
            #expect(step.destination == "dublin", "seed \(seed): only destinations are written")
            #expect(
                (step.action == .irreversible) == (step.needs == .allowIrreversible)
                    && (step.action == .delete) == (step.needs == .allowDelete), "seed \(seed)")
        }
        let lastSafe = plan.steps.last { $0.needs == nil && !$0.finishesStop }?.number ?? 0
        let firstOneWay = plan.steps.first { $0.needs != nil }?.number ?? Int.max
        #expect(lastSafe < firstOneWay, "seed \(seed): one-way steps are not last")
        checkDataSafety(plan, world, seed)
    }

    /// Nothing is deleted or ended that a line does not ask for, and no stopped mirror is touched.
    private func checkDataSafety(_ plan: Plan, _ world: World, _ seed: UInt64) {
        for step in plan.steps where step.object.kind == .mirrorTopic {
            guard let link = world.desired.links.first(where: { $0.name == step.link }) else {
                Issue.record("seed \(seed): a step on an undeclared link")
                continue
            }
            let declared = link.mirrorTopics.first { $0.name == step.object.name }?.state
            let stored = world.live.links[link.name]?.mirrors[step.object.name]
            let isWithLink = link.isAbsent && link.onLinkDelete == .failOver && !link.deletionProtection
            switch step.operation {
            case .deleteMirror:
                #expect(declared == .absent && !link.deletionProtection && stored?.state != .stopped, "seed \(seed)")
            case .promoteMirror: #expect(declared == .promoted, "seed \(seed)")
            case .failOverMirror:
                #expect(declared == .failedOver || isWithLink, "seed \(seed)")
            case .createMirrorTopic: #expect(stored == nil || stored?.state == .pendingMirror, "seed \(seed)")
            case .forgetMirror: #expect(declared == .absent, "seed \(seed)")
            case .changeMirrorConfigs where stored?.state == .pendingStopped:
                #expect(declared == .promoted || declared == .failedOver || isWithLink, "seed \(seed)")
            case .addPartitions where stored?.state == .pendingStopped:
                #expect(declared == .promoted, "seed \(seed)")
            default: #expect(stored?.state == .active || stored?.state == .paused, "seed \(seed)")
            }
        }
    }
}

extension `Plans of random worlds` {
    @Test func `meet every operation and every rule`() {
        var operations: Set<String> = []
        var rules: Set<BlockedChange.Rule> = []
        for seed in Self.seeds {
            let plan = RandomWorld(seed: seed).world.plan
            rules.formUnion(plan.blocked.map(\.rule))
            operations.formUnion(plan.steps.map { "\($0.operation)".prefix { $0 != "(" } }.map(String.init))
        }
        #expect(
            operations.sorted() == [
                "addPartitions", "changeLinkSettings", "changeLinkState", "changeMirrorConfigs", "createLink",
                "createMirrorTopic",
                "createStore", "deleteLink", "deleteMirror", "failOverMirror", "forgetMirror", "pauseMirror",
                "promoteMirror", "resumeMirror", "startWorkers",
            ])
        // No random name is too long.
        #expect(Set(BlockedChange.Rule.allCases).subtracting(rules) == [.illegalName])
    }
}

extension Step {
    fileprivate var finishesStop: Bool {
        switch operation {
        case .promoteMirror, .failOverMirror: needs == nil
        default: false
        }
    }
}
