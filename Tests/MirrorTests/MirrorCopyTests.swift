import Bytes
import EmbeddedBroker
import KafkaClient
import KafkaModel
import KafkaProtocol
import KafkaRecords
import TestSupport
import Testing

@testable import Mirror

@Suite("Mirror engine", .timeLimit(.minutes(1)))
struct MirrorCopyTests {
    @Test func `copies what is there and what comes, offset for offset and byte for byte`() async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic(partitions: 3)
            for partition in 0..<Int32(3) { await pair.write(40, to: "orders", partition) }
            await pair.engine.setTargets(targets)
            try await pair.waitUntilCopied(partitions: 3)
            for partition in 0..<Int32(3) { await pair.write(5, records: 1, to: "orders", partition) }
            try await pair.waitUntilCopied(partitions: 3)
            await pair.expectEqualLogs(partitions: 3, end: 125)
            for partition in 0..<Int32(3) {
                try await pair.waitForState("ACTIVE", "orders", partition)
                let report = await pair.engine.reports()[TopicPartition(topic: "orders", partition: partition)]
                #expect(report?.nextOffset == 125)
                #expect(report?.sourceEndOffset == 125)
                #expect(report?.lastSuccessMs != nil)
            }
        }
    }

    @Test func `compressed and empty-valued batches pass unopened`() async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic()
            for codec in [RecordCompression.gzip, .snappy, .lz4, .zstd] {
                // What is inside only its reader knows; neither side opens it.
                await pair.source.appendStored(compressed(codec, bytes: 3_000), to: "orders")
            }
            var builder = RecordBatchBuilder()
            builder.append(timestamp: -1, key: nil, value: nil)
            builder.append(timestamp: 5, key: ByteSlice([]), value: ByteSlice([]))
            await pair.source.appendStored(builder.build(), to: "orders")
            await pair.engine.setTargets(targets)
            try await pair.waitUntilCopied()
            await pair.expectEqualLogs(end: 18)
            #expect(
                await pair.destination.storedBatches("orders").map(\.header.compression)
                    == [.gzip, .snappy, .lz4, .zstd, .none])
        }
    }

    @Test func `a batch larger than every limit of a fetch comes whole`() async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic(configs: ["max.message.bytes": "5000000"])
            await pair.write(1)
            await pair.source.appendStored(compressed(.zstd, bytes: 3_000_000), to: "orders")
            await pair.write(1)
            await pair.engine.setTargets(targets)
            try await pair.waitUntilCopied()
            await pair.expectEqualLogs(end: 10)
        }
    }

    @Test func `a mirror goes on where another worker left it`() async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic(partitions: 2)
            await pair.write(20, to: "orders", 0)
            await pair.engine.setTargets(targets)
            try await pair.waitUntilCopied()
            await pair.engine.quiesce()
            #expect(await pair.engine.reports().isEmpty)
            await pair.write(20, to: "orders", 0)
            await pair.write(7, to: "orders", 1)

            let second = MirrorEngine(
                source: pair.paris, destination: pair.dublin, producer: pair.producer, options: MirrorPair.quick,
                loop: pair.loop)
            await second.extendLease(until: .now + .seconds(60))
            await second.setTargets(targets)
            try await pair.waitUntilCopied(partitions: 2)
            await second.close()
            await pair.expectEqualLogs(partitions: 2)
        }
    }

    @Test func `the sequence goes on behind the last one, also where it is not the offset`() async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic()
            await pair.write(2)
            var builder = RecordBatchBuilder()
            builder.producerId = pair.producer.data
            builder.producerEpoch = 0
            builder.baseSequence = .max - 3
            for original in await pair.source.storedBatches("orders") {
                var cursor = try RecordCursor(original)
                var copy = builder
                while let record = try cursor.next() {
                    copy.append(
                        timestamp: record.timestamp, key: record.key, value: record.value, headers: record.headers)
                }
                await pair.destination.appendStored(copy.build(), to: "orders")
                builder.baseSequence = ProducerIds.advance(builder.baseSequence, by: 3)
            }
            await pair.write(3)
            await pair.engine.setTargets(targets)
            try await pair.waitUntilCopied()
            await pair.expectEqualLogs(end: 15)
            #expect(
                await pair.destination.storedBatches("orders").map(\.header.baseSequence)
                    == [.max - 3, .max, 2, 5, 8])
        }
    }

    @Test func `topics without ids are copied by name`() async throws {
        try await MirrorPair.run { options in
            options.versions = [.produce: 3...8, .fetch: 4...11, .metadata: 0...9]
        } _: { pair in
            _ = await pair.createTopic()
            await pair.write(10)
            await pair.engine.setTargets([
                MirrorTarget(
                    mirror: TopicPartition(topic: "orders", partition: 0), sourceTopic: "orders", sourceTopicId: nil,
                    topicId: nil, desire: .active)
            ])
            try await pair.waitUntilCopied()
            await pair.expectEqualLogs(end: 30)
        }
    }

    @Test func `a mirror may have another name than its source`() async throws {
        try await MirrorPair.run { pair in
            await pair.source.createTopic("orders")
            await pair.destination.createTopic(
                "paris.orders", configs: ["message.timestamp.after.max.ms": "\(Int64.max)"])
            await pair.write(10)
            await pair.engine.setTargets([
                MirrorTarget(
                    mirror: TopicPartition(topic: "paris.orders", partition: 0), sourceTopic: "orders",
                    sourceTopicId: await pair.source.topicId("orders"),
                    topicId: await pair.destination.topicId("paris.orders"), desire: .active)
            ])
            try await waitUntil("it is copied") {
                await pair.destination.logOffsets("paris.orders")?.logEnd == 30
            }
            let comparison = LogComparison(
                source: await pair.source.storedBatches("orders"),
                mirror: await pair.destination.storedBatches("paris.orders"))
            #expect(comparison.difference == nil)
        }
    }

    @Test func `many small partitions are all served within a small memory`() async throws {
        var options = MirrorPair.quick
        options.memoryBytes = 20_000
        options.fetchBytes = 10_000
        options.partitionFetchBytes = 4_000
        options.produceBytes = 3_000
        try await MirrorPair.run(options) { pair in
            let targets = await pair.createTopic(partitions: 24)
            for partition in 0..<Int32(24) { await pair.write(20, records: 10, to: "orders", partition) }
            await pair.engine.setTargets(targets)
            try await pair.waitUntilCopied(partitions: 24)
            await pair.expectEqualLogs(partitions: 24, end: 200)
            // An idle fetch has its bytes set aside.
            try await waitUntil("its memory is given back") { pair.engine.memory.usedBytes <= options.fetchBytes }
        }
    }

    @Test func `fetches under way share the memory before their answers are there`() async throws {
        var options = MirrorPair.quick
        options.memoryBytes = 20_000
        options.fetchers = 4
        try await MirrorPair.run(options) { pair in
            let targets = await pair.createTopic(partitions: 4)
            let gate = RequestGate()
            let asked = Counter()
            let bytes = Counter()
            await pair.source.intercept(.fetch, .always) { request in
                bytes.add(Int(request.decoded(as: FetchRequest.self)?.maxBytes ?? 0))
                asked.add()
                return .hold(until: gate)
            }
            await pair.engine.setTargets(targets)
            try await waitUntil("the fetches are under way") {
                asked.value == 4 || pair.engine.memory.leftBytes == 0 && asked.value > 0
            }
            #expect(bytes.value <= 20_000)
            #expect(pair.engine.memory.usedBytes == bytes.value)
            gate.open()
            await pair.source.stopIntercepting(.fetch)
            for partition in 0..<Int32(4) { await pair.write(20, records: 10, to: "orders", partition) }
            try await pair.waitUntilCopied(partitions: 4)
            await pair.expectEqualLogs(partitions: 4, end: 200)
        }
    }

    @Test func `a batch on its way counts as held until it is answered`() async throws {
        var options = MirrorPair.quick
        options.fetchBytes = 1_000
        try await MirrorPair.run(options) { pair in
            let targets = await pair.createTopic()
            await pair.source.appendStored(compressed(.gzip, bytes: 4_000), to: "orders")
            let gate = RequestGate()
            await pair.destination.intercept(.produce) { _ in .holdReply(until: gate) }
            await pair.engine.setTargets(targets)
            try await waitUntil("the batch is appended") { await pair.ends().mirror == 4 }
            #expect(pair.engine.memory.usedBytes >= 4_000)
            gate.open()
            try await waitUntil("it counts no more") { pair.engine.memory.usedBytes <= 1_000 }
        }
    }
}

/// A batch of four records whose compressed bytes are arbitrary.
func compressed(_ codec: RecordCompression, bytes: Int) -> ByteSlice {
    var builder = RecordBatchBuilder()
    for index in 0..<4 {
        let value = ByteSlice([UInt8](repeating: UInt8(truncatingIfNeeded: index &* 31), count: bytes / 4))
        builder.append(timestamp: 1_700_000_000_000, key: nil, value: value)
    }
    return marked(builder.build(), codec)
}

/// A batch whose header says that its records are compressed.
func marked(_ batch: ByteSlice, _ codec: RecordCompression) -> ByteSlice {
    var attributes = RecordBatchAttributes.plain
    attributes.compression = codec
    batch.start.storeBigEndian(attributes.rawValue, at: RecordBatchLayout.attributes)
    let crc = batch.slice(RecordBatchLayout.attributes..<batch.count).withUnsafeBytes { CRC32C.checksum($0) }
    batch.start.storeBigEndian(crc, at: RecordBatchLayout.crc)
    return batch
}
