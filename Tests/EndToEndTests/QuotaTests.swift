import TestSupport
import Testing

extension EndToEnd {
    /// Brokers that throttle a worker: they answer, and then leave its connections unread for a while.
    @Suite("Quotas", .serialized, .timeLimit(.minutes(5)))
    struct QuotaTests {
        @Test func `throttled appends are neither lost nor doubled`() async throws {
            let kafka = try KafkaInstallation.required("4.")
            let source = try await SharedClusters.cluster(kafka, .source)
            let destination = try await SharedClusters.cluster(kafka, .destination)
            let probe = try await KafkaProbe.shared(kafka)
            let link = try LinkFixture(source: source, destination: destination)
            let topic = uniqueName("quota")
            let client = "\(link.name)-a"
            // A batch of half a megabyte is worth more than the 15 s that an answer may take.
            try await probe.setQuotas(of: client, on: destination.bootstrapServers, ["producer_byte_rate": 15_000])
            try await probe.createTopic(topic, on: source.bootstrapServers, configs: ["retention.ms": "-1"])
            try link.declare([.init(name: topic)])
            try await link.apply()
            // Records older than the time for which the destination keeps a producer's sequence.
            let mix = RecordMix(
                records: 100, partitions: 1, volume: 1_000_000, sizes: 10_000...10_001, codecs: ["none"],
                timestamp: 1_700_000_000_000, settings: ["batch.size": "500000", "linger.ms": "1000"])
            try await probe.produce(mix, to: topic, on: source.bootstrapServers)
            let worker = try link.startWorker("a")
            try await waitUntil("the first batch is appended", within: .seconds(60), every: .milliseconds(100)) {
                try await probe.offsets(of: topic, on: destination.bootstrapServers).ends != [0: 0]
            }
            let began = ContinuousClock.now
            try await link.waitUntilLevel(topic, probe)
            // The broker asks for about 22 s. A batch sent within them would be given up, and sent anew, after 15.
            #expect(began.duration(to: .now) > .seconds(18))
            #expect(try await link.difference(topic, probe, records: 100) == nil)
            #expect(worker.exit == nil, "\(worker.errorOutput)")
            #expect(!worker.errorOutput.contains("FAILED"), "\(worker.errorOutput)")
            try await worker.stop()
        }
    }
}
