import Diagnostics
import KafkaModel
import PlanReport
import Planner
import Testing

@testable import CommandLine

/// What a second read finds once `t` is to be paused and `u` is none of the plan's business.
@Suite struct SecondReads {
    private static let place = SourcePlace(file: "a.yaml", line: 1, column: 1)

    private struct World {
        var desired: DesiredState
        var live: LiveSnapshot

        init() {
            let clusters = Dictionary(
                uniqueKeysWithValues: ["p", "d"].map { name in
                    (name, ClusterSpec(name: name, place: place, bootstrapServers: [HostAndPort(host: name, port: 1)]))
                })
            var link = LinkSpec(name: "l", place: place, source: "p", destination: "d")
            link.workerMode = .external
            link.workerCount = 0
            desired = DesiredState(clusters: clusters, links: [link], digest: "x", fileCount: 1)
            live = LiveSnapshot(
                clusters: [
                    "p": LiveCluster(name: "p", clusterId: "P", brokerCount: 1),
                    "d": LiveCluster(name: "d", clusterId: "D", brokerCount: 1),
                ], links: ["l": LiveLink(name: "l")], readAtMs: 1)
            live.links["l"]?.storeExists = true
            live.links["l"]?.record = LinkRecord(
                name: "l", linkId: "i", sourceClusterId: "P", destinationClusterId: "D", prefix: "", state: .active,
                createdAtMs: 1)
            declare("t", .paused)
        }

        mutating func declare(_ topic: String, _ state: MirrorTopicSpec.State) {
            desired.links[0].mirrorTopics.append(
                MirrorTopicSpec(name: topic, sourceName: topic, state: state, place: place))
            live.links["l"]?.mirrors[topic] = MirrorRecord(
                link: "l", topic: topic, sourceTopic: topic, sourceTopicId: "s-\(topic)", topicId: "d-\(topic)",
                state: .active, restoreConfigs: [:], sinceMs: 1)
            live.links["l"]?.sourceTopics[topic] = .present(Self.topic(topic, "s-\(topic)"))
            live.links["l"]?.destinationTopics[topic] = .present(Self.topic(topic, "d-\(topic)"))
        }

        private static func topic(_ name: String, _ id: String) -> LiveTopic {
            let configs = [
                "cleanup.policy": "delete", "max.message.bytes": "1048588", "segment.ms": "604800000",
                "retention.ms": "-1", "delete.retention.ms": "86400000",
            ]
            return LiveTopic(
                name: name, topicId: id, partitionCount: 1, replicationFactor: 1, configs: configs,
                overriddenConfigs: ["retention.ms"])
        }

        var plan: Plan { Planner.plan(desired: desired, live: live) }
    }

    /// The first plan, and the world after it was applied.
    private func applied() -> (Plan, World) {
        var world = World()
        let plan = world.plan
        world.live.links["l"]?.mirrors["t"]?.state = .paused
        return (plan, world)
    }

    @Test func `is settled once everything is as declared`() {
        let (plan, world) = applied()
        #expect(plan.steps.contains { $0.operation == .pauseMirror(topic: "t") })
        let read = SecondRead(world.plan, after: plan)
        #expect(read.finding == .settled && read.reasons.isEmpty, "\(read)")
    }

    @Test func `differs where a step is left, and not for what others changed elsewhere`() {
        let plan = World().plan
        #expect(SecondRead(plan, after: plan).finding == .differs)
        var (first, world) = applied()
        world.declare("u", .paused)
        #expect(world.plan.hasChanges)
        #expect(SecondRead(world.plan, after: first).finding == .settled)
        world.live.links["l"]?.destinationTopics["t"] = .absent
        first.blocked = []
        let lost = SecondRead(world.plan, after: first)
        #expect(lost.finding == .differs)
        #expect(lost.reasons.count == 1 && lost.reasons[0].hasPrefix("mirror topic t: the mirror topic is gone from d"))
    }

    @Test(arguments: ["p", "d"])
    func `proves nothing where a cluster cannot be read, unless that was so before`(_ cluster: String) {
        var (plan, world) = applied()
        world.declare("u", .active)
        world.live.clusters[cluster]?.problem = "does not answer"
        let read = SecondRead(world.plan, after: plan)
        #expect(read.finding == .incomplete)
        #expect(read.reasons.count == 1 && read.reasons[0].contains("does not answer"), "\(read.reasons)")
        plan.incomplete = world.plan.incomplete
        #expect(SecondRead(world.plan, after: plan).finding == .settled)
    }
}
