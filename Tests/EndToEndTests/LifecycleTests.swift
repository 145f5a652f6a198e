import TestSupport
import Testing

extension EndToEnd {
    /// Pausing, promoting, failing over, and everything that must not happen.
    @Suite("Life of a mirror topic", .serialized, .timeLimit(.minutes(5)))
    struct LifecycleTests: SharedSiteSuite {
        let site: SharedSite

        init() async throws {
            site = try await SharedSite()
        }

        private func makeTopic(_ prefix: String, partitions: Int = 3, records: Int = 600) async throws -> String {
            let topic = uniqueName(prefix)
            try await probe.createTopic(topic, on: source.bootstrapServers, partitions: partitions)
            try await write(records, to: topic, partitions: partitions)
            return topic
        }

        private func write(_ records: Int, to topic: String, partitions: Int = 3) async throws {
            try await probe.produce(
                RecordMix(records: records, partitions: partitions, volume: records * 100, sizes: 10...1_000),
                to: topic, on: source.bootstrapServers)
        }

        private func plan() async throws -> CommandRun {
            try await link.run("plan", "--detailed-exitcode")
        }

        @Test func `a promoted topic belongs to its new writers`() async throws {
            let topic = try await makeTopic("promoted")
            try link.declare([.init(name: topic)])
            try await link.apply()
            let worker = try link.startWorker("a")
            try await link.waitUntilLevel(topic, probe)
            let first = try await plan()
            #expect(first.exitCode == 0, "\(first.output)")
            #expect(first.output.hasPrefix("No changes."))

            try link.declare([.init(name: topic, state: "PROMOTED")])
            let refused = try await link.run("apply", "--auto-approve")
            #expect(refused.exitCode != 0)
            try await link.apply("--allow-irreversible")
            #expect(try await link.difference(topic, probe, records: 600) == nil)
            let status = try await link.run("status", "--include-stopped", "-o", "json")
            #expect(status.output.contains("\"state\": \"STOPPED\""), "\(status.output)\(status.errorOutput)")

            let produced = try await CommandRun.run(
                [
                    "\(kafka.home)/bin/kafka-console-producer.sh", "--bootstrap-server", destination.bootstrapServers,
                    "--topic", topic,
                ], input: .text("one\ntwo\nthree\n"))
            #expect(produced.exitCode == 0, "\(produced.errorOutput)")
            let ends = try await probe.offsets(of: topic, on: destination.bootstrapServers).ends
            #expect(ends.values.reduce(0, +) == 603)
            let after = try await plan()
            #expect(after.exitCode == 0, "\(after.output)\(after.errorOutput)")

            try link.declare([])
            let undeclared = try await plan()
            #expect(undeclared.exitCode == 0, "\(undeclared.output)\(undeclared.errorOutput)")
            try await link.apply()
            #expect(try await probe.offsets(of: topic, on: destination.bootstrapServers).ends == ends)
            try await worker.stop()
        }

        @Test func `a paused topic stands still and goes on`() async throws {
            let topic = try await makeTopic("paused")
            try link.declare([.init(name: topic)])
            try await link.apply()
            let worker = try link.startWorker("a")
            try await link.waitUntilLevel(topic, probe)
            try link.declare([.init(name: topic, state: "PAUSED")])
            try await link.apply()
            try await waitUntil("the worker has paused", within: .seconds(20)) {
                worker.output.contains("PAUSED") || worker.errorOutput.contains("PAUSED")
            }
            try await write(300, to: topic)
            let still = try await probe.offsets(of: topic, on: destination.bootstrapServers).ends
            #expect(still.values.reduce(0, +) == 600)
            try link.declare([.init(name: topic)])
            try await link.apply()
            try await link.waitUntilLevel(topic, probe)
            #expect(try await link.difference(topic, probe, records: 900) == nil)
            try await worker.stop()
        }

        @Test func `a foreign write stops its partition and nothing else`() async throws {
            let topic = try await makeTopic("foreign", partitions: 3)
            let other = try await makeTopic("untouched", partitions: 2, records: 100)
            try link.declare([.init(name: topic), .init(name: other)])
            try await link.apply()
            let worker = try link.startWorker("a")
            try await link.waitUntilLevel(topic, probe)
            let end = try await probe.offsets(of: topic, on: destination.bootstrapServers).ends[0] ?? -1
            try await probe.produce(
                RecordMix(records: 5, partitions: 1, volume: 100, sizes: 10...20, codecs: ["none"]), to: topic,
                on: destination.bootstrapServers)
            var status = ""
            try await waitUntil("the status tells the foreign write", within: .seconds(30), every: .milliseconds(500)) {
                status = try await link.run("status", "-o", "json").output
                return status.contains("FOREIGN_WRITE")
            }
            #expect(status.contains("expected \(end), actual \(end + 5)"), "\(status)")
            try await write(100, to: other, partitions: 2)
            try await link.waitUntilLevel(other, probe)
            #expect(try await link.difference(other, probe, records: 200) == nil)
            try await worker.stop()
        }

        @Test func `new partitions and new topics are followed`() async throws {
            let prefix = uniqueName("auto")
            let topic = "\(prefix).a"
            try await probe.createTopic(topic, on: source.bootstrapServers, partitions: 1)
            try link.declare(
                [],
                more: """
                      mirrorTopicOptions:
                        autoCreateTopics:
                          enabled: true
                          topicFilters: [{name: "\(prefix).", patternType: PREFIXED, filterType: INCLUDE}]
                    """)
            try await link.apply()
            let worker = try link.startWorker("a")
            try await probe.growTopic(topic, on: source.bootstrapServers, partitions: 3)
            try await write(300, to: topic)
            try await link.waitUntilLevel(topic, probe)
            let second = "\(prefix).b"
            try await probe.createTopic(second, on: source.bootstrapServers, partitions: 2)
            try await write(100, to: second, partitions: 2)
            try await waitUntil("the worker has found the second topic", within: .seconds(30)) {
                try await probe.describeCluster(destination.bootstrapServers).topics.contains(second)
            }
            try await link.waitUntilLevel(second, probe)
            #expect(try await link.difference(topic, probe, records: 300) == nil)
            #expect(try await link.difference(second, probe, records: 100) == nil)
            try await worker.stop()
        }
    }
}
