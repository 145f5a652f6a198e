import Bytes
import KafkaConnection
import KafkaProtocol
import TestSupport
import Testing

/// Sequences of idempotent producers at their edges, asked of the embedded broker and of real ones.
@Suite("Sequence conformance", .timeLimit(.minutes(5)), .serialized)
struct SequenceConformanceTests {
    /// What producing with this producer comes to: the base offset, with a star if it was there before, or the error.
    private static func produce(
        _ session: Session, _ topic: String, _ sequence: Int32, count: Int = 1, epoch: Int16 = 0, pid: Int64 = 77,
        version: Int16 = 11, valueBytes: Int = 8
    ) async throws -> String {
        let answer = try await session.produce(
            makeBatch(count, pid: pid, epoch: epoch, sequence: sequence, valueBytes: valueBytes), to: topic,
            maximumVersion: version)
        guard answer.errorCode == 0 else { return ErrorCode(answer.errorCode).name }
        return "\(answer.baseOffset)\(answer.logAppendTimeMs == -1 ? "" : "*")"
    }

    @Test(arguments: ConformanceCluster.all)
    func `sequences wrap exactly and inside of a batch`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let exact = try await session.newTopic("wrap")
            #expect(try await Self.produce(session, exact, 2_147_483_638, count: 10) == "0")
            #expect(try await Self.produce(session, exact, 1) == "OUT_OF_ORDER_SEQUENCE_NUMBER")
            #expect(try await Self.produce(session, exact, 2_147_483_647) == "OUT_OF_ORDER_SEQUENCE_NUMBER")
            #expect(try await Self.produce(session, exact, 0) == "10")
            #expect(try await Self.produce(session, exact, 2_147_483_638, count: 10) == "0*")
            let inside = try await session.newTopic("wrap")
            #expect(try await Self.produce(session, inside, 2_147_483_645, count: 10) == "0")
            #expect(try await Self.produce(session, inside, 0) == "OUT_OF_ORDER_SEQUENCE_NUMBER")
            #expect(try await Self.produce(session, inside, 7) == "10")
            #expect(try await session.producers(inside).map(\.lastSequence) == [7])
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `the last five batches are known by their bounds, whatever is in them`(
        _ cluster: ConformanceCluster
    ) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("five")
            for batch in 0..<6 {
                #expect(try await Self.produce(session, topic, Int32(batch * 10), count: 10) == "\(batch * 10)")
            }
            #expect(try await Self.produce(session, topic, 0, count: 10) == "OUT_OF_ORDER_SEQUENCE_NUMBER")
            for batch in 1..<6 {
                #expect(
                    try await Self.produce(session, topic, Int32(batch * 10), count: 10, valueBytes: 20)
                        == "\(batch * 10)*")
            }
            for (sequence, count) in [(50, 9), (50, 11), (51, 9), (40, 20), (61, 1), (0, 1)] as [(Int32, Int)] {
                #expect(
                    try await Self.produce(session, topic, sequence, count: count) == "OUT_OF_ORDER_SEQUENCE_NUMBER",
                    "\(count) from \(sequence)")
            }
            #expect(try await Self.produce(session, topic, 60) == "60")
            #expect(try await Self.produce(session, topic, 10, count: 10) == "OUT_OF_ORDER_SEQUENCE_NUMBER")
            #expect(try await session.latest(topic).offset == 61)
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `a producer that is not known begins anywhere`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("unknown")
            for (pid, version) in [(101, 3), (102, 8), (103, 11), (104, 12)] as [(Int64, Int16)] {
                let offset = Int(pid - 101) * 2
                let first = try await Self.produce(session, topic, 5_000, epoch: 9, pid: pid, version: version)
                #expect(first == "\(offset)", "\(version)")
                let next = try await Self.produce(session, topic, 5_001, epoch: 9, pid: pid, version: version)
                #expect(next == "\(offset + 1)", "\(version)")
            }
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `a newer epoch begins with 0 and forgets the batches before`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("epochs")
            #expect(try await Self.produce(session, topic, 0, count: 3) == "0")
            #expect(try await Self.produce(session, topic, 3, epoch: 2) == "OUT_OF_ORDER_SEQUENCE_NUMBER")
            #expect(try await Self.produce(session, topic, 3) == "3")
            #expect(try await Self.produce(session, topic, 0, count: 3, epoch: 2) == "4")
            #expect(try await Self.produce(session, topic, 0, count: 3, epoch: 2) == "4*")
            #expect(try await Self.produce(session, topic, 3) == "INVALID_PRODUCER_EPOCH")
            #expect(try await Self.produce(session, topic, 4, epoch: 1) == "INVALID_PRODUCER_EPOCH")
            #expect(try await Self.produce(session, topic, 0, epoch: 1) == "INVALID_PRODUCER_EPOCH")
            #expect(try await Self.produce(session, topic, 3, epoch: 2) == "7")
            #expect(try await session.producers(topic).map(\.producerEpoch) == [2])
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `foreign records move offsets, not sequences`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("foreign")
            #expect(try await Self.produce(session, topic, 0, count: 10) == "0")
            #expect(try await session.produce(makeBatch(3), to: topic).baseOffset == 10)
            #expect(try await Self.produce(session, topic, 0, count: 2, pid: 78) == "13")
            #expect(try await Self.produce(session, topic, 10) == "15")
            #expect(try await Self.produce(session, topic, 0, count: 10) == "0*")
        }
    }
}
