import Diagnostics
import KafkaModel
@testable import Planner

/// Two clusters, one link and whatever a test adds: what is declared and what is found.
struct World {
    var desired: DesiredState
    var live: LiveSnapshot

    /// Paris to Dublin with prefix `paris.`; nothing exists on the destination yet.
    init() {
        let clusters = [
            "paris": ClusterSpec(
                name: "paris", place: place("clusters.yaml", 1), access: .readOnly,
                bootstrapServers: [HostAndPort(host: "paris-0", port: 9092)]),
            "dublin": ClusterSpec(
                name: "dublin", place: place("clusters.yaml", 9),
                bootstrapServers: [HostAndPort(host: "dublin-0", port: 9092)]),
        ]
        desired = DesiredState(clusters: clusters, links: [], digest: "d1", fileCount: 2)
        live = LiveSnapshot(
            clusters: [
                "paris": LiveCluster(name: "paris", clusterId: "P1", brokerCount: 6),
                "dublin": LiveCluster(name: "dublin", clusterId: "D1", brokerCount: 3),
            ], links: [:], readAtMs: 1_795_338_847_000)
        addLink("a")
    }

    /// The same world with the link in place, ACTIVE, and one worker running.
    static var linked: World {
        var world = World()
        world.live.links["a"]?.record = record("a")
        world.live.links["a"]?.storeExists = true
        world.live.links["a"]?.workersRunning = 1
        return world
    }

    static func record(_ link: String, prefix: String = "paris.") -> LinkRecord {
        LinkRecord(
            name: link, linkId: "id-\(link)", sourceClusterId: "P1", destinationClusterId: "D1", prefix: prefix,
            state: .active, createdAtMs: 1)
    }

    mutating func addLink(_ name: String, prefix: String = "paris.", source: String = "paris", to: String = "dublin") {
        var link = LinkSpec(name: name, place: place("\(name).yaml", 4), source: source, destination: to)
        link.prefix = prefix
        link.statePlace = place("\(name).yaml", 7)
        link.deletionProtectionPlace = place("\(name).yaml", 26)
        desired.links.append(link)
        live.links[name] = LiveLink(name: name)
    }

    /// The first link as declared.
    var link: LinkSpec {
        get { desired.links[0] }
        set { desired.links[0] = newValue }
    }

    /// The first link as found.
    var found: LiveLink {
        get { live.links["a"] ?? LiveLink(name: "a") }
        set { live.links["a"] = newValue }
    }

    /// Declares the mirror of a source topic, and says that neither topic exists unless it was said before.
    mutating func declare(_ source: String, _ state: MirrorTopicSpec.State = .active, line: Int = 9) {
        link.mirrorTopics.append(
            MirrorTopicSpec(
                name: link.prefix + source, sourceName: source, state: state, place: place("a.yaml", line),
                statePlace: place("a.yaml", line + 1)))
        if found.sourceTopics[source] == nil { found.sourceTopics[source] = .absent }
        if found.destinationTopics[link.prefix + source] == nil {
            found.destinationTopics[link.prefix + source] = .absent
        }
    }

    /// A topic on the source; its id is its name with `s-` in front.
    mutating func source(_ name: String, partitions: Int = 3, id: String? = nil) {
        found.sourceTopics[name] = .present(topic(name, partitions: partitions, id: id ?? "s-\(name)"))
        found.sourceTopicNames?.append(name)
        if found.destinationTopics["paris." + name] == nil { found.destinationTopics["paris." + name] = .absent }
    }

    /// A topic on the destination; its id is its name with `d-` in front.
    mutating func destination(
        _ name: String, partitions: Int = 3, id: String? = nil, configs: [String: String] = ["retention.ms": "-1"]
    ) {
        found.destinationTopics[name] = .present(
            topic(name, partitions: partitions, id: id ?? "d-\(name)", configs: configs))
    }

    /// A mirror of `source` with its record, its topic and its source topic.
    mutating func mirror(_ source: String, _ state: MirrorTopicState = .active, stop: MirrorRecord.StopMode? = nil) {
        self.source(source)
        destination("paris." + source)
        found.mirrors["paris." + source] = MirrorRecord(
            link: "a", topic: "paris." + source, sourceTopic: source, sourceTopicId: "s-\(source)",
            topicId: "d-paris.\(source)", state: state,
            stop: stop.map { MirrorRecord.Stop(mode: $0, requestId: "r1", maximumLag: 5, requestedAtMs: 7) },
            restoreConfigs: ["retention.ms": "604800000"], sinceMs: 3)
    }

    /// Stores the settings that are declared, as an apply does.
    mutating func applySettings() {
        for link in desired.links { live.links[link.name]?.record?.settings = link.settings }
    }

    var plan: Plan { Planner.plan(desired: desired, live: live) }
}

func place(_ file: String, _ line: Int) -> SourcePlace { SourcePlace(file: file, line: line, column: 3) }

/// What topics have that set nothing, as far as these worlds know settings.
let topicDefaults = [
    "cleanup.policy": "delete", "max.message.bytes": "1048588", "retention.ms": "604800000",
    "segment.ms": "604800000", "delete.retention.ms": "86400000",
]

func topic(_ name: String, partitions: Int = 3, id: String?, configs: [String: String] = [:]) -> LiveTopic {
    LiveTopic(
        name: name, topicId: id, partitionCount: partitions, replicationFactor: 3,
        configs: topicDefaults.merging(configs) { $1 }, overriddenConfigs: Set(configs.keys))
}

extension Plan {
    /// The plan in short lines: steps, then blocked changes, notes, gaps, and the count of what matches.
    var lines: [String] {
        var lines = steps.map { step in
            let after = step.after.isEmpty ? "" : " after \(step.after.map(String.init).joined(separator: ","))"
            let needs = step.needs.map { " needs \($0.rawValue)" } ?? ""
            return "\(step.number) \(step.action.rawValue) \(step.object)" + (step.headline.map { ": \($0)" } ?? "")
                + after + needs
        }
        lines += blocked.map { change in
            "x \(change.action.rawValue) \(change.object)" + (change.headline.map { ": \($0)" } ?? "")
                + " [\(change.rule.rawValue)] \(change.reason)"
        }
        lines += notes.map { "note \($0.text)" }
        lines += incomplete.map { "gap \($0)" }
        lines += undeclared.map { "undeclared \($0.link)/\($0.topic)" }
        return lines + ["= \(unchanged)"]
    }
}
