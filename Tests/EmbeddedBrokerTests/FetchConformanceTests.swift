import Bytes
import KafkaConnection
import KafkaProtocol
import KafkaRecords
import TestSupport
import Testing

/// Fetch, ListOffsets, DeleteRecords and OffsetForLeaderEpoch, asked of the embedded broker and of real ones.
@Suite("Fetch conformance", .timeLimit(.minutes(5)), .serialized)
struct FetchConformanceTests {
    /// A topic with three batches of 10, 1 and 5 records.
    private static func filled(_ session: Session, _ configs: [String: String] = [:]) async throws -> String {
        let topic = try await session.newTopic("fetch", configs)
        for (index, count) in [10, 1, 5].enumerated() {
            let answer = try await session.produce(
                makeBatch(count, timestamp: someTime + Int64(index) * 1_000), to: topic)
            #expect(answer.errorCode == 0)
        }
        return topic
    }

    @Test(arguments: ConformanceCluster.all)
    func `returns whole batches from the one that holds the offset`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await Self.filled(session)
            let all = try await session.fetch(topic)
            #expect(all.highWatermark == 16)
            #expect(all.lastStableOffset == 16)
            #expect(all.logStartOffset == 0)
            #expect(all.abortedTransactions == nil)
            #expect(try headers(all.records).map(\.baseOffset) == [0, 10, 11])
            #expect(try headers(try await session.fetch(topic, from: 5).records).map(\.baseOffset) == [0, 10, 11])
            #expect(try headers(try await session.fetch(topic, from: 10).records).map(\.baseOffset) == [10, 11])
            let end = try await session.fetch(topic, from: 16)
            #expect(end.errorCode == 0)
            #expect(end.records?.count == 0)
            let committed = try await session.fetch(topic, isolation: 1)
            #expect(committed.abortedTransactions == [])
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `refuses offsets outside the log and unknown partitions`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await Self.filled(session)
            let behind = try await session.fetch(topic, from: 17)
            #expect(ErrorCode(behind.errorCode) == .offsetOutOfRange)
            #expect(behind.highWatermark == -1)
            #expect(behind.lastStableOffset == -1)
            #expect(behind.logStartOffset == -1)
            let unknown = try await session.fetch(topic, 4)
            #expect(ErrorCode(unknown.errorCode) == .unknownTopicOrPartition)
            let fenced = try await session.fetch(topic, epoch: 7)
            #expect(ErrorCode(fenced.errorCode) == .unknownLeaderEpoch)
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `limits are soft for the first batch and cut the last`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await Self.filled(session)
            let all = try await session.fetch(topic)
            let sizes = try headers(all.records).map(\.sizeInBytes)
            let tiny = try await session.fetch(topic, maxBytes: 1, partitionMaxBytes: 1)
            #expect(tiny.records?.count == sizes[0])
            let cut = try await session.fetch(topic, partitionMaxBytes: Int32(sizes[0] + sizes[1] + 30))
            #expect(cut.records?.count == sizes[0] + sizes[1] + 30)
            #expect(try headers(cut.records).map(\.baseOffset) == [0, 10])
            let two = try await session.newTopic("two", partitions: 2)
            for index in 0..<2 { _ = try await session.produce(makeBatch(10), to: two, Int32(index)) }
            let response = try await session.connection.send(
                FetchRequest {
                    $0.maxBytes = 10
                    $0.topics = [
                        FetchRequest.FetchTopic {
                            $0.topic = two
                            $0.partitions = ([0, 1] as [Int32]).map { index in
                                FetchRequest.FetchPartition {
                                    $0.partition = index
                                    $0.partitionMaxBytes = 10
                                }
                            }
                        }
                    ]
                }, maximumVersion: 11)
            let counts = response.responses[0].partitions.map { $0.records?.count ?? 0 }
            #expect(counts == [sizes[0], 0])
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `waits for data, not longer than asked`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("wait")
            let start = ContinuousClock.now
            #expect(try await session.fetch(topic, maxWaitMs: 200).records?.count == 0)
            #expect(start.duration(to: .now) >= .milliseconds(200))
            let other = try await session.another()
            async let waiting = session.fetch(topic, maxWaitMs: 60_000)
            #expect(try await other.produce(makeBatch(2), to: topic).errorCode == 0)
            #expect(try headers(try await waiting.records).map(\.recordCount) == [2])
            await other.connection.close()
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `finds offsets by time, start and end`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await Self.filled(session)
            typealias Case = (timestamp: Int64, offset: Int64, found: Int64)
            let cases: [Case] = [
                (-1, 16, -1), (-2, 0, -1), (0, 0, someTime), (someTime, 0, someTime),
                (someTime + 1, 10, someTime + 1_000), (someTime + 2_000, 11, someTime + 2_000),
                (someTime + 2_001, -1, -1), (-3, 11, someTime + 2_000),
            ]
            for item in cases {
                let answer = try await session.latest(topic, timestamp: item.timestamp)
                #expect(answer.errorCode == 0, "\(item)")
                #expect(answer.offset == item.offset, "\(item)")
                #expect(answer.timestamp == item.found, "\(item)")
                #expect(answer.leaderEpoch == (item.offset == -1 ? -1 : 0), "\(item)")
            }
            #expect(try await session.latest(topic, replicaId: 0).offset == 16)
            #expect(ErrorCode(try await session.latest(topic, 3).errorCode) == .unknownTopicOrPartition)
            #expect(ErrorCode(try await session.latest(topic, epoch: 3).errorCode) == .unknownLeaderEpoch)
        }
    }

    private static func deleteRecords(
        _ session: Session, _ topic: String, _ partition: Int32 = 0, before offset: Int64
    ) async throws -> (code: ErrorCode, lowWatermark: Int64) {
        let response = try await session.connection.send(
            DeleteRecordsRequest {
                $0.timeoutMs = 5_000
                $0.topics = [
                    DeleteRecordsRequest.DeleteRecordsTopic {
                        $0.name = topic
                        $0.partitions = [
                            DeleteRecordsRequest.DeleteRecordsPartition {
                                $0.partitionIndex = partition
                                $0.offset = offset
                            }
                        ]
                    }
                ]
            })
        let result = try present(response.topics.first?.partitions.first)
        return (ErrorCode(result.errorCode), result.lowWatermark)
    }

    @Test(arguments: ConformanceCluster.all)
    func `deletes records up to an offset, also inside a batch`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await Self.filled(session)
            #expect(try await Self.deleteRecords(session, topic, before: 5) == (.noError, 5))
            #expect(try await session.latest(topic, timestamp: -2).offset == 5)
            #expect(try headers(try await session.fetch(topic, from: 5).records).map(\.baseOffset) == [0, 10, 11])
            #expect(ErrorCode(try await session.fetch(topic, from: 4).errorCode) == .offsetOutOfRange)
            #expect(try await Self.deleteRecords(session, topic, before: 3) == (.noError, 5))
            #expect(try await Self.deleteRecords(session, topic, before: 17) == (.offsetOutOfRange, -1))
            #expect(try await Self.deleteRecords(session, topic, before: -1) == (.noError, 16))
            #expect(try await session.fetch(topic, from: 16).logStartOffset == 16)
            #expect(try await Self.deleteRecords(session, topic, 5, before: 0) == (.unknownTopicOrPartition, -1))
            #expect(try await session.produce(makeBatch(), to: topic).baseOffset == 16)
            let compacted = try await Self.filled(session, ["cleanup.policy": "compact"])
            #expect(try await Self.deleteRecords(session, compacted, before: 5) == (.policyViolation, -1))
            let both = try await Self.filled(session, ["cleanup.policy": "compact,delete"])
            #expect(try await Self.deleteRecords(session, both, before: 5) == (.noError, 5))
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `keeps producers when their records are deleted`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("deleted")
            _ = try await session.produce(makeBatch(4, pid: 7, sequence: 0), to: topic)
            #expect(try await Self.deleteRecords(session, topic, before: -1) == (.noError, 4))
            #expect(try await session.producers(topic).map(\.lastSequence) == [3])
            let again = try await session.produce(makeBatch(4, pid: 7, sequence: 0), to: topic)
            #expect(again.baseOffset == 0)
            #expect(again.logAppendTimeMs == someTime)
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `tells where an epoch ended and where logs part`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await Self.filled(session)
            let response = try await session.connection.send(
                OffsetForLeaderEpochRequest {
                    $0.replicaId = -1
                    $0.topics = [
                        OffsetForLeaderEpochRequest.OffsetForLeaderTopic {
                            $0.topic = topic
                            $0.partitions = [(0, -1, 0), (0, -1, 4), (0, 9, 0), (5, -1, 0)].map {
                                (index: Int32, current: Int32, epoch: Int32) in
                                OffsetForLeaderEpochRequest.OffsetForLeaderPartition {
                                    $0.partition = index
                                    $0.currentLeaderEpoch = current
                                    $0.leaderEpoch = epoch
                                }
                            }
                        }
                    ]
                })
            let answers = response.topics[0].partitions.map {
                "\(ErrorCode($0.errorCode).name) \($0.leaderEpoch) \($0.endOffset)"
            }
            #expect(
                answers == [
                    "NONE 0 16", "NONE -1 -1", "UNKNOWN_LEADER_EPOCH -1 -1", "UNKNOWN_TOPIC_OR_PARTITION -1 -1",
                ])
            let same = try await session.fetch(topic, from: 16, lastFetchedEpoch: 0)
            #expect(same.divergingEpoch.epoch == -1)
            let unknown = try await session.fetch(topic, from: 16, lastFetchedEpoch: 3)
            #expect(ErrorCode(unknown.errorCode) == .offsetOutOfRange)
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `knows topics by id and refuses unknown ids`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await Self.filled(session)
            let metadata = try await session.connection.send(
                MetadataRequest { $0.topics = [MetadataRequest.MetadataRequestTopic { $0.name = topic }] })
            let id = try present(metadata.topics.first?.topicId)
            #expect(id != .zero)
            let response = try await session.connection.send(
                FetchRequest {
                    $0.topics = [id, KafkaUUID(high: 5, low: 6)].map { id in
                        FetchRequest.FetchTopic {
                            $0.topicId = id
                            $0.partitions = [FetchRequest.FetchPartition { $0.partitionMaxBytes = 1 << 20 }]
                        }
                    }
                })
            let codes = response.responses.map { "\($0.topicId == id) \(ErrorCode($0.partitions[0].errorCode).name)" }
            #expect(codes.sorted() == ["false UNKNOWN_TOPIC_ID", "true NONE"])
        }
    }
}
