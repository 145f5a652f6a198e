import Diagnostics
import KafkaModel
import Planner

/// Two links into dublin with something of every kind to report: new, changed, one-way, blocked, unchanged.
enum Scenario {
    static let readAtMs: Int64 = 1_795_338_847_000

    static func plan(_ edit: (inout DesiredState, inout LiveSnapshot) -> Void = { _, _ in }) -> Plan {
        var desired = DesiredState(
            clusters: clusters, links: [lyon, paris], digest: String(repeating: "ab", count: 32), fileCount: 6)
        var live = LiveSnapshot(
            clusters: [
                "dublin": LiveCluster(name: "dublin", clusterId: "Zt8k1rBfQkO9uJm4c6yNEw", brokerCount: 3),
                "lyon": LiveCluster(name: "lyon", clusterId: "5hJr9sPzRcWq7d0tVbGxUg", brokerCount: 1),
                "paris": LiveCluster(name: "paris", clusterId: "Qx3v0dQ2T5mS1kXh2p7wLA", brokerCount: 6),
            ], links: ["lyon-to-dublin": lyonFound, "paris-to-dublin": parisFound], readAtMs: readAtMs)
        edit(&desired, &live)
        return Planner.plan(desired: desired, live: live)
    }

    /// The same links once everything is as declared.
    static var matching: Plan {
        plan { desired, _ in
            desired.links = [lyon]
            desired.links[0].mirrorTopics.removeAll { $0.name != "billing.payments" }
        }
    }

    static func place(_ file: String, _ line: Int) -> SourcePlace { SourcePlace(file: file, line: line, column: 7) }

    private static var clusters: [String: ClusterSpec] {
        let access: [(String, ClusterSpec.Access)] = [
            ("dublin", .readWrite), ("lyon", .readOnly), ("paris", .readOnly),
        ]
        return Dictionary(
            uniqueKeysWithValues: access.map { name, access in
                (name, ClusterSpec(name: name, place: place("clusters.yaml", 4), access: access, bootstrapServers: []))
            })
    }

    private static var paris: LinkSpec {
        var link = LinkSpec(
            name: "paris-to-dublin", place: place("links/paris-to-dublin.yaml", 5), source: "paris",
            destination: "dublin")
        link.prefix = "paris."
        link.workerCount = 2
        for (line, name) in [(9, "orders.v1"), (11, "orders.returns.v1"), (13, "customers.v3"), (15, "typo.v1")] {
            link.mirrorTopics.append(
                MirrorTopicSpec(name: "paris.\(name)", sourceName: name, place: place("topics/orders-team.yaml", line)))
        }
        return link
    }

    private static var parisFound: LiveLink {
        var found = LiveLink(name: "paris-to-dublin")
        found.storeExists = true
        for (name, partitions) in [("orders.v1", 12), ("orders.returns.v1", 6), ("customers.v3", 24)] {
            found.sourceTopics[name] = topic(name, partitions)
        }
        found.sourceTopics["typo.v1"] = .absent
        for name in ["orders.v1", "orders.returns.v1", "customers.v3", "typo.v1"] {
            found.destinationTopics["paris.\(name)"] = .absent
        }
        return found
    }

    private static var lyon: LinkSpec {
        let file = "links/lyon-to-dublin.yaml"
        var link = LinkSpec(name: "lyon-to-dublin", place: place(file, 5), source: "lyon", destination: "dublin")
        link.deletionProtectionPlace = place(file, 26)
        let topics: [(Int, String, MirrorTopicSpec.State)] = [
            (20, "billing.payments", .active), (21, "billing.invoices", .promoted), (23, "audit.clicks", .absent),
            (24, "audit.views", .paused),
        ]
        for (line, name, state) in topics {
            link.mirrorTopics.append(
                MirrorTopicSpec(name: name, sourceName: name, state: state, place: place(file, line)))
        }
        return link
    }

    private static var lyonFound: LiveLink {
        var found = LiveLink(name: "lyon-to-dublin")
        found.storeExists = true
        found.workersRunning = 1
        found.record = LinkRecord(
            name: "lyon-to-dublin", linkId: "l1", sourceClusterId: "5hJr9sPzRcWq7d0tVbGxUg",
            destinationClusterId: "Zt8k1rBfQkO9uJm4c6yNEw", prefix: "", state: .active, createdAtMs: 1)
        for name in ["billing.payments", "billing.invoices", "audit.clicks", "audit.views"] {
            found.sourceTopics[name] = topic(name, 8)
            found.destinationTopics[name] = topic(name, 8)
            found.mirrors[name] = MirrorRecord(
                link: "lyon-to-dublin", topic: name, sourceTopic: name, sourceTopicId: "id-\(name)",
                topicId: "id-\(name)", state: .active, sinceMs: 1)
        }
        found.lag["billing.invoices"] = 1204
        return found
    }

    private static func topic(_ name: String, _ partitions: Int) -> TopicPresence {
        .present(
            LiveTopic(
                name: name, topicId: "id-\(name)", partitionCount: partitions, replicationFactor: 3,
                configs: ["cleanup.policy": "delete", "max.message.bytes": "1048588"]))
    }
}
