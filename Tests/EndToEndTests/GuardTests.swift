import Foundation
import Glibc
import TestSupport
import Testing

extension EndToEnd {
    /// What only happens when it is declared and allowed twice, and what never happens by leaving something out.
    @Suite("Guards", .serialized, .timeLimit(.minutes(5)))
    struct GuardTests: SharedSiteSuite {
        let site: SharedSite

        init() async throws {
            site = try await SharedSite()
        }

        private func write(_ records: Int, to topic: String, on servers: String) async throws {
            try await probe.produce(
                RecordMix(records: records, partitions: 2, volume: records * 100, sizes: 10...500), to: topic,
                on: servers)
        }

        private func exists(_ topic: String) async throws -> Bool {
            try await probe.describeCluster(destination.bootstrapServers).topics.contains(topic)
        }

        @Test func `a failover works with the source dead, and says what it does not know`() async throws {
            let doomed = try await RealCluster.start(kafka)
            let link = try LinkFixture(source: doomed, destination: destination)
            let (lost, kept) = (uniqueName("failed-over"), uniqueName("promoted-not"))
            for topic in [lost, kept] {
                try await probe.createTopic(topic, on: doomed.bootstrapServers, partitions: 2)
                try await write(400, to: topic, on: doomed.bootstrapServers)
            }
            try link.declare([.init(name: lost), .init(name: kept)])
            try await link.apply()
            let worker = try link.startWorker("a")
            try await link.waitUntilLevel(lost, probe)
            try await link.waitUntilLevel(kept, probe)
            let ends = try await probe.offsets(of: lost, on: destination.bootstrapServers).ends
            try await doomed.kill(broker: 1)

            // A promotion needs the source and is blocked; the failover beside it is not.
            try link.declare([.init(name: lost, state: "FAILED_OVER"), .init(name: kept, state: "PROMOTED")])
            let plan = try await link.run("plan")
            #expect(plan.output.contains("ACTIVE -> FAILED_OVER"), "\(plan.output)")
            #expect(plan.output.contains("declare state: FAILED_OVER, which does not need it"), "\(plan.output)")
            let apply = try await link.run("apply", "-y", "--skip-blocked", "--allow-irreversible")
            // The rest could not be read, so this is "partly applied".
            #expect(apply.exitCode == 4, "\(apply.output)\(apply.errorOutput)")
            let status = try await link.run("status", "--include-stopped")
            #expect(status.output.contains("STOPPED"), "\(status.output)")
            #expect(status.output.contains("unknown"), "\(status.output)")

            try await write(10, to: lost, on: destination.bootstrapServers)
            let after = try await probe.offsets(of: lost, on: destination.bootstrapServers)
            let (before, now) = (ends.values.reduce(0, +), after.ends.values.reduce(0, +))
            #expect(now == before + 10)
            #expect(Set(after.starts.values) == [0])
            try await worker.stop()
            await doomed.stop()
        }

        @Test func `a deletion needs the entry, the policy and the flag`() async throws {
            let (gone, stays) = (uniqueName("absent"), uniqueName("stays"))
            for topic in [gone, stays] {
                try await probe.createTopic(topic, on: source.bootstrapServers, partitions: 2)
            }
            try link.declare([.init(name: gone), .init(name: stays)])
            try await link.apply()
            let worker = try link.startWorker("a")
            try await write(50, to: gone, on: source.bootstrapServers)
            try await link.waitUntilLevel(gone, probe)

            try link.declare([.init(name: gone, state: "ABSENT"), .init(name: stays)])
            let guarded = try await link.run("apply", "-y", "--allow-delete")
            #expect(guarded.exitCode == 3, "\(guarded.output)\(guarded.errorOutput)")
            #expect(guarded.output.contains("deletionProtection is true on \(link.name)"), "\(guarded.output)")

            let open = "  policy: {deletionProtection: false}"
            try link.declare([.init(name: gone, state: "ABSENT"), .init(name: stays)], more: open)
            let silent = try await link.run("apply", "-y")
            #expect(silent.exitCode == 3, "\(silent.output)\(silent.errorOutput)")
            #expect(try await exists(gone))

            try await link.apply("--allow-delete")
            #expect(try await !exists(gone))
            #expect(try await exists(stays))
            let names = try await probe.describeCluster(source.bootstrapServers).topics
            #expect(names.contains(gone), "the source is never touched")
            let plan = try await link.run("plan", "--detailed-exitcode")
            #expect(plan.exitCode == 0, "\(plan.output)\(plan.errorOutput)")
            try await worker.stop()
        }

