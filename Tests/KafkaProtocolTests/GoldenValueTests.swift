import Bytes
import KafkaProtocol
import Testing

/// What golden frames say, field by field, for the messages that offsets depend on.
@Suite struct GoldenValueTests {
    private let orders = KafkaUUID("C3wk0kS6QU6bV34jnXq_7g")

    @Test func `reads what a producer sends`() throws {
        let client = "java-4.3.1"
        let request = try GoldenFrame.body(of: ProduceRequest.self, version: 13, client: client)
        #expect(request.transactionalId == nil)
        #expect(request.acks == -1 && request.timeoutMs == 30_000)
        #expect(request.topicData.map(\.topicId) == [orders])
        #expect(request.topicData.first?.partitionData.map(\.index) == [0, 1])
        #expect(request.topicData.first?.partitionData.compactMap(\.records?.count) == [127, 105])
        #expect(request.expectsResponse)
        let inTransaction = try GoldenFrame.body(of: ProduceRequest.self, version: 13, client: client, index: 1)
        #expect(inTransaction.transactionalId == "tx-4.3.1")
        let unacknowledged = try GoldenFrame.body(of: ProduceRequest.self, version: 13, client: client, index: 2)
        #expect(unacknowledged.acks == 0 && !unacknowledged.expectsResponse)
        let old = try GoldenFrame.body(of: ProduceRequest.self, version: 7, client: "kcat-1.7.1")
        #expect(old.topicData.map(\.name) == ["kc"])
    }

    @Test func `finds whole batches with the checksums that Kafka computed`() throws {
        let request = try GoldenFrame.body(of: ProduceRequest.self, version: 13, client: "java-4.3.1")
        let response = try GoldenFrame.response(to: FetchRequest.self, version: 18, client: "java-4.3.1")
        let produced = request.topicData.flatMap(\.partitionData).compactMap(\.records)
        let fetched = response.responses.flatMap(\.partitions).compactMap(\.records)
        #expect(produced.count == 2 && fetched.count == 2)
        var batches = 0
        for records in produced + fetched {
            var rest = records.array[...]
            while !rest.isEmpty {
                // A batch: base offset (8 bytes), length of the rest (4), …, CRC at 17 of everything from 21.
                let batch = Array(rest)
                let size = 12 + Int(try WireReader(ByteSlice(batch[8..<12])).whole(Int32.self))
                let stored = try WireReader(ByteSlice(batch[17..<21])).whole(UInt32.self)
                #expect(CRC32C.checksum(Array(batch[21..<size])) == stored)
                rest = rest.dropFirst(size)
                batches += 1
            }
        }
        #expect(batches == 7)
    }

    @Test func `reads what a broker sends to a consumer`() throws {
        let response = try GoldenFrame.response(to: FetchRequest.self, version: 18, client: "java-4.3.1")
        #expect(response.sessionId == 1_290_659_903)
        #expect(response.responses.map(\.topicId) == [orders])
        let partitions = response.responses.flatMap(\.partitions)
        #expect(partitions.map(\.partitionIndex) == [0, 1])
        #expect(partitions.map(\.highWatermark) == [7, 3])
        #expect(partitions.map(\.lastStableOffset) == [7, 3])
        #expect(partitions.map(\.abortedTransactions) == [nil, nil])
        let old = try GoldenFrame.body(of: FetchRequest.self, version: 11, client: "kcat-1.7.1")
        #expect(old.isolationLevel == 1 && old.maxBytes == 52_428_800 && old.sessionEpoch == -1)
        #expect(old.topics.flatMap(\.partitions).map(\.partitionMaxBytes) == [1_048_576])
    }

    @Test func `reads ids, leaders and replicas`() throws {
        let response = try GoldenFrame.response(to: MetadataRequest.self, version: 13, client: "java-4.3.1", index: 2)
        #expect(response.clusterId == "LhVDy59LQ56aKXq8YjFr2A" && response.controllerId == 1)
        #expect(response.brokers.map(\.host) == ["localhost"] && response.brokers.map(\.port) == [23095])
        let topic = try #require(response.topics.first)
        #expect(topic.name == "orders-4.3.1" && topic.topicId == orders && !topic.isInternal)
        #expect(topic.partitions.map(\.partitionIndex) == [0, 1, 2])
        #expect(topic.partitions.map(\.isrNodes) == [[1], [1], [1]])
        #expect(topic.topicAuthorizedOperations == .min)
    }

    @Test func `reads what a partition remembers of its producers`() throws {
        let response = try GoldenFrame.response(to: DescribeProducersRequest.self, version: 0, client: "java-4.3.1")
        let producers = response.topics.flatMap(\.partitions).flatMap(\.activeProducers)
        #expect(producers.map(\.producerId) == [4, 5])
        #expect(producers.map(\.producerEpoch) == [0, 1])
        #expect(producers.map(\.lastSequence) == [2, 0])
        #expect(producers.map(\.lastTimestamp) == [1_700_000_000_004, 1_795_477_671_269])
        #expect(producers.map(\.coordinatorEpoch) == [-1, 0])
        #expect(producers.map(\.currentTxnStartOffset) == [-1, 5])
    }

    @Test func `reads a group's first steps`() throws {
        let client = "kcat-1.7.1"
        let refused = try GoldenFrame.response(to: JoinGroupRequest.self, version: 5, client: client)
        #expect(ErrorCode(refused.errorCode) == .memberIdRequired)
        let joined = try GoldenFrame.response(to: JoinGroupRequest.self, version: 5, client: client, index: 1)
        #expect(joined.generationId == 1 && joined.protocolName == "range")
        #expect(joined.memberId == refused.memberId && joined.leader == refused.memberId)
        #expect(joined.members.map(\.metadata.count) == [18])
        let commit = try GoldenFrame.body(of: OffsetCommitRequest.self, version: 9, client: "java-4.3.1")
        #expect(commit.topics.flatMap(\.partitions).map(\.committedOffset) == [3, 2, 0])
        #expect(commit.topics.flatMap(\.partitions).map(\.committedLeaderEpoch) == [0, 0, -1])
    }

    @Test func `reads the tagged features of a broker`() throws {
        let response = try GoldenFrame.response(to: ApiVersionsRequest.self, version: 4, client: "java-4.3.1")
        #expect(response.apiKeys.first { $0.apiKey == 1 }.map { [$0.minVersion, $0.maxVersion] } == [4, 18])
        #expect(response.finalizedFeatures.first { $0.name == "transaction.version" }?.maxVersionLevel == 2)
        #expect(response.finalizedFeaturesEpoch > 0 && !response.zkMigrationReady)
    }

    @Test func `reads where a config comes from`() throws {
        let response = try GoldenFrame.response(to: DescribeConfigsRequest.self, version: 4, client: "java-4.3.1")
        let configs = response.results.flatMap(\.configs)
        let compression = try #require(configs.first { $0.name == "compression.type" })
        #expect(compression.value == "producer" && compression.configSource == 5 && compression.configType == 2)
        let retention = try #require(configs.first { $0.name == "retention.ms" })
        #expect(retention.value == "604800000" && retention.configSource == 1 && !retention.isSensitive)
    }
}

extension WireReader {
    /// The integer that these bytes are.
    fileprivate func whole<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) throws -> Number {
        var copy = self
        let number: Number = try copy.integer("number")
        try copy.finish("number")
        return number
    }
}
