import KafkaConnection
import KafkaProtocol
import KafkaRecords
import TestSupport
import Testing

/// Holders of a transactional id and those who held it before, asked of the embedded broker and of real ones.
@Suite("Fencing conformance", .timeLimit(.minutes(5)), .serialized)
struct FencingConformanceTests {
    /// The answers to everything that `old` may try once it is fenced.
    private static func expectFenced(
        _ old: TransactionHolder, _ topic: String
    ) async throws {
        for version: Int16 in [3, 7, 8, 9, 10, 11, 12] {
            let answer = try await old.produce(sequence: 1, to: topic, version: version)
            #expect(ErrorCode(answer.errorCode) == .invalidProducerEpoch, "Produce \(version)")
            #expect(answer.baseOffset == -1, "Produce \(version)")
            #expect(answer.logStartOffset == -1, "Produce \(version)")
            #expect(answer.errorMessage == nil, "Produce \(version)")
        }
        for version: Int16 in 0...3 {
            let code = version < 2 ? ErrorCode.invalidProducerEpoch : .producerFenced
            #expect(try await old.add(topic, version: version) == [code], "AddPartitionsToTxn \(version)")
        }
        for version: Int16 in 0...5 {
            let code = version < 2 ? ErrorCode.invalidProducerEpoch : .producerFenced
            for isCommit in [true, false] {
                let answer = try await old.end(commit: isCommit, version: version)
                #expect(ErrorCode(answer.errorCode) == code, "EndTxn \(version) \(isCommit)")
                #expect(answer.producerEpoch == -1)
            }
        }
    }