        @Test func `a removed file changes nothing`() async throws {
            let (first, second) = (uniqueName("first"), uniqueName("second"))
            for topic in [first, second] {
                try await probe.createTopic(topic, on: source.bootstrapServers, partitions: 2)
            }
            try link.declare([.init(name: first)])
            let set = """
                apiVersion: lockstep/v1alpha1
                kind: MirrorTopicSet
                metadata: {name: team}
                spec:
                  linkRef: {name: \(link.name)}
                  mirrorTopics: [{name: \(second)}]
                """
            try link.folder.write("manifests/team.yaml", set)
            try await link.apply()
            let worker = try link.startWorker("a")
            try await write(50, to: second, on: source.bootstrapServers)
            try await link.waitUntilLevel(second, probe)

            try FileManager.default.removeItem(atPath: link.folder.file("manifests/team.yaml"))
            let plan = try await link.run("plan", "--detailed-exitcode")
            #expect(plan.exitCode == 0, "\(plan.output)\(plan.errorOutput)")
            #expect(plan.output.contains("1 mirror topic no longer declared"), "\(plan.output)")
            try await link.apply()
            try await write(50, to: second, on: source.bootstrapServers)
            try await link.waitUntilLevel(second, probe)
            #expect(try await link.difference(second, probe, records: 100) == nil)
            try await worker.stop()
        }

        @Test func `a removed link goes on and is mentioned`() async throws {
            let topic = uniqueName("linked")
            try await probe.createTopic(topic, on: source.bootstrapServers, partitions: 2)
            try link.declare([.init(name: topic)])
            try await link.apply()
            let other = try LinkFixture(source: source, destination: destination)
            try other.declare([])
            try await other.apply()
            let plan = try await other.run("plan", "--detailed-exitcode")
            #expect(plan.exitCode == 0, "\(plan.output)")
            #expect(
                plan.output.contains("link \(link.name) is declared in none of these files; it goes on as it was"),
                "\(plan.output)")
            let still = try await link.run("plan", "--detailed-exitcode")
            #expect(still.exitCode == 0, "\(still.output)")
        }

        @Test func `local workers are started, found dead and started again`() async throws {
            let topic = uniqueName("local")
            try await probe.createTopic(topic, on: source.bootstrapServers, partitions: 2)
            try link.declare([.init(name: topic)], workers: "{mode: local, count: 2}")
            try await link.apply()
            let first = link.localWorkers
            #expect(first.count == 2)
            try await write(100, to: topic, on: source.bootstrapServers)
            try await link.waitUntilLevel(topic, probe)

            let victim = try #require(first.first)
            kill(victim, SIGKILL)
            try await waitUntil("the worker is gone", within: .seconds(10)) { !isRunning(pid: victim) }
            let plan = try await link.run("plan", "--detailed-exitcode")
            #expect(plan.exitCode == 2, "\(plan.output)")
            #expect(plan.output.contains("start 1 of 2"), "\(plan.output)")
            try await link.apply()
            let second = link.localWorkers
            #expect(second.count == 2 && !second.contains(victim))
            try await write(100, to: topic, on: source.bootstrapServers)
            try await link.waitUntilLevel(topic, probe)
            #expect(try await link.difference(topic, probe, records: 200) == nil)

            try link.declare([.init(name: topic)], workers: "{mode: local, count: 0}")
            try await link.apply()
            #expect(link.localWorkers.isEmpty)
        }
    }
}
