import Bytes
import KafkaRecords
import Testing

/// Builds batches and reads them back.
@Suite struct RecordBatchBuilderTests {
    private static let first = Record(
        offset: 100, timestamp: 5_000, key: ByteSlice(Array("a".utf8)), value: nil,
        headers: [Record.Header(key: ByteSlice(Array("h".utf8)), value: nil)])
    private static let second = Record(
        offset: 103, timestamp: 4_000, key: nil, value: ByteSlice([UInt8](repeating: 7, count: 2_000)))

    @Test func `returns the records that went in, holes included`() throws {
        var builder = RecordBatchBuilder()
        builder.baseOffset = 100
        builder.minimumLastOffsetDelta = 9
        builder.append(Self.first)
        builder.append(Self.second)
        let batch = try #require(try RecordBatchView(prefixOf: builder.build()))
        #expect(batch.slice.count == builder.sizeInBytes)
        #expect(batch.header.recordCount == 2)
        #expect(batch.header.nextOffset == 110)
        #expect(batch.header.baseTimestamp == 5_000)
        #expect(batch.header.maxTimestamp == 5_000)
        #expect(batch.header.lastSequence == -1)
        try batch.verifyChecksum()
        var cursor = try RecordCursor(batch)
        #expect(try cursor.next() == Self.first)
        #expect(try cursor.next() == Self.second)
        #expect(try cursor.next() == nil)
    }

    @Test func `builds the empty batch that compaction leaves`() throws {
        var builder = RecordBatchBuilder()
        builder.baseOffset = 40
        builder.minimumLastOffsetDelta = 3
        let batch = try #require(try RecordBatchView(prefixOf: builder.build()))
        #expect(batch.header.recordCount == 0)
        #expect(batch.header.nextOffset == 44)
        var cursor = try RecordCursor(batch)
        #expect(try cursor.next() == nil)
    }

    @Test(arguments: [
        (2_147_483_645 as Int32, 9 as Int32, 6 as Int32), (0, 0, 0), (2_147_483_647, 0, 2_147_483_647),
        (2_147_483_647, 1, 0),
    ])
    func `wraps the last sequence`(base: Int32, delta: Int32, last: Int32) {
        let header = RecordBatchHeader(
            baseOffset: 0, batchLength: 49, lastOffsetDelta: delta, producerId: 1, producerEpoch: 0,
            baseSequence: base, recordCount: delta + 1)
        #expect(header.lastSequence == last)
    }

    @Test func `notices records that are fewer than the header says`() throws {
        var builder = RecordBatchBuilder()
        builder.append(timestamp: 1, key: nil, value: nil)
        let slice = builder.build()
        slice.start.storeBigEndian(Int32(2), at: RecordBatchLayout.recordCount)
        var cursor = try RecordCursor(try #require(try RecordBatchView(prefixOf: slice)))
        _ = try cursor.next()
        let error = #expect(throws: WireError.self) { _ = try cursor.next() }
        #expect(error?.description == "length at byte 7: needs 1 bytes, 0 left")
    }
}
