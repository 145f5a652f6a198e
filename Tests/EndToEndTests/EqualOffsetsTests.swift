import TestSupport
import Testing

extension EndToEnd {
    /// The heart of the product: Kafka's own consumer sees the same records at the same offsets on both sides.
    @Suite("Equal offsets", .serialized, .timeLimit(.minutes(10)))
    struct EqualOffsetsTests {
        /// Two releases, and how many records go from one to the other.
        struct Pair: Sendable, CustomTestStringConvertible {
            var from: String
            var to: String
            var records: Int
            var volume: Int

            var testDescription: String { "\(records) records from \(from) to \(to)" }

            var isGiven: Bool {
                KafkaInstallation.release(from) != nil && KafkaInstallation.release(to) != nil
            }
        }

        static let pairs = [
            Pair(from: "4.", to: "4.", records: 300_000, volume: 300_000_000),
            Pair(from: "3.9", to: "3.9", records: 30_000, volume: 40_000_000),
            Pair(from: "2.8", to: "4.", records: 30_000, volume: 40_000_000),
        ]

        @Test(arguments: pairs.filter(\.isGiven))
        func `a mirror is its source, record by record`(_ pair: Pair) async throws {
            let from = try KafkaInstallation.required(pair.from)
            let to = try KafkaInstallation.required(pair.to)
            let source = try await SharedClusters.cluster(from, .source)
            let destination = try await SharedClusters.cluster(to, .destination)
            let probe = try await KafkaProbe.shared(from)
            let link = try LinkFixture(source: source, destination: destination)
            let topic = uniqueName("equal")
            try await probe.createTopic(topic, on: source.bootstrapServers, partitions: 12)
            try link.declare([.init(name: topic)])
            try await link.apply()
            let worker = try link.startWorker("a")
            try await probe.produce(
                RecordMix(records: pair.records, partitions: 12, volume: pair.volume), to: topic,
                on: source.bootstrapServers)
            try await link.waitUntilLevel(topic, probe)
            #expect(try await link.difference(topic, probe, records: pair.records) == nil)
            #expect(worker.exit == nil, "\(worker.errorOutput)")
            try await worker.stop()
        }
    }
}
