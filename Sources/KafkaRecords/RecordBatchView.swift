import Bytes

/// One record batch in the buffer it was received in, with its header read.
package struct RecordBatchView: Sendable {
    /// The whole batch, header included.
    package let slice: ByteSlice
    /// The fields of the header.
    package let header: RecordBatchHeader

    /// Reads the batch at the front of `bytes`; nil when `bytes` end within it.
    ///
    /// The view's `slice` ends with the batch. Throws when length or magic cannot be a batch's, and when a number that
    /// later code computes with is outside its range.
    package init?(prefixOf bytes: ByteSlice) throws(WireError) {
        typealias Layout = RecordBatchLayout
        guard bytes.count >= Layout.magicEnd else { return nil }
        let start = UnsafeRawPointer(bytes.start)
        let batchLength = start.loadBigEndian(at: Layout.batchLength, as: Int32.self)
        let magic = start.loadBigEndian(at: Layout.magic, as: Int8.self)
        guard (0...2).contains(magic) else {
            throw WireError(.outOfRange(value: Int64(magic)), field: "magic", position: Layout.magic)
        }
        let minimum = (magic == 2 ? Layout.records : Layout.legacyMinimumBytes) - Layout.logOverhead
        guard batchLength >= minimum else {
            throw WireError(.outOfRange(value: Int64(batchLength)), field: "batchLength", position: Layout.batchLength)
        }
        let size = Layout.logOverhead + Int(batchLength)
        guard size <= bytes.count else { return nil }
        slice = bytes.slice(0..<size)
        header = magic == 2 ? RecordBatchHeader(readingAt: start) : RecordBatchHeader(readingLegacyAt: start)
        try Self.check(header)
    }

    /// The records behind the header, compressed as the header says; for the formats 0 and 1 everything behind the
    /// length field.
    package var payload: ByteSlice {
        slice.slice((header.isLegacy ? RecordBatchLayout.logOverhead : RecordBatchLayout.records)..<slice.count)
    }

    /// The checksum of the bytes as they are now.
    package var computedChecksum: UInt32 {
        slice.slice(RecordBatchLayout.attributes..<slice.count).withUnsafeBytes { CRC32C.checksum($0) }
    }

    /// Insists that the batch was not damaged; the formats 0 and 1 are taken as they are.
    package func verifyChecksum() throws(WireError) {
        guard !header.isLegacy else { return }
        let actual = computedChecksum
        guard actual == header.crc else {
            throw WireError(
                .checksum(expected: header.crc, actual: actual), field: "crc", position: RecordBatchLayout.crc)
        }
    }

    private static func check(_ header: RecordBatchHeader) throws(WireError) {
        guard header.lastOffsetDelta >= 0 else {
            throw WireError(
                .outOfRange(value: Int64(header.lastOffsetDelta)), field: "lastOffsetDelta",
                position: RecordBatchLayout.lastOffsetDelta)
        }
        guard header.recordCount >= 0 else {
            throw WireError(
                .outOfRange(value: Int64(header.recordCount)), field: "recordCount",
                position: RecordBatchLayout.recordCount)
        }
        // The offset behind the batch must be a number, too.
        guard header.baseOffset >= 0, header.baseOffset < Int64.max - Int64(Int32.max) else {
            throw WireError(
                .outOfRange(value: header.baseOffset), field: "baseOffset", position: RecordBatchLayout.baseOffset)
        }
    }
}
