import Bytes
import EmbeddedBroker
import KafkaRecords
import TestSupport
import Testing

@testable import Mirror

/// Step 5 of the loop, on logs that a cleaner or a foreign producer changed while the mirror stood still.
@Suite("Mirror engine and the end of both logs", .timeLimit(.minutes(1)))
struct MirrorTailTests {
    /// A batch of records with these offsets, from 0 to 2; each has its own value.
    private func batch(_ offsets: [Int32], value: String = "v", codec: RecordCompression = .none) -> ByteSlice {
        var builder = RecordBatchBuilder()
        for offset in offsets {
            builder.append(
                offsetDelta: offset, timestamp: 1_700_000_000_000 + Int64(offset), key: ByteSlice(Array("k".utf8)),
                value: ByteSlice(Array("\(value)\(offset)".utf8)))
        }
        return codec == .none ? builder.build() : marked(builder.build(), codec)
    }

    /// A mirror that holds one batch of its source, and then one each that may differ; returns the state it reaches.
    private func state(
        source: ByteSlice?, mirror: ByteSlice, policy: String = "compact"
    ) async throws -> String {
        var state = ""
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic(sourceConfigs: ["cleanup.policy": policy])
            for broker in [pair.source, pair.destination] { await broker.appendStored(batch([0, 1, 2]), to: "orders") }
            if let source { await pair.source.appendStored(source, to: "orders") }
            await pair.destination.appendStored(mirror, to: "orders")
            await pair.source.appendStored(batch([0, 1, 2]), to: "orders", at: 6)
            await pair.engine.setTargets(targets)
            try await waitUntil("the end is compared") {
                state = await pair.state()
                return state.hasPrefix("FAILED") || state == "ACTIVE"
            }
            #expect(await pair.ends().mirror == (state == "ACTIVE" ? 9 : 6))
        }
        return state
    }

    @Test(
        arguments: [
            ([0, 1, 2], [0, 2]), ([0, 2], [0, 1, 2]), ([1, 2], [0, 2]), ([0, 1, 2], [0, 1, 2]),
        ] as [([Int32], [Int32])])
    func `a batch that a cleaner thinned on one side is the same`(_ mirror: [Int32], _ source: [Int32]) async throws {
        #expect(try await state(source: batch(source), mirror: batch(mirror)) == "ACTIVE")
    }

    @Test func `a thinned batch with another record at a place that both hold is another`() async throws {
        let state = try await state(source: batch([0, 2]), mirror: batch([0, 1, 2], value: "w"))
        #expect(state.hasPrefix("FAILED: DIVERGED: the last batch of orders-0 (offsets 3 to 5)"), "\(state)")
    }

    @Test func `a full batch with other records is another, compacted or not`() async throws {
        let state = try await state(source: batch([0, 1, 2]), mirror: batch([0, 1, 2], value: "w"))
        #expect(state.hasPrefix("FAILED: DIVERGED"), "\(state)")
    }

    @Test func `a compressed batch that a cleaner thinned is compared by its range`() async throws {
        #expect(
            try await state(source: batch([0, 2], codec: .gzip), mirror: batch([0, 1, 2], codec: .gzip)) == "ACTIVE")
    }

    @Test func `a batch that is gone on a compacted source leaves nothing to compare`() async throws {
        #expect(try await state(source: nil, mirror: batch([0, 1, 2])) == "ACTIVE")
    }

    @Test func `a batch that is missing on a source that is not compacted was written by somebody else`() async throws {
        let state = try await state(source: nil, mirror: batch([0, 1, 2]), policy: "delete")
        #expect(
            state == """
                FAILED: DIVERGED: the mirror orders-0 has a record at offset 5 where the source has none.
                """)
    }
}
