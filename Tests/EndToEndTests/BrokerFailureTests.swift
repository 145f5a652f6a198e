import TestSupport
import Testing

extension EndToEnd {
    /// Brokers of the destination that die under load.
    @Suite("Crashes of brokers", .serialized, .timeLimit(.minutes(10)))
    struct BrokerFailureTests {
        @Test func `a broker killed and restarted three times leaves the mirror equal`() async throws {
            let kafka = try KafkaInstallation.required()
            let source = try await SharedClusters.cluster(kafka, .source)
            let destination = try await RealCluster.start(kafka, brokers: 3)
            let probe = try await KafkaProbe.shared(kafka)
            let link = try LinkFixture(source: source, destination: destination)
            let topic = uniqueName("brokers")
            let job = uniqueName("job")
            try await probe.createTopic(topic, on: source.bootstrapServers, partitions: 12)
            try link.declare([.init(name: topic)])
            try await link.apply()
            // More than the brokers can ever take: it goes on until it is stopped.
            async let production = probe.produce(
                RecordMix(records: 500_000, partitions: 12, rate: 900), to: topic, on: source.bootstrapServers,
                job: job, within: .seconds(560))
            let worker = try link.startWorker("a")
            func copied() async throws -> Int64 {
                try await probe.offsets(of: topic, on: destination.bootstrapServers).ends.values.reduce(0, +)
            }
            for broker in [1, 2, 3] {
                let before = try await copied()
                try await waitUntil("records flow", within: .seconds(60), every: .milliseconds(200)) {
                    try await copied() > before + 500
                }
                try await destination.kill(broker: broker)
                try await waitUntil("records flow without broker \(broker)", within: .seconds(90), every: .seconds(1)) {
                    try await copied() > before + 1_500
                }
                try await destination.restart(broker: broker)
            }
            try await probe.stopProduction(job)
            let written = try await production
            #expect(written.failed == 0, "\(written.failure)")
            try await link.waitUntilLevel(topic, probe)
            #expect(worker.exit == nil, "\(worker.errorOutput)")
            try await worker.stop()
            #expect(try await link.difference(topic, probe, records: written.acknowledged) == nil)
            await destination.stop()
        }
    }
}
