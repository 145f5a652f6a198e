import Bytes
import EmbeddedBroker
import KafkaConnection
import KafkaProtocol
import KafkaRecords
import TestSupport
import Testing

/// Transactions of one holder, asked of the embedded broker and of real ones.
@Suite("Transaction conformance", .timeLimit(.minutes(5)), .serialized)
struct TransactionConformanceTests {
    @Test(arguments: ConformanceCluster.all)
    func `an end is answered the same again, and nothing else is ended`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("ends")
            for isCommit in [true, false] {
                for version: Int16 in [1, 4] {
                    let holder = try await session.hold(uniqueName("id"))
                    let nothing = try await holder.end(commit: isCommit, version: version)
                    #expect(ErrorCode(nothing.errorCode) == .invalidTxnState)
                    #expect(try await holder.begin(topic) == .noError)
                    #expect(try await holder.produce(sequence: 0, to: topic).errorCode == 0)
                    for _ in 0..<2 {
                        #expect(try await holder.finish(commit: isCommit, version: version).errorCode == 0)
                    }
                    let other = try await holder.finish(commit: !isCommit, version: version)
                    #expect(ErrorCode(other.errorCode) == .invalidTxnState)
                }
            }
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `from version 5 an end raises the epoch`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("ends")
            for isCommit in [true, false] {
                var holder = try await session.hold(uniqueName("id"))
                let nothing = try await holder.end(commit: true, version: 5)
                #expect(ErrorCode(nothing.errorCode) == .invalidTxnState)
                for _ in 0..<2 {
                    let abort = try await holder.finish(commit: false, version: 5)
                    #expect(abort.errorCode == 0)
                    #expect(abort.producerId == holder.producerId)
                    #expect(abort.producerEpoch == 1)
                }
                holder.epoch = 1
                let produced = try await holder.produce(sequence: 0, to: topic, version: 12)
                #expect(produced.errorCode == 0)
                for _ in 0..<2 {
                    let end = try await holder.finish(commit: isCommit, version: 5)
                    #expect(end.errorCode == 0)
                    #expect(end.producerEpoch == 2)
                }
                let other = try await holder.finish(commit: !isCommit, version: 5)
                #expect(ErrorCode(other.errorCode) == .invalidTxnState)
                holder.epoch = 2
                #expect(ErrorCode(try await holder.end(commit: true, version: 5).errorCode) == .invalidTxnState)
                let told = try await session.initProducerId(
                    holder.transactionalId, producerId: holder.producerId, epoch: 1)
                #expect(told.errorCode == 0)
                #expect(told.producerEpoch == 2)
            }
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `unknown ids, producers and partitions are refused`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("unknown")
            let holder = try await session.hold(uniqueName("id"))
            var other = holder
            other.producerId += 100_000
            let nobody = TransactionHolder(
                session: session, transactionalId: uniqueName("nobody"), producerId: 7, epoch: 0)
            for stranger in [other, nobody] {
                #expect(try await stranger.add(topic) == [.invalidProducerIdMapping])
                for version: Int16 in [1, 4, 5] {
                    let end = try await stranger.end(commit: true, version: version)
                    #expect(ErrorCode(end.errorCode) == .invalidProducerIdMapping)
                }
                for version: Int16 in [3, 8, 11, 12] {
                    let answer = try await stranger.produce(sequence: 0, to: topic, version: version)
                    #expect(ErrorCode(answer.errorCode) == .invalidProducerIdMapping)
                    #expect(answer.logStartOffset == -1)
                }
            }
            #expect(try await holder.add(topic, [0, 9]) == [.operationNotAttempted, .unknownTopicOrPartition])
            #expect(try await session.latest(topic).offset == 0)
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `a batch outside a transaction is refused, by version`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("outside")
            let holder = try await session.hold(uniqueName("id"))
            for version: Int16 in [3, 8, 10, 11] {
                let answer = try await holder.produce(sequence: 0, to: topic, version: version)
                #expect(ErrorCode(answer.errorCode) == (version < 11 ? .invalidTxnState : .transactionAbortable))
                #expect(answer.logStartOffset == -1)
                let text = "Partition was not added to the transaction"
                #expect(answer.errorMessage == (version == 8 || version == 10 ? text : nil), "\(version)")
            }
            #expect(try await holder.begin(topic) == .noError)
            #expect(try await holder.produce(2, sequence: 0, to: topic).errorCode == 0)
            let again = try await holder.produce(2, sequence: 0, to: topic)
            #expect(again.errorCode == 0)
            #expect(again.baseOffset == 0)
            #expect(again.logAppendTimeMs != -1)
            let plain = try await session.produce(
                makeBatch(pid: holder.producerId, epoch: 0, sequence: 2, timestamp: now), to: topic)
            #expect(ErrorCode(plain.errorCode) == .invalidTxnState)
            #expect(plain.logStartOffset == 0)
            #expect(try await holder.finish(commit: true).errorCode == 0)
            try await waitUntil("the marker is there") { try await session.latest(topic).offset == 3 }
            // The five last batches are remembered, but nobody gets as far as that.
            let late = try await holder.produce(2, sequence: 0, to: topic)
            #expect(ErrorCode(late.errorCode) == .transactionAbortable)
            #expect(late.logStartOffset == -1)
            // What the coordinator was asked about and did not know bounds the sequence of what comes next.
            let above = try await session.produce(
                makeBatch(pid: holder.producerId, epoch: 0, sequence: 2, timestamp: now), to: topic)
            #expect(ErrorCode(above.errorCode) == .outOfOrderSequenceNumber)
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `the first sequence is free before version 12, and 0 from there on`(
        _ cluster: ConformanceCluster
    ) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("first")
            let old = try await session.hold(uniqueName("id"))
            #expect(try await old.begin(topic) == .noError)
            #expect(try await old.produce(sequence: 5, to: topic).errorCode == 0)
            #expect(ErrorCode(try await old.produce(sequence: 0, to: topic).errorCode) == .outOfOrderSequenceNumber)
            #expect(try await old.produce(sequence: 6, to: topic).errorCode == 0)
            let new = try await session.hold(uniqueName("id"))
            let five = try await new.produce(sequence: 5, to: topic, version: 12)
            #expect(ErrorCode(five.errorCode) == .outOfOrderSequenceNumber)
            #expect(try await new.produce(sequence: 0, to: topic, version: 12).errorCode == 0)
            #expect(try await new.produce(sequence: 1, to: topic, version: 12).errorCode == 0)
            for holder in [old, new] { try await holder.finish(commit: true) }
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `a partition belongs to the transaction although its batch is refused`(
        _ cluster: ConformanceCluster
    ) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("small", ["max.message.bytes": "100"])
            let holder = try await session.hold(uniqueName("id"))
            let answer = try await holder.produce(9, sequence: 0, to: topic, version: 12)
            #expect(ErrorCode(answer.errorCode) == .messageTooLarge)
            #expect(try await holder.finish(commit: true, version: 5).errorCode == 0)
            try await waitUntil("the marker is there") { try await session.latest(topic).offset == 1 }
        }
    }

    /// Batches as "base offset, producer epoch".
    private static func layout(_ records: ByteSlice?) throws -> [String] {
        try headers(records).map { "\($0.baseOffset) e\($0.producerEpoch)\($0.isControl ? " marker" : "")" }
    }

    @Test(arguments: ConformanceCluster.all)
    func `markers take one offset, and readers of committed data wait for them`(
        _ cluster: ConformanceCluster
    ) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("markers")
            func plain() async throws { _ = try await session.produce(makeBatch(timestamp: now), to: topic) }
            func end(_ offset: Int64) async throws {
                try await waitUntil("the end is \(offset)") { try await session.latest(topic).offset == offset }
            }
            let first = try await session.hold(uniqueName("id"))
            let second = try await session.hold(uniqueName("id"))
            try await plain()
            #expect(try await first.begin(topic) == .noError)
            #expect(try await first.produce(2, sequence: 0, to: topic).errorCode == 0)
            #expect(try await second.produce(2, sequence: 0, to: topic, version: 12).errorCode == 0)
            #expect(try await session.producers(topic).map(\.currentTxnStartOffset).sorted() == [1, 3])
            try await second.finish(commit: true, version: 5)
            try await end(6)
            let open = try await session.fetch(topic, isolation: 1)
            #expect(open.highWatermark == 6)
            #expect(open.lastStableOffset == 1)
            #expect(try Self.layout(open.records) == ["0 e-1"])
            #expect(open.abortedTransactions == [])
            #expect(try await session.latest(topic, isolation: 1).offset == 1)
            #expect(try await session.fetch(topic, from: 3, isolation: 1).records?.count == 0)
            let all = try await session.fetch(topic)
            #expect(try Self.layout(all.records) == ["0 e-1", "1 e0", "3 e0", "5 e1 marker"])
            #expect(all.abortedTransactions == nil)
            try await plain()
            try await first.finish(commit: false)
            try await end(8)
            let closed = try await session.fetch(topic, isolation: 1)
            #expect(closed.lastStableOffset == 8)
            #expect(
                try Self.layout(closed.records) == ["0 e-1", "1 e0", "3 e0", "5 e1 marker", "6 e-1", "7 e0 marker"])
            #expect(closed.abortedTransactions?.map(\.producerId) == [first.producerId])
            #expect(closed.abortedTransactions?.map(\.firstOffset) == [1])
            let marker = try await session.fetch(topic, from: 7, isolation: 1)
            #expect(marker.abortedTransactions?.map(\.firstOffset) == [1])
            #expect(try await session.fetch(topic, from: 8, isolation: 1).abortedTransactions == [])
            let states = try await session.producers(topic).sorted { $0.producerId < $1.producerId }
            #expect(states.map(\.producerEpoch) == [0, 1])
            #expect(states.map(\.lastSequence) == [1, -1])
            #expect(states.map(\.coordinatorEpoch) == [0, 0])
            #expect(states.map(\.currentTxnStartOffset) == [-1, -1])
        }
    }

    @Test func `a transaction that is open for too long is aborted`() async throws {
        try await ConformanceCluster.withBroker { broker, session in
            await broker.createTopic("orders")
            let holder = try await session.hold("id", timeoutMs: 10_000)
            #expect(try await holder.begin("orders") == .noError)
            #expect(try await holder.produce(sequence: 0, to: "orders").errorCode == 0)
            await broker.advanceClock(byMs: 9_000)
            #expect(try await session.latest("orders", isolation: 1).offset == 0)
            await broker.advanceClock(byMs: 1_001)
            #expect(try await session.fetch("orders", isolation: 1).abortedTransactions?.map(\.firstOffset) == [0])
            #expect(ErrorCode(try await holder.end(commit: true).errorCode) == .producerFenced)
        }
    }
}
