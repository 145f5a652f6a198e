import Bytes
import KafkaRecords
import Testing

/// Gives batches new producers without reading their records.
@Suite struct RecordBatchRestampTests {
    private static func batch(_ bytes: [UInt8]) throws -> RecordBatchView {
        try #require(try RecordBatchView(prefixOf: ByteSlice(bytes)))
    }

    @Test(arguments: [
        SegmentVectors.none, SegmentVectors.gzip, SegmentVectors.snappy, SegmentVectors.lz4, SegmentVectors.zstd,
    ])
    func `changes the header, the checksum and nothing else`(bytes: [UInt8]) throws {
        let slice = ByteSlice(bytes)
        RecordBatchRestamp.restamp(slice, producerId: 1 << 62 | 77, producerEpoch: 3, baseSequence: 0x7fff_fff0)
        let before = try Self.batch(bytes)
        let after = try #require(try RecordBatchView(prefixOf: slice))
        var expected = before.header
        expected.partitionLeaderEpoch = -1
        expected.producerId = 1 << 62 | 77
        expected.producerEpoch = 3
        expected.baseSequence = 0x7fff_fff0
        expected.crc = after.computedChecksum
        #expect(after.header == expected)
        #expect(after.payload == before.payload)
        try after.verifyChecksum()
    }

    @Test func `derives what a full recomputation gives, for any payload`() throws {
        let seed: UInt64 = 0x5eed_0001
        var random = SeededGenerator(state: seed)
        for round in 0..<400 {
            var builder = RecordBatchBuilder()
            builder.baseOffset = .random(in: 0..<1 << 48, using: &random)
            builder.partitionLeaderEpoch = .random(in: 0..<100, using: &random)
            builder.producerId = .random(in: -1..<1 << 40, using: &random)
            builder.producerEpoch = .random(in: -1..<100, using: &random)
            builder.baseSequence = .random(in: -1...Int32.max, using: &random)
            builder.attributes.isTransactional = .random(using: &random)
            builder.attributes.hasDeleteHorizon = .random(using: &random)
            builder.attributes.isLogAppendTime = .random(using: &random)
            let value = (0..<Int.random(in: 0..<5_000, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            builder.append(timestamp: .random(in: 0..<1 << 41, using: &random), key: nil, value: ByteSlice(value))
            let slice = builder.build()
            RecordBatchRestamp.restamp(
                slice, producerId: .random(in: 0...Int64.max, using: &random), producerEpoch: 0,
                baseSequence: .random(in: 0...Int32.max, using: &random))
            let after = try #require(try RecordBatchView(prefixOf: slice))
            #expect(after.header.crc == after.computedChecksum, "seed \(seed), round \(round)")
            #expect(after.header.baseOffset == 0)
            #expect(!after.header.isTransactional)
            #expect(!after.header.hasDeleteHorizon)
            #expect(after.header.isLogAppendTime == builder.attributes.isLogAppendTime)
        }
    }

    @Test func `keeps damage recognisable`() throws {
        var bytes = SegmentVectors.lz4
        bytes[100] ^= 0x10
        let slice = ByteSlice(bytes)
        RecordBatchRestamp.restamp(slice, producerId: 5, producerEpoch: 0, baseSequence: 9)
        let after = try #require(try RecordBatchView(prefixOf: slice))
        let error = #expect(throws: WireError.self) { try after.verifyChecksum() }
        #expect(error?.field == "crc")
    }
}
