import Bytes
import EmbeddedBroker
import EventLoop
import KafkaClient
import KafkaConnection
import KafkaModel
import KafkaProtocol
import KafkaRecords
import TestSupport
import Testing

@testable import Mirror

/// Two embedded brokers, a client of each and an engine between them, all on one loop.
struct MirrorPair: Sendable {
    let loop: EventLoop
    let source: EmbeddedBroker
    let destination: EmbeddedBroker
    let paris: ClusterClient
    let dublin: ClusterClient
    let engine: MirrorEngine
    let producer = ProducerIds(linkId: "a link of the tests")

    /// Options with short times, so that faults pass quickly.
    static var quick: MirrorOptions {
        var options = MirrorOptions()
        options.fetchWaitMs = 50
        options.busyFetchWaitMs = 5
        options.produceTimeoutMs = 500
        options.quietMs = 200
        options.nameLastsMs = 0
        options.firstPauseMs = 5
        options.maximumPauseMs = 40
        return options
    }

    /// Runs `body` with a pair that has the lease for an hour, and takes everything down behind it.
    static func run(
        _ options: MirrorOptions = quick, hasLease: Bool = true,
        configure: (inout BrokerOptions) -> Void = { _ in }, _ body: (MirrorPair) async throws -> Void
    ) async throws {
        let pair = try await MirrorPair(options, configure)
        if hasLease { await pair.engine.extendLease(until: .now + .seconds(3_600)) }
        do {
            try await body(pair)
        } catch {
            await pair.close()
            throw error
        }
        await pair.close()
    }

    private init(_ options: MirrorOptions, _ configure: (inout BrokerOptions) -> Void) async throws {
        loop = try EventLoop()
        var brokerOptions = BrokerOptions(clusterId: "paris")
        configure(&brokerOptions)
        source = try await EmbeddedBroker.start(brokerOptions, loop: loop)
        brokerOptions.clusterId = "dublin"
        destination = try await EmbeddedBroker.start(brokerOptions, loop: loop)
        paris = Self.client("paris", source, loop)
        dublin = Self.client("dublin", destination, loop)
        engine = MirrorEngine(source: paris, destination: dublin, producer: producer, options: options, loop: loop)
    }

    /// A client that gives up and tries again quickly.
    static func client(_ name: String, _ broker: EmbeddedBroker, _ loop: EventLoop) -> ClusterClient {
        ClusterClient(
            name: name, bootstrapServers: [HostAndPort(host: broker.host, port: broker.port)],
            options: ConnectionOptions(connectTimeoutMs: 10_000, requestTimeoutMs: 3_000),
            retry: RetryPolicy(attempts: 3, firstPauseMs: 5, maximumPauseMs: 20), loop: loop)
    }

    private func close() async {
        await engine.close()
        await paris.close()
        await dublin.close()
        await source.stop()
        await destination.stop()
        loop.stop()
    }

    // MARK: Topics

    /// Creates a topic on both sides and returns targets for its partitions.
    func createTopic(
        _ name: String = "orders", partitions: Int = 1, configs: [String: String] = [:],
        sourceConfigs: [String: String] = [:]
    ) async -> [MirrorTarget] {
        var mirrorConfigs = configs
        mirrorConfigs["message.timestamp.after.max.ms"] = "\(Int64.max)"
        await source.createTopic(name, partitions: partitions, configs: sourceConfigs)
        await destination.createTopic(name, partitions: partitions, configs: mirrorConfigs)
        return await targets(name, partitions: partitions)
    }

    /// Targets for the partitions of a topic as it is now.
    func targets(
        _ name: String = "orders", partitions: Int = 1, _ desire: MirrorTarget.Desire = .active
    ) async -> [MirrorTarget] {
        let ids = (await source.topicId(name), await destination.topicId(name))
        return (0..<Int32(partitions)).map {
            MirrorTarget(
                mirror: TopicPartition(topic: name, partition: $0), sourceTopic: name, sourceTopicId: ids.0,
                topicId: ids.1, desire: desire)
        }
    }

