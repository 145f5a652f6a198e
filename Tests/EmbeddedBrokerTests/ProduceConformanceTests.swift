import Bytes
import KafkaConnection
import KafkaProtocol
import KafkaRecords
import TestSupport
import Testing

/// Produce, asked of the embedded broker and of real ones: both must answer the same.
@Suite("Produce conformance", .timeLimit(.minutes(5)), .serialized)
struct ProduceConformanceTests {
    private static let pid: Int64 = 1 << 62 | 1

    @Test(arguments: ConformanceCluster.all)
    func `appends compare-and-append by sequence`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic()
            let pid = Self.pid
            let first = try await session.produce(makeBatch(10, pid: pid, sequence: 1000), to: topic)
            #expect(first.errorCode == 0)
            #expect(first.baseOffset == 0)
            #expect(first.logAppendTimeMs == -1)
            #expect(first.logStartOffset == 0)
            let again = try await session.produce(makeBatch(10, pid: pid, sequence: 1000), to: topic)
            #expect(again.errorCode == 0)
            #expect(again.baseOffset == 0)
            #expect(again.logAppendTimeMs == someTime)
            let overlap = try await session.produce(makeBatch(5, pid: pid, sequence: 1005), to: topic)
            #expect(ErrorCode(overlap.errorCode) == .outOfOrderSequenceNumber)
            #expect(overlap.baseOffset == -1)
            #expect(overlap.logAppendTimeMs == -1)
            #expect(overlap.logStartOffset == 0)
            #expect(overlap.errorMessage == nil)
            #expect(try await session.produce(makeBatch(1, pid: pid, sequence: 1010), to: topic).baseOffset == 10)
            let newEpoch = try await session.produce(makeBatch(1, pid: pid, epoch: 1, sequence: 5), to: topic)
            #expect(ErrorCode(newEpoch.errorCode) == .outOfOrderSequenceNumber)
            #expect(
                try await session.produce(makeBatch(1, pid: pid, epoch: 1, sequence: 0), to: topic).baseOffset == 11)
            let oldEpoch = try await session.produce(makeBatch(1, pid: pid, epoch: 0, sequence: 1011), to: topic)
            #expect(ErrorCode(oldEpoch.errorCode) == .invalidProducerEpoch)
            #expect(try await session.latest(topic).offset == 12)
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `remembers five batches, and sequences wrap`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic()
            let pid = Self.pid
            let straddling = makeBatch(10, pid: pid, sequence: 2_147_483_645)
            #expect(try await session.produce(straddling, to: topic).baseOffset == 0)
            #expect(try await session.produce(makeBatch(3, pid: pid, sequence: 7), to: topic).baseOffset == 10)
            let again = try await session.produce(makeBatch(10, pid: pid, sequence: 2_147_483_645), to: topic)
            #expect(again.errorCode == 0)
            #expect(again.baseOffset == 0)
            for index in 0..<4 {
                _ = try await session.produce(makeBatch(1, pid: pid, sequence: Int32(10 + index)), to: topic)
            }
            let forgotten = try await session.produce(makeBatch(10, pid: pid, sequence: 2_147_483_645), to: topic)
            #expect(ErrorCode(forgotten.errorCode) == .outOfOrderSequenceNumber)
            let state = try #require(try await session.producers(topic).first)
            #expect(state.producerId == pid)
            #expect(state.producerEpoch == 0)
            #expect(state.lastSequence == 13)
            #expect(state.lastTimestamp == someTime)
            #expect(state.coordinatorEpoch == -1)
            #expect(state.currentTxnStartOffset == -1)
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `takes negative producer ids for none`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic()
            #expect(try await session.produce(makeBatch(1, pid: -7, sequence: 3), to: topic).baseOffset == 0)
            #expect(try await session.produce(makeBatch(1, pid: -7, sequence: 3), to: topic).baseOffset == 1)
            #expect(try await session.producers(topic).isEmpty)
        }
    }

    /// What a broker refuses, its code, and whether it tells where the log starts.
    private static var refused: [(String, ByteSlice, ErrorCode, Bool)] {
        typealias Layout = RecordBatchLayout
        let plain = makeBatch(3)
        return [
            ("empty records", .empty, .invalidRecord, false),
            ("two batches", joined(makeBatch(), makeBatch()), .invalidRecord, false),
            (
                "a base offset", patched(plain) { $0.storeBigEndian(Int64(5), at: Layout.baseOffset) }, .invalidRecord,
                true
            ),
            (
                "a hole", patched(plain) { $0.storeBigEndian(Int32(3), at: Layout.lastOffsetDelta) }, .invalidRecord,
                true
            ),
            ("no record", makeBatch(0), .invalidRecord, true),
            ("a control batch", makeBatch { $0.attributes.isControl = true }, .invalidRecord, true),
            ("a producer without a sequence", makeBatch(pid: 9, sequence: -1), .invalidRecord, true),
            (
                "a damaged value",
                patched(plain, keepingChecksum: true) { $0.storeBytes(of: 0xff, toByteOffset: 70, as: UInt8.self) },
                .corruptMessage, false
            ),
            ("a large batch", makeBatch(1, valueBytes: 3_000), .messageTooLarge, false),
            (
                "fewer records than counted",
                patched(plain) {
                    $0.storeBigEndian(Int32(3), at: Layout.lastOffsetDelta)
                    $0.storeBigEndian(Int32(4), at: Layout.recordCount)
                }, .invalidRecord, true
            ),
        ]
    }

    @Test(arguments: ConformanceCluster.all)
    func `refuses what is not one good batch`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("small", ["max.message.bytes": "2000"])
            for (what, records, code, isFromLog) in Self.refused {
                let answer = try await session.produce(records, to: topic)
                #expect(ErrorCode(answer.errorCode) == code, "\(what)")
                #expect(answer.baseOffset == -1, "\(what)")
                #expect(answer.logStartOffset == (isFromLog ? 0 : -1), "\(what)")
                #expect(answer.errorMessage == nil, "\(what)")
            }
            #expect(try await session.latest(topic).offset == 0)
            let unknown = try await session.produce(makeBatch(), to: topic, 7)
            #expect(ErrorCode(unknown.errorCode) == .unknownTopicOrPartition)
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `refuses the whole request for a transactional batch without an id, and for odd acks`(
        _ cluster: ConformanceCluster
    ) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic()
            let batch = makeBatch(pid: 5, sequence: 0) { $0.attributes.isTransactional = true }
            let answer = try await session.produce(batch, to: topic)
            #expect(ErrorCode(answer.errorCode) == .transactionalIdAuthorizationFailed)
            let acks = try await session.produce(makeBatch(), to: topic, acks: 2)
            #expect(ErrorCode(acks.errorCode) == .invalidRequiredAcks)
            let plain = try await session.produce(makeBatch(), to: topic, transactionalId: "anything")
            #expect(plain.errorCode == 0)
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `stamps epoch, keeps flags that it does not know, and mends the largest timestamp`(
        _ cluster: ConformanceCluster
    ) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic()
            func odd(_ flags: Int16, _ maxTimestamp: Int64) -> ByteSlice {
                patched(makeBatch(2)) {
                    $0.storeBigEndian(Int32(99), at: RecordBatchLayout.partitionLeaderEpoch)
                    $0.storeBigEndian(flags, at: RecordBatchLayout.attributes)
                    $0.storeBigEndian(maxTimestamp, at: RecordBatchLayout.maxTimestamp)
                }
            }
            let unknown: Int16 = 1 << 9
            let horizon = RecordBatchAttributes.deleteHorizonBit
            let appendTime = RecordBatchAttributes.logAppendTimeBit
            #expect(try await session.produce(odd(unknown | horizon, someTime), to: topic).errorCode == 0)
            #expect(try await session.produce(odd(unknown | horizon, someTime + 60_000), to: topic).errorCode == 0)
            #expect(try await session.produce(odd(unknown | appendTime, someTime + 60_000), to: topic).errorCode == 0)
            let stored = try headers(try await session.fetch(topic).records)
            #expect(stored.map(\.partitionLeaderEpoch) == [0, 0, 0])
            #expect(stored.map(\.attributes.rawValue) == [unknown | horizon, horizon, 0])
            #expect(stored.map(\.maxTimestamp) == [someTime, someTime, someTime + 60_000])
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `gives append times where the topic wants them`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("times", ["message.timestamp.type": "LogAppendTime"])
            let answer = try await session.produce(makeBatch(2), to: topic)
            #expect(answer.logAppendTimeMs > someTime)
            let header = try #require(try headers(try await session.fetch(topic).records).first)
            #expect(header.isLogAppendTime)
            #expect(header.maxTimestamp == answer.logAppendTimeMs)
            let flagged = try await session.produce(makeBatch { $0.attributes.isLogAppendTime = true }, to: topic)
            #expect(ErrorCode(flagged.errorCode) == .invalidTimestamp)
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `names the records to blame`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("keys", ["cleanup.policy": "compact"])
            let keys = try await session.produce(makeBatch(2, hasKeys: false), to: topic)
            #expect(ErrorCode(keys.errorCode) == .invalidRecord)
            #expect(keys.recordErrors.map(\.batchIndex) == [0, 1])
            #expect(
                keys.recordErrors.first?.batchIndexErrorMessage
                    == "Compacted topic cannot accept message without key in topic partition \(topic)-0")
            #expect(keys.logStartOffset == 0)
            #expect(
                keys.errorMessage
                    == "One or more records have been rejected due to 2 record errors in total, and only showing the "
                    + "first three errors at most: [RecordError(batchIndex=0, message='Compacted topic cannot accept "
                    + "message without key in topic partition \(topic)-0'), RecordError(batchIndex=1, "
                    + "message='Compacted topic cannot accept message without key in topic partition \(topic)-0')]")
            let future = try await session.produce(makeBatch(timestamp: 4_000_000_000_000), to: topic)
            #expect(ErrorCode(future.errorCode) == .invalidTimestamp)
            #expect(future.recordErrors.map(\.batchIndex) == [0])
            #expect(future.errorMessage?.hasPrefix("One or more records have been rejected") == true)
            #expect(try await session.produce(makeBatch(timestamp: -1), to: topic).errorCode == 0)
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `takes the last of a partition that is named twice`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic()
            let response = try await session.connection.send(
                ProduceRequest {
                    $0.acks = -1
                    $0.timeoutMs = 5_000
                    $0.topicData = [
                        ProduceRequest.TopicProduceData {
                            $0.name = topic
                            $0.partitionData = [2, 3].map { count in
                                ProduceRequest.PartitionProduceData { $0.records = makeBatch(count) }
                            }
                        }
                    ]
                }, maximumVersion: 11)
            #expect(response.responses.first?.partitionResponses.map(\.baseOffset) == [0])
            #expect(try await session.latest(topic).offset == 3)
        }
    }
}
