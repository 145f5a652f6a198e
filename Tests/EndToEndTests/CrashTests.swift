import Glibc
import TestSupport
import Testing

extension EndToEnd {
    /// Workers that die or stand still at the worst moment.
    @Suite("Crashes of workers", .serialized, .timeLimit(.minutes(10)))
    struct CrashTests {
        @Test func `a worker killed 25 times at random leaves the mirror equal`() async throws {
            let kafka = try KafkaInstallation.required()
            let source = try await SharedClusters.cluster(kafka, .source)
            let destination = try await SharedClusters.cluster(kafka, .destination)
            let probe = try await KafkaProbe.shared(kafka)
            let link = try LinkFixture(source: source, destination: destination)
            let topic = uniqueName("killed")
            let records = 60_000
            try await probe.createTopic(topic, on: source.bootstrapServers, partitions: 12)
            try link.declare([.init(name: topic)])
            try await link.apply()

            let seed = testSeed(1)
            var generator = SeededGenerator(seed: seed)
            async let written = probe.produce(
                RecordMix(records: records, partitions: 12, volume: 60_000_000, rate: 2_500), to: topic,
                on: source.bootstrapServers)
            var worker = try link.startWorker("a")
            let clock = ContinuousClock()
            for _ in 0..<25 {
                let moment = clock.now + .milliseconds(Int64.random(in: 50...1_400, using: &generator))
                try await waitUntil("the moment of a kill", within: .seconds(5), every: .milliseconds(5)) {
                    clock.now >= moment
                }
                #expect(worker.exit == nil, "the worker ended by itself: \(worker.output)\(worker.errorOutput)")
                worker.signal(SIGKILL)
                _ = try await worker.waitForExit(within: .seconds(10))
                worker = try link.startWorker("a")
            }
            _ = try await written
            try await link.waitUntilLevel(topic, probe)
            try await worker.stop()
            #expect(try await link.difference(topic, probe, records: records) == nil)
        }

        @Test func `a worker that stood still past its lease does no harm when it goes on`() async throws {
            let kafka = try KafkaInstallation.required()
            let source = try await SharedClusters.cluster(kafka, .source)
            let destination = try await SharedClusters.cluster(kafka, .destination)
            let probe = try await KafkaProbe.shared(kafka)
            let link = try LinkFixture(source: source, destination: destination)
            let topic = uniqueName("frozen")
            let records = 20_000
            try await probe.createTopic(topic, on: source.bootstrapServers, partitions: 1)
            try link.declare([.init(name: topic)])
            try await link.apply()

            async let written = probe.produce(
                RecordMix(records: records, partitions: 1, volume: 20_000_000, rate: 600), to: topic,
                on: source.bootstrapServers)
            let first = try link.startWorker("a")
            func copied() async throws -> Int64 {
                try await probe.offsets(of: topic, on: destination.bootstrapServers).ends[0] ?? 0
            }
            try await waitUntil("the first worker copies", within: .seconds(30)) { try await copied() > 500 }
            first.signal(SIGSTOP)
            let second = try link.startWorker("b")
            let before = try await copied()
            try await waitUntil("the second worker takes over", within: .seconds(60), every: .milliseconds(200)) {
                try await copied() > before + 1_000
            }
            first.signal(SIGCONT)
            _ = try await written
            try await link.waitUntilLevel(topic, probe)
            try await first.stop()
            try await second.stop()
            #expect(try await link.difference(topic, probe, records: records) == nil)
        }
    }
}
