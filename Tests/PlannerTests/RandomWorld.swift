import Diagnostics
import KafkaModel

@testable import Planner

/// Desired and live states from a seed: two links to one destination, with everything that can be odd about them.
struct RandomWorld {
    private var random: SeededRandom
    private(set) var world = World()

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        world.addLink("b", prefix: "other.")
        for index in world.desired.links.indices { fill(index) }
        shareMirrors()
        oddities()
    }

    private mutating func fill(_ index: Int) {
        var link = world.desired.links[index]
        var found = LiveLink(name: link.name)
        link.state = random.one(in: 5) ? .paused : .active
        link.deletionProtection = random.one(in: 2)
        link.onUndeclare = random.one(in: 2) ? .pause : .keep
        link.isAbsent = random.one(in: 6)
        link.onLinkDelete = random.one(in: 2) ? .failOver : .refuse
        link.workerCount = Int.random(in: 0...3, using: &random)
        link.workerMode = random.one(in: 4) ? .external : .local
        found.workersRunning = Int.random(in: 0...2, using: &random)
        found.storeExists = !random.one(in: 4)
        if found.storeExists, !random.one(in: 4) {
            found.record = World.record(link.name, prefix: link.prefix)
            if random.one(in: 4) { found.record?.state = .paused }
        }
        if random.one(in: 2) {
            link.autoCreateFilters = TopicFilters([
                TopicFilter(name: "t", patternType: .prefixed, filterType: .include),
                TopicFilter(name: "ta1", patternType: .literal, filterType: .exclude),
            ])
            found.sourceTopicNames = []
        }
        // Each link has source topics of its own, so that what both say about the source cannot disagree.
        for number in 0..<8 { addTopic("\(random.one(in: 3) ? "u" : "t")\(link.name)\(number)", &link, &found) }
        world.desired.links[index] = link
        world.live.links[link.name] = found
    }

    private mutating func addTopic(_ source: String, _ link: inout LinkSpec, _ found: inout LiveLink) {
        let name = link.prefix + source
        if random.one(in: 8) {
            found.sourceTopics[source] = random.one(in: 2) ? .absent : .unreadable("not authorized")
        } else {
            let partitions = Int.random(in: 2...4, using: &random)
            let id = random.one(in: 10) ? "s-new" : "s-\(source)"
            found.sourceTopics[source] = .present(topic(source, partitions: partitions, id: id, configs: configs()))
            found.sourceTopicNames?.append(source)
        }
        found.destinationTopics[name] = .absent
        let isMirror = found.record != nil && !random.one(in: 3)
        if isMirror { addMirror(source, name, &found, link) }
        if isMirror ? !random.one(in: 8) : random.one(in: 6) {
            let id = random.one(in: 12) ? "d-other" : "d-\(name)"
            found.destinationTopics[name] = .present(topic(name, partitions: 3, id: id, configs: configs()))
        }
        if !random.one(in: 3) {
            var entry = MirrorTopicSpec(
                name: name, sourceName: source, state: random.pick(MirrorTopicSpec.State.allCases),
                place: place("\(link.name).yaml", 9 + link.mirrorTopics.count))
            if random.one(in: 4) { entry.configs["segment.ms"] = random.one(in: 2) ? .some(nil) : "100" }
            if random.one(in: 4) { entry.configs["retention.ms"] = "3" }
            let state = found.mirrors[name]?.state
            if state == .active || state == .paused, random.one(in: 6) { entry.configs["no.such"] = "1" }
            link.mirrorTopics.append(entry)
        }
        if random.one(in: 10) { found.failures[name] = "partition 0: a foreign record" }
    }

    private mutating func configs() -> [String: String] {
        var configs: [String: String] = [:]
        for (name, value) in [
            ("cleanup.policy", "compact"), ("retention.ms", "-1"), ("segment.ms", "7"), ("delete.retention.ms", "8"),
        ] where random.one(in: 2) {
            configs[name] = value
        }
        return configs
    }

    private mutating func addMirror(_ source: String, _ name: String, _ found: inout LiveLink, _ link: LinkSpec) {
        let state = random.pick([MirrorTopicState.active, .active, .paused, .pendingStopped, .stopped, .pendingMirror])
        let mode = random.pick([MirrorRecord.StopMode.promote, .failover])
        let stop = MirrorRecord.Stop(mode: mode, requestId: "r1", maximumLag: 0, requestedAtMs: 1)
        found.mirrors[name] = MirrorRecord(
            link: link.name, topic: name, sourceTopic: source, sourceTopicId: "s-\(source)", topicId: "d-\(name)",
            state: state, stop: state == .pendingStopped || state == .stopped ? stop : nil, sinceMs: 1)
    }

    /// Each link of the destination knows the mirrors of the others; a store is there for all or for none.
    private mutating func shareMirrors() {
        let hasStore = world.live.links.values.contains { $0.storeExists }
        for name in ["a", "b"] {
            world.live.links[name]?.storeExists = hasStore
            let other = name == "a" ? "b" : "a"
            let mirrors = world.live.links[other]?.mirrors.keys.map { ($0, other) } ?? []
            world.live.links[name]?.otherLinksMirrors = Dictionary(uniqueKeysWithValues: mirrors)
        }
    }

    private mutating func oddities() {
        if random.one(in: 8) { world.live.clusters["paris"]?.problem = "connection refused" }
        if random.one(in: 20) { world.live.clusters["dublin"]?.problem = "connection refused" }
        if random.one(in: 20) { world.desired.clusters["dublin"]?.access = .readOnly }
        if random.one(in: 20) { world.desired.clusters["paris"]?.clusterId = "P9" }
        if random.one(in: 12) { world.live.links["a"]?.record?.prefix = "x." }
        if random.one(in: 12) { world.live.links["a"]?.record?.sourceClusterId = "P0" }
        if random.one(in: 12) { world.live.links["b"]?.problem = "not authorized" }
    }

    /// The same world with every list in another order.
    mutating func shuffled() -> World {
        var other = world
        other.desired.links.shuffle(using: &random)
        for index in other.desired.links.indices { other.desired.links[index].mirrorTopics.shuffle(using: &random) }
        for name in ["a", "b"] { other.live.links[name]?.sourceTopicNames?.shuffle(using: &random) }
        return other
    }
}