    /// Not while the new holder has a transaction open: to ask aborts it.
    private static func expectNoEpoch(for old: TransactionHolder) async throws {
        for version: Int16 in 3...5 {
            let answer = try await old.session.initProducerId(
                old.transactionalId, producerId: old.producerId, epoch: old.epoch, version: version)
            let code = version < 4 ? ErrorCode.invalidProducerEpoch : .producerFenced
            #expect(ErrorCode(answer.errorCode) == code, "InitProducerId \(version)")
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `a take-over aborts what is open and fences its holder`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("fenced")
            let old = try await session.hold(uniqueName("id"))
            #expect(old.epoch == 0)
            #expect(try await old.begin(topic) == .noError)
            #expect(try await old.produce(sequence: 0, to: topic).errorCode == 0)
            let busy = try await session.initProducerId(old.transactionalId)
            #expect(ErrorCode(busy.errorCode) == .concurrentTransactions)
            #expect(busy.producerEpoch == -1)
            let new = try await session.hold(old.transactionalId)
            #expect(new.producerId == old.producerId)
            #expect(new.epoch == 2)
            let committed = try await session.fetch(topic, isolation: 1)
            #expect(committed.lastStableOffset == 2)
            #expect(committed.abortedTransactions?.map(\.firstOffset) == [0])
            #expect(try headers(committed.records).map(\.producerEpoch) == [0, 1])
            try await Self.expectFenced(old, topic)
            try await Self.expectNoEpoch(for: old)
            #expect(try await session.latest(topic).offset == 2)
            #expect(try await new.begin(topic) == .noError)
            #expect(try await new.produce(sequence: 0, to: topic).errorCode == 0)
            try await Self.expectFenced(old, topic)
            #expect(try await new.finish(commit: true).errorCode == 0)
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `a holder that wrote nothing is fenced too`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("fenced")
            let old = try await session.hold(uniqueName("id"))
            let new = try await session.hold(old.transactionalId)
            #expect(new.epoch == 1)
            for version: Int16 in [8, 11, 12] {
                let answer = try await old.produce(sequence: 0, to: topic, version: version)
                #expect(ErrorCode(answer.errorCode) == .invalidProducerEpoch)
            }
            #expect(try await old.add(topic) == [.producerFenced])
            #expect(ErrorCode(try await old.end(commit: true, version: 1).errorCode) == .invalidProducerEpoch)
            #expect(ErrorCode(try await old.end(commit: true, version: 5).errorCode) == .producerFenced)
            var ahead = new
            ahead.epoch += 1
            #expect(ErrorCode(try await ahead.end(commit: true).errorCode) == .producerFenced)
            #expect(try await ahead.add(topic) == [.producerFenced])
            #expect(try await session.latest(topic).offset == 0)
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `a producer that tells its epoch gets the next one, and the same when it asks again`(
        _ cluster: ConformanceCluster
    ) async throws {
        try await cluster.withSession { session in
            let id = uniqueName("id")
            let pid = try await session.hold(id).producerId
            func told(_ producerId: Int64, _ epoch: Int16) async throws -> String {
                let answer = try await session.initProducerId(id, producerId: producerId, epoch: epoch)
                return answer.errorCode == 0
                    ? "\(answer.producerId - pid) \(answer.producerEpoch)"
                    : ErrorCode(answer.errorCode).name
            }
            #expect(try await told(-1, 0) == "INVALID_REQUEST")
            #expect(try await told(pid, -1) == "INVALID_REQUEST")
            #expect(try await told(pid, 0) == "0 1")
            #expect(try await told(pid, 0) == "0 1")
            #expect(try await told(pid, 1) == "0 2")
            #expect(try await told(pid, 0) == "PRODUCER_FENCED")
            #expect(try await told(pid, 7) == "PRODUCER_FENCED")
            #expect(try await told(pid + 50_000, 2) == "PRODUCER_FENCED")
            #expect(try await told(-1, -1) == "0 3")
            #expect(try await told(pid, 2) == "PRODUCER_FENCED")
            let unknown = try await session.initProducerId(uniqueName("id"), producerId: 5, epoch: 3)
            #expect(unknown.errorCode == 0)
            #expect(unknown.producerId != 5)
            #expect(unknown.producerEpoch == 0)
            let plain = try await session.initProducerId(nil, producerId: 5, epoch: 3)
            #expect(plain.errorCode == 0)
            #expect(plain.producerId != 5)
            #expect(plain.producerEpoch == 0)
            #expect(ErrorCode(try await session.initProducerId(nil, producerId: 5).errorCode) == .invalidRequest)
            #expect(ErrorCode(try await session.initProducerId("").errorCode) == .invalidRequest)
            for timeoutMs: Int32 in [0, 900_001] {
                let answer = try await session.initProducerId(uniqueName("id"), timeoutMs: timeoutMs)
                #expect(ErrorCode(answer.errorCode) == .invalidTransactionTimeout)
            }
        }
    }

    /// With an open transaction the epoch is not even looked at before the transaction is aborted.
    @Test(arguments: ConformanceCluster.all, [0, 1] as [Int16])
    func `a producer may end its own open transaction with its epoch`(
        _ cluster: ConformanceCluster, _ ahead: Int16
    ) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("told")
            let holder = try await session.hold(uniqueName("id"))
            #expect(try await holder.begin(topic) == .noError)
            #expect(try await holder.produce(sequence: 0, to: topic).errorCode == 0)
            var answer = InitProducerIdResponse()
            func ask() async throws -> ErrorCode {
                answer = try await session.initProducerId(
                    holder.transactionalId, producerId: holder.producerId, epoch: holder.epoch + ahead)
                return ErrorCode(answer.errorCode)
            }
            #expect(try await ask() == .concurrentTransactions)
            try await waitUntil("it is aborted") { try await ask() != .concurrentTransactions }
            #expect(answer.errorCode == 0)
            #expect(answer.producerEpoch == 1 + ahead)
            #expect(try await session.fetch(topic, isolation: 1).abortedTransactions?.map(\.firstOffset) == [0])
            #expect(try await session.hold(holder.transactionalId).epoch == 2 + ahead)
        }
    }
}
