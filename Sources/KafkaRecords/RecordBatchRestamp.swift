import Bytes

/// Gives a fetched batch the producer fields under which it is sent on, in the buffer it was fetched into.
package enum RecordBatchRestamp {
    /// Rewrites the header in place; the records behind it are neither read nor moved.
    ///
    /// The base offset becomes 0 and the leader epoch -1, as produced batches have them; the producer fields are set;
    /// the transactional and delete-horizon flags are cleared. The checksum is derived from the one that stands there
    /// (`CRC32C.derived`), so a batch that was damaged since its first producer made it stays recognisably damaged.
    ///
    /// - Parameters:
    ///   - batch: exactly one batch of magic 2, which nobody else reads meanwhile.
    ///   - producerId: the id; 0 or more, or -1 with -1 for the other two.
    ///   - producerEpoch: the epoch.
    ///   - baseSequence: the sequence of the first record.
    package static func restamp(
        _ batch: ByteSlice, producerId: Int64, producerEpoch: Int16, baseSequence: Int32
    ) {
        typealias Layout = RecordBatchLayout
        precondition(batch.count >= Layout.records, "a batch is at least a header")
        let start = batch.start
        // The 40 checked bytes of the header as they were: on the stack, so that nothing is allocated.
        var old: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
        withUnsafeMutableBytes(of: &old) { $0.copyMemory(from: checkedHeader(at: start)) }

        let cleared = RecordBatchAttributes.transactionalBit | RecordBatchAttributes.deleteHorizonBit
        let attributes = start.loadBigEndian(at: Layout.attributes, as: Int16.self) & ~cleared
        start.storeBigEndian(Int64(0), at: Layout.baseOffset)
        start.storeBigEndian(Int32(-1), at: Layout.partitionLeaderEpoch)
        start.storeBigEndian(attributes, at: Layout.attributes)
        start.storeBigEndian(producerId, at: Layout.producerId)
        start.storeBigEndian(producerEpoch, at: Layout.producerEpoch)
        start.storeBigEndian(baseSequence, at: Layout.baseSequence)

        let crc = withUnsafeBytes(of: &old) { oldHead in
            CRC32C.derived(
                from: start.loadBigEndian(at: Layout.crc), oldHead: oldHead, newHead: checkedHeader(at: start),
                tailBytes: batch.count - Layout.records)
        }
        start.storeBigEndian(crc, at: Layout.crc)
    }

    private static func checkedHeader(at start: UnsafeMutableRawPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: start + RecordBatchLayout.attributes, count: RecordBatchLayout.checkedHeaderBytes)
    }
}