    /// Creates a topic on both sides and begins to mirror it.
    func mirror(_ name: String = "orders", partitions: Int = 1, configs: [String: String] = [:]) async {
        await engine.setTargets(createTopic(name, partitions: partitions, configs: configs))
    }

    // MARK: Records

    /// Appends batches of records to a source partition.
    func write(
        _ batches: Int, records: Int = 3, to topic: String = "orders", _ partition: Int32 = 0,
        timestamp: Int64 = 1_700_000_000_000
    ) async {
        for batch in 0..<batches {
            let start = await source.logOffsets(topic, partition)?.logEnd ?? 0
            var builder = RecordBatchBuilder()
            for index in 0..<records {
                let name = "\(topic)-\(partition)@\(start + Int64(index))"
                builder.append(
                    timestamp: timestamp + Int64(batch), key: ByteSlice(Array("k\(index)".utf8)),
                    value: ByteSlice(Array(name.utf8)),
                    headers: [
                        .init(key: ByteSlice(Array("n".utf8)), value: index == 0 ? nil : ByteSlice([UInt8(index)]))
                    ])
            }
            await source.appendStored(builder.build(), to: topic, partition)
        }
    }

    /// Waits until a mirror's log ends where the source's does.
    func waitUntilCopied(_ topic: String = "orders", partitions: Int = 1, within limit: Duration = .seconds(20))
        async throws
    {
        for partition in 0..<Int32(partitions) {
            do {
                try await waitUntil("\(topic)-\(partition) is copied", within: limit) {
                    let ends = await ends(topic, partition)
                    return ends.source == ends.mirror
                }
            } catch {
                throw HarnessError("\(error); ends: \(await ends(topic, partition)); \(await state(topic, partition))")
            }
        }
    }

    /// Where source and mirror end.
    func ends(_ topic: String = "orders", _ partition: Int32 = 0) async -> (source: Int64?, mirror: Int64?) {
        (
            await source.logOffsets(topic, partition)?.logEnd,
            await destination.logOffsets(topic, partition)?.logEnd
        )
    }

    // MARK: State

    /// State and reason of a partition as reported, such as `ACTIVE` or `FAILED: …`.
    func state(_ topic: String = "orders", _ partition: Int32 = 0) async -> String {
        let report = await engine.reports()[TopicPartition(topic: topic, partition: partition)]
        guard let report else { return "none" }
        return report.state.rawValue + (report.reason.map { ": \($0)" } ?? "")
    }

    /// Waits until the state begins with `prefix`, and returns it.
    @discardableResult
    func waitForState(
        _ prefix: String, _ topic: String = "orders", _ partition: Int32 = 0
    ) async throws -> String {
        // What was seen is returned: while an attempt is being made the state may be another again.
        var seen = ""
        do {
            try await waitUntil("\(topic)-\(partition) is \(prefix)", within: .seconds(20)) {
                seen = await state(topic, partition)
                return seen.hasPrefix(prefix)
            }
        } catch {
            throw HarnessError("\(error); it is \(seen)")
        }
        return seen
    }

    /// Insists that the mirror's log is the source's up to the mirror's end, and that it ends at `end` (the source's
    /// end when nil).
    func expectEqualLogs(
        _ topic: String = "orders", partitions: Int = 1, end: Int64? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        for partition in 0..<Int32(partitions) {
            let comparison = LogComparison(
                source: await source.storedBatches(topic, partition),
                mirror: await destination.storedBatches(topic, partition))
            let difference = comparison.difference
            #expect(difference == nil, "\(topic)-\(partition)", sourceLocation: sourceLocation)
            let expected: Int64?
            if let end { expected = end } else { expected = await ends(topic, partition).source }
            #expect(await ends(topic, partition).mirror == expected, sourceLocation: sourceLocation)
        }
    }
}
