import Bytes
import EmbeddedBroker
import EventLoop
import KafkaClient
import KafkaConnection
import KafkaModel
import KafkaProtocol
import KafkaRecords
import Reconciler
import Testing

/// What a comparison of both logs claims, and what it does not.
@Suite(.timeLimit(.minutes(1))) struct VerifierTests {
    /// Two embedded brokers with a client each.
    private struct Site {
        let loop: EventLoop
        let source: EmbeddedBroker
        let destination: EmbeddedBroker
        let clients: (source: ClusterClient, destination: ClusterClient)

        init() async throws {
            loop = try EventLoop()
            source = try await EmbeddedBroker.start(clusterId: "paris", loop: loop)
            destination = try await EmbeddedBroker.start(clusterId: "dublin", loop: loop)
            let loop = loop
            func client(_ name: String, _ broker: EmbeddedBroker) -> ClusterClient {
                ClusterClient(
                    name: name, bootstrapServers: [HostAndPort(host: broker.host, port: broker.port)],
                    options: ConnectionOptions(connectTimeoutMs: 10_000, requestTimeoutMs: 3_000),
                    retry: RetryPolicy(attempts: 2, firstPauseMs: 5, maximumPauseMs: 20), loop: loop)
            }
            clients = (client("paris", source), client("dublin", destination))
        }

        /// Creates `orders` on both sides with the same records, one per offset.
        func fill(_ records: Int, sourcePartitions: Int = 1, mirrorPartitions: Int = 1) async {
            for (broker, partitions) in [(source, sourcePartitions), (destination, mirrorPartitions)] {
                await broker.createTopic("orders", partitions: partitions)
                for partition in 0..<partitions { await append(records, to: broker, Int32(partition)) }
            }
        }

        func append(_ records: Int, to broker: EmbeddedBroker, _ partition: Int32 = 0, from first: Int = 0) async {
            for number in first..<first + records {
                // The same bytes on both sides: what time it is must not matter.
                await broker.appendStored(batch(number), to: "orders", partition)
            }
        }

        func verify(
            stopped: [Int64]? = nil, topicId: KafkaUUID? = nil, sourceTopicId: KafkaUUID? = nil
        ) async throws -> [PartitionVerdict] {
            let mirror = MirrorRecord(
                link: "l", topic: "orders", sourceTopic: "orders", sourceTopicId: sourceTopicId?.description,
                topicId: topicId?.description,
                state: stopped == nil ? .active : .stopped, stoppedOffsets: stopped, sinceMs: 1)
            return try await Verifier(source: clients.source, destination: clients.destination).verify(mirror)
        }

        func close() async {
            await clients.source.close()
            await clients.destination.close()
            await source.stop()
            await destination.stop()
            loop.stop()
        }
    }

    private func run(_ body: (Site) async throws -> Void) async throws {
        let site = try await Site()
        do {
            try await body(site)
        } catch {
            await site.close()
            throw error
        }
        await site.close()
    }

    @Test func `compares everything where both logs start alike`() async throws {
        try await run { site in
            await site.fill(10)
            let verdict = try #require(try await site.verify().first)
            #expect(verdict.isEqual && verdict.records == 10 && verdict.equalUpTo == 10)
            #expect(verdict.uncompared == nil)
        }
    }

    @Test func `says what the source does not hold any more, and compares the rest`() async throws {
        try await run { site in
            await site.fill(10)
            await site.source.moveLogStart("orders", to: 4)
            let verdict = try #require(try await site.verify().first)
            #expect(verdict.isEqual && verdict.records == 6 && verdict.start == 4)
            #expect(verdict.uncompared?.holder == .mirror && verdict.uncompared?.offsets == 0..<4)
            #expect(verdict.uncompared?.sentence == "the source does not hold offsets 0 to 3 any more")
        }
    }

    @Test func `a mirror that lost what its source has differs, until it has stopped`() async throws {
        try await run { site in
            await site.fill(10)
            await site.destination.moveLogStart("orders", to: 1)
            let live = try #require(try await site.verify().first)
            #expect(live.difference?.offset == 0)
            #expect(live.difference?.what == "the mirror has no record there, it begins at 1")
            let verdict = try #require(try await site.verify(stopped: [10]).first)
            #expect(verdict.isEqual && verdict.records == 9)
            #expect(verdict.uncompared?.sentence == "the mirror does not hold offset 0, which the source has")
        }
    }

    /// A source that deleted everything the mirror has says nothing about it.
    @Test(arguments: [nil, [3]] as [[Int64]?])
    func `nothing compared is a problem, never equal`(stopped: [Int64]?) async throws {
        try await run { site in
            await site.fill(3)
            await site.append(5, to: site.source, from: 3)
            await site.source.moveLogStart("orders", to: 5)
            let verdict = try #require(try await site.verify(stopped: stopped).first)
            #expect(!verdict.isEqual && verdict.records == 0)
            #expect(
                verdict.problem == "the source does not hold offsets 0 to 2 any more, and the mirror ends at 3: "
                    + "nothing can be compared")
        }
    }

    @Test func `an emptied mirror is a problem, two empty logs are not`() async throws {
        try await run { site in
            await site.fill(3)
            await site.destination.moveLogStart("orders", to: 3)
            #expect(try await site.verify().first?.difference?.offset == 0)
            let emptied = try await site.verify(stopped: [3])
            #expect(
                emptied.map(\.problem) == [
                    "the mirror does not hold offsets 0 to 2, which the source has, and the mirror ends at 3: "
                        + "nothing can be compared"
                ])
            await site.source.moveLogStart("orders", to: 3)
            let empty = try await site.verify()
            #expect(empty.map(\.isEqual) == [true])
        }
    }

    @Test(arguments: [(3, 2, "the mirror"), (2, 3, "the source topic")])
    func `a partition that one side lacks is a problem`(given: Int, held: Int, side: String) async throws {
        try await run { site in
            await site.fill(2, sourcePartitions: given, mirrorPartitions: held)
            let verdicts = try await site.verify()
            #expect(verdicts.map(\.isEqual) == [true, true, false])
            #expect(verdicts.last?.problem == "\(side) has no such partition, only 2 of 3")
        }
    }

    @Test func `a stopped mirror that lost its end differs there`() async throws {
        try await run { site in
            await site.fill(9)
            await site.append(1, to: site.source, from: 9)
            // A mirror at work may be behind.
            #expect(try await site.verify().map(\.isEqual) == [true])
            let verdict = try #require(try await site.verify(stopped: [10]).first)
            #expect(!verdict.isEqual && verdict.records == 9 && verdict.equalUpTo == 9)
            #expect(verdict.difference?.offset == 9)
            #expect(verdict.difference?.what == "the mirror ends there, mirroring stopped at 10")
            // What differs before is what is told.
            await site.append(1, to: site.source, from: 50)
            await site.append(1, to: site.destination, from: 60)
            #expect(try await site.verify(stopped: [11]).first?.difference?.offset == 9)
        }
    }

    @Test func `a stopped mirror that lost its end differs although nothing else can be compared`() async throws {
        try await run { site in
            await site.fill(3)
            await site.append(5, to: site.source, from: 3)
            await site.source.moveLogStart("orders", to: 5)
            let verdict = try #require(try await site.verify(stopped: [6]).first)
            #expect(verdict.difference?.offset == 3)
            #expect(verdict.problem?.hasSuffix("nothing can be compared") == true)
        }
    }

    /// A topic that somebody deleted, and a reader's client made again, is empty on both sides.
    @Test(arguments: [nil, [0]] as [[Int64]?])
    func `a topic that was made again is not the mirror, nor its source`(stopped: [Int64]?) async throws {
        try await run { site in
            await site.fill(0, sourcePartitions: 2, mirrorPartitions: 2)
            let (theirs, ours) = (await site.source.topicId("orders"), await site.destination.topicId("orders"))
            let stopped = stopped.map { $0 + $0 }
            #expect(
                try await site.verify(stopped: stopped, topicId: ours, sourceTopicId: theirs).map(\.isEqual)
                    == [true, true])
            let other = KafkaUUID(high: 1, low: 2)
            let mirror = try await site.verify(stopped: stopped, topicId: other, sourceTopicId: theirs)
            #expect(mirror.map(\.isEqual) == [false, false])
            #expect(mirror.first?.problem?.hasPrefix("the topic on dublin was deleted and made again: ") == true)
            let source = try await site.verify(stopped: stopped, topicId: ours, sourceTopicId: other)
            #expect(source.map(\.isEqual) == [false, false])
            #expect(source.first?.problem?.hasPrefix("source topic orders was deleted and made again") == true)
        }
    }

    @Test(arguments: [0, 1]) func `a fetch that a quota turns away is sent again`(side: Int) async throws {
        try await run { site in
            await site.fill(10)
            let broker = side == 0 ? site.source : site.destination
            await broker.intercept(.fetch, .once) { _ in .fail(.throttlingQuotaExceeded) }
            let verdict = try #require(try await site.verify().first)
            #expect(verdict.problem == nil)
            #expect(verdict.isEqual && verdict.records == 10)
        }
    }

    @Test func `what was added behind the end of a mirror is not compared`() async throws {
        try await run { site in
            await site.fill(2, sourcePartitions: 2, mirrorPartitions: 3)
            await site.append(1, to: site.destination, from: 50)
            let verdicts = try await site.verify(stopped: [2])
            #expect(verdicts.map(\.isEqual) == [true])
            #expect(verdicts.map(\.records) == [2])
        }
    }
}

/// One record that is the same wherever and whenever it is made.
private func batch(_ number: Int) -> ByteSlice {
    var builder = RecordBatchBuilder()
    builder.append(timestamp: 1_700_000_000_000 + Int64(number), key: nil, value: ByteSlice(Array("\(number)".utf8)))
    return builder.build()
}
