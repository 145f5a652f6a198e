import Bytes
import KafkaRecords
import Testing

/// Cuts blobs into batches, whatever the blob.
@Suite struct RecordBatchSequenceTests {
    /// Number of batches and the error in words, if one came.
    private static func outcome(_ bytes: [UInt8]) -> (batches: Int, error: String?) {
        var sequence = RecordBatchSequence(ByteSlice(bytes))
        var count = 0
        do throws(WireError) {
            while let batch = try sequence.next() {
                count += 1
                _ = batch.payload.count
                _ = batch.header.nextOffset
                _ = try? batch.verifyChecksum()
                readRecords(batch)
            }
            return (count, nil)
        } catch {
            return (count, error.description)
        }
    }

    private static func readRecords(_ batch: RecordBatchView) {
        guard var cursor = try? RecordCursor(batch) else { return }
        while let record = try? cursor.next() { _ = record.offset }
    }

    @Test func `ends quietly at every cut of the last batch`() {
        let whole = SegmentVectors.transaction
        for cut in 0...whole.count {
            let outcome = Self.outcome(Array(whole.prefix(cut)))
            #expect(outcome.error == nil)
            #expect(outcome.batches == (cut == whole.count ? 2 : cut >= 112 ? 1 : 0))
        }
    }

    @Test func `keeps the bytes of a cut batch`() throws {
        var sequence = RecordBatchSequence(ByteSlice(Array(SegmentVectors.transaction.dropLast(1))))
        #expect(try sequence.next()?.header.baseOffset == 0)
        #expect(try sequence.next() == nil)
        #expect(sequence.rest.count == 77)
    }

    @Test(arguments: [
        (8, [0xff, 0xff, 0xff, 0xff] as [UInt8], "batchLength at byte 8: -1 is out of range"),
        (8, [0, 0, 0, 48], "batchLength at byte 8: 48 is out of range"),
        (16, [3], "magic at byte 16: 3 is out of range"),
        (16, [0xff], "magic at byte 16: -1 is out of range"),
        (23, [0xff, 0xff, 0xff, 0xfe], "lastOffsetDelta at byte 23: -2 is out of range"),
        (57, [0x80, 0, 0, 0], "recordCount at byte 57: -2147483648 is out of range"),
        (
            0, [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0],
            "baseOffset at byte 0: 9223372036854775552 is out of range"
        ),
        (0, [0x80], "baseOffset at byte 0: -9223372036854775808 is out of range"),
    ])
    func `refuses numbers that no batch has`(place: Int, bytes: [UInt8], message: String) {
        var damaged = SegmentVectors.none
        damaged.replaceSubrange(place..<place + bytes.count, with: bytes)
        #expect(Self.outcome(damaged).error == message)
    }

    @Test func `places an error in the blob, not in the batch`() {
        var damaged = SegmentVectors.transaction
        damaged[112 + 16] = 9
        let outcome = Self.outcome(damaged)
        #expect(outcome.batches == 1)
        #expect(outcome.error == "magic at byte 128: 9 is out of range")
    }

    @Test func `reports a set of format 1 as such`() throws {
        // Offset 7, size 22, checksum, magic 1, attributes, timestamp, null key and null value.
        let legacy: [UInt8] =
            [0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 22, 1, 2, 3, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            + [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
        var sequence = RecordBatchSequence(ByteSlice(legacy + SegmentVectors.none))
        let batch = try #require(try sequence.next())
        #expect(batch.header.isLegacy)
        #expect(batch.header.magic == 1)
        #expect(batch.header.baseOffset == 7)
        #expect(batch.slice.count == 34)
        #expect(batch.payload.count == 22)
        #expect(try sequence.next()?.header.recordCount == 8)
    }

    @Test func `survives any damage`() {
        let seed: UInt64 = 0x10c6_57e9
        var random = SeededGenerator(state: seed)
        for round in 0..<4_000 {
            var bytes = [SegmentVectors.none, SegmentVectors.lz4, SegmentVectors.transaction][round % 3]
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            let outcome = Self.outcome(Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random))))
            #expect(outcome.batches <= 3, "seed \(seed), round \(round)")
        }
    }
}
