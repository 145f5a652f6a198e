import Bytes
import KafkaRecords
import Testing

/// Reads what a real broker wrote.
@Suite struct SegmentTests {
    private static func batches(_ bytes: [UInt8]) throws -> [RecordBatchView] {
        var sequence = RecordBatchSequence(ByteSlice(bytes))
        var batches: [RecordBatchView] = []
        while let batch = try sequence.next() { batches.append(batch) }
        #expect(sequence.rest.isEmpty)
        return batches
    }

    private static func text(_ slice: ByteSlice?) -> String? {
        slice.map { String(decoding: $0.array, as: UTF8.self) }
    }

    @Test func `reads every header field of an uncompressed batch`() throws {
        let batches = try Self.batches(SegmentVectors.none)
        #expect(batches.count == 1)
        #expect(
            batches.first?.header
                == RecordBatchHeader(
                    baseOffset: 0, batchLength: 545, partitionLeaderEpoch: 0, magic: 2, crc: 2_170_891_407,
                    attributes: .plain, lastOffsetDelta: 7, baseTimestamp: 1_795_477_563_796,
                    maxTimestamp: 1_795_477_563_824, producerId: 0, producerEpoch: 0, baseSequence: 0,
                    recordCount: 8))
        #expect(batches.first?.header.sizeInBytes == 557)
        #expect(batches.first?.header.nextOffset == 8)
        #expect(batches.first?.header.lastSequence == 7)
    }

    @Test(arguments: [
        (SegmentVectors.none, RecordCompression.none, 2_170_891_407 as UInt32),
        (SegmentVectors.gzip, .gzip, 0x5442_d944), (SegmentVectors.snappy, .snappy, 0xff4e_1acc),
        (SegmentVectors.lz4, .lz4, 0x3b37_ed9c), (SegmentVectors.zstd, .zstd, 1_036_315_809),
    ])
    func `agrees with the checksum of every codec`(
        bytes: [UInt8], codec: RecordCompression, crc: UInt32
    ) throws {
        let batch = try #require(try Self.batches(bytes).first)
        #expect(batch.header.compression == codec)
        #expect(batch.header.crc == crc)
        #expect(batch.computedChecksum == crc)
        try batch.verifyChecksum()
        #expect(batch.payload.count == bytes.count - 61)
    }

    @Test func `reads keys, values, headers, offsets and timestamps of records`() throws {
        var cursor = try RecordCursor(try #require(try Self.batches(SegmentVectors.none).first))
        var records: [Record] = []
        while let record = try cursor.next() { records.append(record) }
        #expect(records.map(\.offset) == [0, 1, 2, 3, 4, 5, 6, 7])
        #expect(records.map { Self.text($0.key) } == (1...8).map { "key-\($0)" })
        #expect(Self.text(records[4].value) == "value 5 of the golden batch, golden batch")
        #expect(records[0].timestamp == 1_795_477_563_796)
        #expect(records[1].timestamp == 1_795_477_563_822)
        #expect(records[7].timestamp == 1_795_477_563_824)
        #expect(records[2].headers.map { Self.text($0.key) } == ["h3", "k"])
        #expect(records[2].headers.map { Self.text($0.value) } == ["a", "b"])
    }

    @Test func `takes the append time of a LogAppendTime batch for every record`() throws {
        let batch = try #require(try Self.batches(SegmentVectors.logAppendTime).first)
        #expect(batch.header.isLogAppendTime)
        #expect(batch.header.maxTimestamp == 1_795_477_822_919)
        var cursor = try RecordCursor(batch)
        #expect(try cursor.next()?.timestamp == 1_795_477_822_919)
        #expect(try cursor.next()?.timestamp == 1_795_477_822_919)
        #expect(try cursor.next() == nil)
    }

    @Test func `tells the data of a transaction from the marker that ends it`() throws {
        let batches = try Self.batches(SegmentVectors.transaction)
        #expect(batches.map(\.header.isTransactional) == [true, true])
        #expect(batches.map(\.header.isControl) == [false, true])
        #expect(batches.map(\.header.baseOffset) == [0, 3])
        #expect(batches.map(\.header.producerEpoch) == [0, 1])
        let marker = try #require(batches.last)
        #expect(marker.header.baseSequence == -1)
        var cursor = try RecordCursor(marker)
        let record = try #require(try cursor.next())
        #expect(record.key?.array == [0, 0, 0, 1])
        #expect(record.value?.array == [0, 0, 0, 0, 0, 0])
    }

    @Test func `refuses to read compressed records`() throws {
        let batch = try #require(try Self.batches(SegmentVectors.zstd).first)
        let error = #expect(throws: WireError.self) { _ = try RecordCursor(batch) }
        #expect(error?.description == "records at byte 61: the records are compressed")
    }

    @Test func `builds the bytes that the broker wrote`() throws {
        let batch = try #require(try Self.batches(SegmentVectors.none).first)
        var builder = RecordBatchBuilder()
        builder.partitionLeaderEpoch = 0
        builder.producerId = 0
        builder.producerEpoch = 0
        builder.baseSequence = 0
        var cursor = try RecordCursor(batch)
        while let record = try cursor.next() { builder.append(record) }
        #expect(builder.sizeInBytes == 557)
        #expect(builder.build().array == SegmentVectors.none)
    }
}
