import Diagnostics
import EventLoop
import KafkaClient
import KafkaConnection
import KafkaModel
import LinkStore
import LiveState
import Planner
import TestSupport
import Testing

@testable import Applier

@Suite("Applies on real Kafka", .enabled(if: KafkaInstallation.isGiven), .serialized, .timeLimit(.minutes(5)))
struct RealApplyTests {
    /// A desired state on real clusters, and an apply as the command line does it.
    private struct Site {
        var desired: DesiredState
        let clients: [String: ClusterClient]

        init(_ installation: KafkaInstallation, link: String) async throws {
            let loop = try EventLoop()
            var clients: [String: ClusterClient] = [:]
            var specs: [String: ClusterSpec] = [:]
            for (name, role) in [("paris", ClusterRole.source), ("dublin", .state)] {
                let cluster = try await SharedClusters.cluster(installation, role)
                let servers = cluster.bootstrapServers.split(separator: ",").compactMap { HostAndPort(String($0)) }
                let client = ClusterClient(name: name, bootstrapServers: servers, loop: loop)
                // A ZooKeeper broker says "started" before it knows that it is one of the cluster's.
                try await waitUntil("the cluster knows its brokers") { try await !client.brokerIds().isEmpty }
                clients[name] = client
                specs[name] = ClusterSpec(name: name, place: World.place, bootstrapServers: servers)
            }
            self.clients = clients
            var spec = LinkSpec(name: link, place: World.place, source: "paris", destination: "dublin")
            spec.workerCount = 0
            desired = DesiredState(clusters: specs, links: [spec], digest: "d", fileCount: 1)
        }

        mutating func declare(_ topic: String, _ state: MirrorTopicSpec.State) {
            desired.links[0].mirrorTopics.removeAll { $0.name == topic }
            desired.links[0].mirrorTopics.append(
                MirrorTopicSpec(name: topic, sourceName: topic, state: state, place: World.place))
        }

        func plan() async -> Plan {
            let live = await LiveStateReader(clients: clients) { _ in [] }.read(desired, nowMs: 1)
            return Planner.plan(desired: desired, live: live)
        }

        func apply(_ plan: Plan, holder: String = "host 1") async -> ApplyResult {
            var options = ApplyOptions(holder: holder)
            options.allowIrreversible = true
            options.allowDelete = true
            options.emptyGroupMs = 0
            return await Applier(
                clients: clients, options: options, startWorkers: { _, _ in [] }, stopWorkers: { _, _ in [] }
            ).apply(plan)
        }

        func mirror(_ topic: String) async throws -> MirrorRecord? {
            let client = try found(clients["dublin"], "the client")
            return try await StoreReader.read(client)?.mirrors(of: desired.links[0].name)[topic]
        }

        func close() async {
            for client in clients.values { await client.close() }
        }
    }

    @Test(arguments: KafkaInstallation.all)
    func `a mirror topic is created, grown, promoted and deleted, with empty plans in between`(
        _ installation: KafkaInstallation
    ) async throws {
        try await StateTurn.run {
            var site = try await Site(installation, link: uniqueName("link"))
            let paris = try found(site.clients["paris"], "the source")
            let dublin = try found(site.clients["dublin"], "the destination")
            let (kept, dropped) = (uniqueName("kept"), uniqueName("dropped"))
            try await paris.createTopic(kept, partitions: 3, configs: ["retention.ms": "86400000"])
            try await paris.createTopic(dropped, partitions: 1)
            try await waitUntil("the source topics are described") {
                let found = try await paris.describeTopics([kept, dropped])
                return found.values.allSatisfy { if case .present = $0 { true } else { false } }
            }
            site.declare(kept, .active)
            site.declare(dropped, .paused)
            try await expectDone(site, steps: nil)
            #expect(try await site.mirror(kept)?.topicId != nil)
            let bound =
                installation.major < 3 ? "message.timestamp.difference.max.ms" : "message.timestamp.before.max.ms"
            #expect(
                try await dublin.topicConfigs(kept)[bound] == TopicConfig(value: "\(Int64.max)", isOverride: true))

            try await paris.createPartitions(kept, total: 5)
            try await waitUntil("the source has grown") { await site.plan().hasChanges }
            try await expectDone(site, steps: 1)
            #expect(try await dublin.describeTopics([kept]).values.first.map(partitions) == 5)

            site.declare(kept, .promoted)
            site.declare(dropped, .absent)
            site.desired.links[0].deletionProtection = false
            try await expectDone(site, steps: 2)
            #expect(try await site.mirror(kept)?.state == .stopped)
            #expect(try await site.mirror(kept)?.stoppedOffsets == [0, 0, 0, 0, 0])
            #expect(try await site.mirror(dropped) == nil)
            #expect(try await dublin.describeTopics([dropped]) == [dropped: .absent])
            try await waitUntil("the settings of the source show") {
                let configs = try await dublin.topicConfigs(kept)
                return configs["retention.ms"] == TopicConfig(value: "86400000", isOverride: true)
                    && configs[bound]?.isOverride == false && configs["compression.type"]?.isOverride == false
            }
            await site.close()
        }
    }

    @Test(arguments: KafkaInstallation.all)
    func `of two applies at the same time one wins and the other has changed nothing`(
        _ installation: KafkaInstallation
    ) async throws {
        try await StateTurn.run {
            var first = try await Site(installation, link: uniqueName("link"))
            let paris = try found(first.clients["paris"], "the source")
            let topics = (0..<4).map { _ in uniqueName("topic") }
            for topic in topics {
                try await paris.createTopic(topic, partitions: 1)
                first.declare(topic, .active)
            }
            try await waitUntil("the source topics are described") {
                await first.plan().steps.count >= topics.count + 1
            }
            var second = try await Site(installation, link: first.desired.links[0].name)
            second.desired = first.desired
            let (planOfFirst, planOfSecond) = (await first.plan(), await second.plan())
            let (one, two) = (first, second)
            async let resultOfFirst = one.apply(planOfFirst, holder: "host 1")
            async let resultOfSecond = two.apply(planOfSecond, holder: "host 2")
            let results = await [resultOfFirst, resultOfSecond]
            let outcomes = "\(results.map(\.outcomes))"
            #expect(results.count { $0.isComplete && $0.hasChangedAnything } == 1, "\(outcomes)")
            // The one that came too late met the lock, or found all done if the other had ended by then.
            let other = results.first { !($0.isComplete && $0.hasChangedAnything) }
            #expect(other?.lockFailure?.isLockLost == true || other?.isComplete == true, "\(outcomes)")
            let plan = await first.plan()
            #expect(!plan.hasChanges && !plan.isBlocked, "\(plan.steps) \(plan.blocked)")
            await first.close()
            await second.close()
        }
    }

    private func partitions(_ presence: TopicPresence) -> Int? {
        if case .present(let topic) = presence { topic.partitionCount } else { nil }
    }

    /// Applies, and expects that all is done and the next plan is empty.
    private func expectDone(_ site: Site, steps: Int?) async throws {
        let plan = await site.plan()
        #expect(!plan.isBlocked && !plan.isIncomplete, "\(plan.blocked) \(plan.incomplete)")
        if let steps { #expect(plan.steps.count == steps, "\(plan.steps.map(\.operation))") }
        let result = await site.apply(plan)
        #expect(result.isComplete, "\(result.outcomes)")
        let next = await site.plan()
        #expect(!next.hasChanges && !next.isBlocked, "\(next.steps.map(\.operation)) \(next.blocked)")
    }
}
