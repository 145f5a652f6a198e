import Bytes
import KafkaClient
import KafkaConnection
import KafkaModel
import KafkaProtocol
import KafkaRecords
import TestSupport
import Testing

@Suite("Quotas of real Kafka", .enabled(if: KafkaInstallation.isGiven), .timeLimit(.minutes(5)))
struct RealQuotaTests {
    /// The oldest and the newest release.
    private static let ends = Set([KafkaInstallation.all.first, KafkaInstallation.all.last].compactMap(\.self))

    @Test(arguments: ends)
    func `a reader beyond its quota is slowed down, and reads all`(_ installation: KafkaInstallation) async throws {
        let servers = try await SharedClusters.cluster(installation, .destination).bootstrapServers
        let client = try makeClient(servers, clientId: uniqueName("slow"))
        let topic = uniqueName("quota")
        let partition = TopicPartition(topic: topic, partition: 0)
        _ = try await client.createTopic(topic, partitions: 1)
        let value = String(repeating: "x", count: 10_000)
        for _ in 0..<30 {
            // A KRaft broker learns of a topic after its controller has acknowledged it.
            _ = try await client.retrying { (client: isolated ClusterClient) async throws(ClientError) in
                try await client.produceOnce(partition, batch([value]))
            }
        }
        let change = try await KafkaTools(installation).run(
            "kafka-configs.sh",
            [
                "--bootstrap-server", servers, "--alter", "--entity-type", "clients", "--entity-name",
                client.options.clientId, "--add-config", "consumer_byte_rate=20000",
            ])
        #expect(change.exit == .code(0), "\(change.output)\(change.errorOutput)")

        var offset: Int64 = 0
        var refusals = 0
        while offset < 30 && refusals < 20 {
            do throws(ClientError) {
                let fetched = try await client.fetchOnce(
                    partition, from: offset, maximumBytes: 50_000, isolation: .readUncommitted)
                var batches = RecordBatchSequence(fetched.records)
                while let batch = try? batches.next() { offset = batch.header.nextOffset }
            } catch {
                #expect(error.errorCode == .throttlingQuotaExceeded && error.isRetriable, "\(error)")
                refusals += 1
            }
        }
        #expect(offset == 30)
        #expect(refusals > 0)
        await client.close()
    }
}
