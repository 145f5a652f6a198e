import Glibc
import TestSupport
import Testing

extension EndToEnd {
    /// Commands that only look leave both clusters exactly as they are, down to the offsets of internal topics.
    @Suite("Read-only commands", .serialized, .timeLimit(.minutes(5)))
    struct ReadOnlyTests {
        /// Commands that only look, each with the exit codes that mean it did its work.
        private static let looks: [(words: [String], codes: Set<Int32>)] = [
            (["plan"], [0]), (["plan", "-o", "json"], [0]), (["plan", "-o", "markdown"], [0]),
            (["status"], [0]), (["status", "-o", "json"], [0]), (["doctor"], [0, 1]),
            // A source with more partitions than its mirror is not equal to it.
            (["verify"], [0, 1]), (["validate"], [0]),
        ]

        /// On clusters that nobody else uses, so that whatever moves was moved by the commands.
        @Test func `leave both clusters as they are`() async throws {
            let kafka = try KafkaInstallation.required()
            let source = try await RealCluster.start(kafka)
            let destination = try await RealCluster.start(kafka)
            let probe = try await KafkaProbe.shared(kafka)
            let link = try LinkFixture(source: source, destination: destination)
            let (topic, grown) = (uniqueName("looked-at"), uniqueName("grown"))
            for name in [topic, grown] {
                try await probe.createTopic(name, on: link.source, partitions: 2, configs: ["retention.ms": "9999999"])
            }
            try link.declare([.init(name: topic), .init(name: grown)])
            try await look(link, probe, "before the first apply")

            try await link.apply()
            let worker = try link.startWorker("a")
            try await probe.produce(
                RecordMix(records: 200, partitions: 2, volume: 20_000, sizes: 10...200), to: topic, on: link.source)
            try await link.waitUntilLevel(topic, probe)
            // In good order: a killed member's session would end, and its coordinator write, during the look.
            worker.signal(SIGTERM)
            #expect(try await worker.waitForExit(within: .seconds(60)) == .code(0), "\(worker.errorOutput)")
            try await probe.growTopic(grown, on: link.source, partitions: 3)
            try link.declare([.init(name: topic, state: "PROMOTED"), .init(name: grown)])
            try await look(link, probe, "with a promotion and a growth to come")
            await source.stop()
            await destination.stop()
        }

        private func look(_ link: LinkFixture, _ probe: KafkaProbe, _ when: String) async throws {
            let before = try await (probe.snapshot(link.source), probe.snapshot(link.destination))
            for (words, codes) in Self.looks {
                let run = try await CommandRun.run(
                    ["\(builtProducts)/lockstep"] + words + ["-f", link.manifests],
                    environment: ["LOCKSTEP_STATE_DIR": link.folder.file("state")])
                #expect(codes.contains(run.exitCode ?? -1), "\(words): \(run.output)\(run.errorOutput)")
                let after = try await (probe.snapshot(link.source), probe.snapshot(link.destination))
                #expect(difference(before.0, after.0) == [], "\(words) \(when), at the source")
                #expect(difference(before.1, after.1) == [], "\(words) \(when), at the destination")
            }
        }

        private func difference(_ before: [String: String], _ after: [String: String]) -> [String] {
            Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted().map {
                "\($0): \(before[$0] ?? "none") -> \(after[$0] ?? "none")"
            }
        }
    }
}
