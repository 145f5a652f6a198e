import Bytes

/// All fields of a record batch header, read once; see `RecordBatchLayout` for their places.
///
/// For the formats 0 and 1 only `baseOffset`, `batchLength` and `magic` are known, and `baseOffset` is then the offset
/// that stands in front: of a compressed set, that of its last record.
package struct RecordBatchHeader: Sendable, Equatable {
    /// Offset of the first record.
    package var baseOffset: Int64
    /// Bytes behind the length field.
    package var batchLength: Int32
    /// Epoch of the leader that appended the batch; -1 when produced.
    package var partitionLeaderEpoch: Int32
    /// Version of the format; 2 for record batches.
    package var magic: Int8
    /// CRC-32C from the attributes to the end.
    package var crc: UInt32
    /// Codec and flags.
    package var attributes: RecordBatchAttributes
    /// Offset of the last record minus `baseOffset`; may exceed `recordCount - 1` after compaction.
    package var lastOffsetDelta: Int32
    /// Timestamp that the records' deltas count from, in milliseconds since 1970.
    package var baseTimestamp: Int64
    /// Largest timestamp in milliseconds since 1970; the append time with `isLogAppendTime`.
    package var maxTimestamp: Int64
    /// Id of the producer; -1 without idempotence.
    package var producerId: Int64
    /// Epoch of the producer; -1 without idempotence.
    package var producerEpoch: Int16
    /// Sequence of the first record; -1 without idempotence.
    package var baseSequence: Int32
    /// Number of records; 0 for a batch that compaction emptied.
    package var recordCount: Int32

    /// A header of its parts.
    package init(
        baseOffset: Int64, batchLength: Int32, partitionLeaderEpoch: Int32 = -1, magic: Int8 = 2, crc: UInt32 = 0,
        attributes: RecordBatchAttributes = .plain, lastOffsetDelta: Int32, baseTimestamp: Int64 = -1,
        maxTimestamp: Int64 = -1, producerId: Int64 = -1, producerEpoch: Int16 = -1, baseSequence: Int32 = -1,
        recordCount: Int32
    ) {
        self.baseOffset = baseOffset
        self.batchLength = batchLength
        self.partitionLeaderEpoch = partitionLeaderEpoch
        self.magic = magic
        self.crc = crc
        self.attributes = attributes
        self.lastOffsetDelta = lastOffsetDelta
        self.baseTimestamp = baseTimestamp
        self.maxTimestamp = maxTimestamp
        self.producerId = producerId
        self.producerEpoch = producerEpoch
        self.baseSequence = baseSequence
        self.recordCount = recordCount
    }

    /// The codec of the records.
    package var compression: RecordCompression { attributes.compression }
    /// Whether the timestamps are the broker's append time.
    package var isLogAppendTime: Bool { attributes.isLogAppendTime }
    /// Whether the batch belongs to a transaction.
    package var isTransactional: Bool { attributes.isTransactional }
    /// Whether the batch is a control batch, which consumers never see.
    package var isControl: Bool { attributes.isControl }
    /// Whether the base timestamp is a delete horizon.
    package var hasDeleteHorizon: Bool { attributes.hasDeleteHorizon }
    /// Whether the batch is of format 0 or 1, of which only offset, length and magic are known.
    package var isLegacy: Bool { magic < 2 }
    /// Whether the batch has a producer id, as the broker decides it.
    package var hasProducerId: Bool { producerId > -1 }

    /// Offset of the last record, or of the hole that compaction left there.
    package var lastOffset: Int64 { baseOffset &+ Int64(lastOffsetDelta) }
    /// Offset behind the batch.
    package var nextOffset: Int64 { lastOffset &+ 1 }
    /// Sequence of the last record, -1 without a producer; wraps from 2^31 - 1 to 0.
    package var lastSequence: Int32 {
        guard hasProducerId else { return -1 }
        return Int32(truncatingIfNeeded: (Int64(baseSequence) + Int64(lastOffsetDelta)) & 0x7fff_ffff)
    }
    /// Size of the whole batch in bytes.
    package var sizeInBytes: Int { RecordBatchLayout.logOverhead + Int(batchLength) }
}

// The callers below have checked that the header's bytes are there.
extension RecordBatchHeader {
    /// Reads the header at `start`, where `RecordBatchLayout.records` bytes must be readable.
    init(readingAt start: UnsafeRawPointer) {
        typealias Layout = RecordBatchLayout
        baseOffset = start.loadBigEndian(at: Layout.baseOffset)
        batchLength = start.loadBigEndian(at: Layout.batchLength)
        partitionLeaderEpoch = start.loadBigEndian(at: Layout.partitionLeaderEpoch)
        magic = start.loadBigEndian(at: Layout.magic)
        crc = start.loadBigEndian(at: Layout.crc)
        attributes = RecordBatchAttributes(rawValue: start.loadBigEndian(at: Layout.attributes))
        lastOffsetDelta = start.loadBigEndian(at: Layout.lastOffsetDelta)
        baseTimestamp = start.loadBigEndian(at: Layout.baseTimestamp)
        maxTimestamp = start.loadBigEndian(at: Layout.maxTimestamp)
        producerId = start.loadBigEndian(at: Layout.producerId)
        producerEpoch = start.loadBigEndian(at: Layout.producerEpoch)
        baseSequence = start.loadBigEndian(at: Layout.baseSequence)
        recordCount = start.loadBigEndian(at: Layout.recordCount)
    }

    /// What is known of a set of format 0 or 1 at `start`, where `RecordBatchLayout.magicEnd` bytes must be readable.
    init(readingLegacyAt start: UnsafeRawPointer) {
        self.init(
            baseOffset: start.loadBigEndian(at: RecordBatchLayout.baseOffset),
            batchLength: start.loadBigEndian(at: RecordBatchLayout.batchLength),
            magic: start.loadBigEndian(at: RecordBatchLayout.magic),
            lastOffsetDelta: 0,
            recordCount: 0)
    }

    /// Writes the header to `start`, where `RecordBatchLayout.records` bytes must be writable.
    func write(to start: UnsafeMutableRawPointer) {
        typealias Layout = RecordBatchLayout
        start.storeBigEndian(baseOffset, at: Layout.baseOffset)
        start.storeBigEndian(batchLength, at: Layout.batchLength)
        start.storeBigEndian(partitionLeaderEpoch, at: Layout.partitionLeaderEpoch)
        start.storeBigEndian(magic, at: Layout.magic)
        start.storeBigEndian(crc, at: Layout.crc)
        start.storeBigEndian(attributes.rawValue, at: Layout.attributes)
        start.storeBigEndian(lastOffsetDelta, at: Layout.lastOffsetDelta)
        start.storeBigEndian(baseTimestamp, at: Layout.baseTimestamp)
        start.storeBigEndian(maxTimestamp, at: Layout.maxTimestamp)
        start.storeBigEndian(producerId, at: Layout.producerId)
        start.storeBigEndian(producerEpoch, at: Layout.producerEpoch)
        start.storeBigEndian(baseSequence, at: Layout.baseSequence)
        start.storeBigEndian(recordCount, at: Layout.recordCount)
    }
}
