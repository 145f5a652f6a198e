import Bytes
import KafkaClient
import KafkaModel
import KafkaProtocol
import KafkaRecords
import TestSupport
import Testing

@Suite("Admin on real Kafka", .enabled(if: KafkaInstallation.isGiven), .timeLimit(.minutes(5)))
struct RealAdminTests {
    private func client(_ installation: KafkaInstallation) async throws -> ClusterClient {
        let client = try makeClient(try await SharedClusters.cluster(installation, .destination).bootstrapServers)
        // A ZooKeeper broker says "started" before it knows that it is one of the cluster's.
        try await waitUntil("the cluster knows its brokers") { try await !client.brokerIds().isEmpty }
        return client
    }

    @Test(arguments: KafkaInstallation.all)
    func `a topic is absent, created, described, grown, configured and deleted by id`(
        _ installation: KafkaInstallation
    ) async throws {
        let client = try await client(installation)
        let name = uniqueName("admin")
        #expect(try await client.describeTopics([name]) == [name: .absent])
        #expect(try await client.permits(.create, onAbsent: [name]) == [name: true])
        #expect(try await client.describeTopics([name]) == [name: .absent])
        let id = try await client.createTopic(
            name, partitions: 2, configs: ["cleanup.policy": "compact", "retention.ms": "-1"])
        #expect(id != nil)
        let expected = LiveTopic(
            name: name, topicId: id?.description, partitionCount: 2, replicationFactor: 1,
            configs: ["cleanup.policy": "compact", "retention.ms": "-1", "max.message.bytes": "1048588"],
            overriddenConfigs: ["cleanup.policy", "retention.ms"])
        // A KRaft broker learns of a change after the controller has acknowledged it.
        try await waitUntil("the topic is described") {
            try await client.describeTopics([name], defaultsOf: ["max.message.bytes"]) == [name: .present(expected)]
        }
        #expect(try await client.listTopicNames().contains(name))

        await #expect { try await client.createTopic(name, partitions: 1) } throws: {
            ($0 as? ClientError)?.errorCode == .topicAlreadyExists
        }
        try await client.createPartitions(name, total: 5)
        await #expect { try await client.createPartitions(name, total: 5) } throws: {
            ($0 as? ClientError)?.errorCode == .invalidPartitions
        }
        try await client.alterConfigs(name, set: ["retention.bytes": "1000"], delete: ["retention.ms"])
        try await waitUntil("the settings are described") {
            let configs = try await client.topicConfigs(name)
            return configs["retention.bytes"] == TopicConfig(value: "1000", isOverride: true)
                && configs["retention.ms"] == TopicConfig(value: "604800000", isOverride: false)
        }

        let other = try #require(KafkaUUID("AAAAAAAAAAAAAAAAAAAAAQ"))
        await #expect { try await client.deleteTopic(name, id: other) } throws: {
            ($0 as? ClientError)?.errorCode == .unknownTopicId
        }
        try await client.deleteTopic(name, id: id)
        try await waitUntil("the topic is gone") { try await client.describeTopics([name]) == [name: .absent] }
        await client.close()
    }

    @Test(arguments: KafkaInstallation.all)
    func `offsets, producers and records are found at the leaders`(_ installation: KafkaInstallation) async throws {
        let client = try await client(installation)
        let name = uniqueName("offsets")
        try await client.createTopic(name, partitions: 3, configs: ["retention.ms": "-1"])
        let partitions = (0..<3).map { TopicPartition(topic: name, partition: $0) }
        try await waitUntil("the topic is described") { try await client.describeTopics([name]) != [name: .absent] }
        let first = try await client.retrying { (client) async throws(ClientError) in
            try await client.produceOnce(partitions[1], batch(["a", "b", "c"], timestamp: 1_700_000_000_000))
        }
        #expect(first.baseOffset == 0)
        #expect(first.logAppendTimeMs == -1)
        #expect(try await client.produceOnce(partitions[1], batch(["d"], timestamp: 1_700_000_001_000)).baseOffset == 3)

        let latest = await client.listOffsets(partitions, .latest(.readUncommitted))
        #expect(try latest.value(name, 0).offset == 0)
        #expect(try latest.value(name, 1).offset == 4)
        #expect(try await client.listOffsets(partitions, .trueEnd).value(name, 1).offset == 4)

        let fetched = try await client.fetchOnce(partitions[1], from: 1, isolation: .readCommitted)
        #expect(fetched.highWatermark == 4)
        #expect(fetched.lastStableOffset == 4)
        var batches = RecordBatchSequence(fetched.records)
        var values: [String] = []
        while let view = try batches.next() {
            var cursor = try RecordCursor(view)
            while let record = try cursor.next() {
                values.append(String(decoding: record.value?.array ?? [], as: UTF8.self))
            }
        }
        #expect(values == ["a", "b", "c", "d"])

        try await KafkaProbe.shared(installation).deleteRecords(
            of: name, on: SharedClusters.cluster(installation, .destination).bootstrapServers, before: [1: 2])
        #expect(try await client.listOffsets(partitions, .earliest).value(name, 1).offset == 2)
        await #expect { try await client.fetchOnce(partitions[1], from: 0, isolation: .readCommitted) } throws: {
            ($0 as? ClientError)?.errorCode == .offsetOutOfRange
        }

        var builder = RecordBatchBuilder()
        // Records of the past: the broker would forget the producer at its next look, in up to ten minutes.
        builder.producerId = 1 << 62
        builder.producerEpoch = 0
        builder.baseSequence = 41
        builder.append(timestamp: 1_700_000_000_000, key: nil, value: ByteSlice([1]))
        _ = try await client.produceOnce(partitions[2], builder.build())
        let producers = try await client.describeProducers(partitions).value(name, 2) as [ActiveProducer]
        #expect(producers.map(\.producerId) == [1 << 62])
        #expect(producers.map(\.lastSequence) == [41])
        await client.close()
    }

    @Test(arguments: KafkaInstallation.all)
    func `a topic that is not there fails with the broker's word`(_ installation: KafkaInstallation) async throws {
        let client = try await client(installation)
        let partition = TopicPartition(topic: uniqueName("nowhere"), partition: 0)
        let result = await client.listOffsets([partition], .earliest)[partition]
        guard case .failure(let error) = result else {
            Issue.record("an offset of a missing topic: \(String(describing: result))")
            return
        }
        #expect(error.errorCode == .unknownTopicOrPartition)
        await client.close()
    }
}
