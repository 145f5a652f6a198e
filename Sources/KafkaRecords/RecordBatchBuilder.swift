import Bytes

/// Builds an uncompressed record batch (magic 2) from records.
///
/// ```swift
/// var builder = RecordBatchBuilder()
/// builder.append(timestamp: now, key: key, value: value)
/// let batch = builder.build()
/// ```
package struct RecordBatchBuilder: Sendable {
    /// Offset of the first record; produced batches have 0.
    package var baseOffset: Int64 = 0
    /// Epoch of the leader; produced batches have -1.
    package var partitionLeaderEpoch: Int32 = -1
    /// Flags; the codec must be `none`.
    package var attributes: RecordBatchAttributes = .plain
    /// Id of the producer; -1 without idempotence.
    package var producerId: Int64 = -1
    /// Epoch of the producer; -1 without idempotence.
    package var producerEpoch: Int16 = -1
    /// Sequence of the first record; -1 without idempotence.
    package var baseSequence: Int32 = -1
    /// Lower limit of the last offset delta: compaction makes batches whose range exceeds their records.
    package var minimumLastOffsetDelta: Int32 = 0

    /// Records appended so far.
    package private(set) var recordCount: Int32 = 0
    private var lastOffsetDelta: Int32 = -1
    private var baseTimestamp: Int64 = -1
    private var maxTimestamp: Int64 = -1
    private var body = WireWriter()
    private var scratch = WireWriter()

    /// A builder without records.
    package init() {}

    /// Size in bytes of the batch as `build` would return it now.
    package var sizeInBytes: Int { RecordBatchLayout.records + body.count }

    /// Appends a record.
    ///
    /// - Parameters:
    ///   - offsetDelta: offset minus `baseOffset`; one more than the last record's by default. It must ascend.
    ///   - timestamp: milliseconds since 1970. The first record's becomes the base timestamp.
    ///   - key: the key, or nil for null.
    ///   - value: the value, or nil for null.
    ///   - headers: names and values.
    package mutating func append(
        offsetDelta: Int32? = nil, timestamp: Int64, key: ByteSlice?, value: ByteSlice?, headers: [Record.Header] = []
    ) {
        let delta = offsetDelta ?? lastOffsetDelta + 1
        precondition(delta > lastOffsetDelta, "offset deltas ascend")
        if recordCount == 0 { baseTimestamp = timestamp }
        maxTimestamp = Swift.max(maxTimestamp, timestamp)
        lastOffsetDelta = delta
        recordCount += 1

        scratch.reset()
        scratch.integer(Int8(0))
        scratch.varlong(timestamp &- baseTimestamp)
        scratch.varlong(Int64(delta))
        Self.put(key, into: &scratch)
        Self.put(value, into: &scratch)
        scratch.varlong(Int64(headers.count))
        for header in headers {
            Self.put(header.key, into: &scratch)
            Self.put(header.value, into: &scratch)
        }
        body.varlong(Int64(scratch.count))
        body.append(scratch)
    }

    /// Appends a record at its own offset, which must lie behind `baseOffset` and the last record.
    package mutating func append(_ record: Record) {
        append(
            offsetDelta: Int32(clamping: record.offset - baseOffset), timestamp: record.timestamp, key: record.key,
            value: record.value, headers: record.headers)
    }

    /// The batch, checksum included, in a block of its own.
    package func build() -> ByteSlice {
        precondition(attributes.compression == .none, "the builder does not compress")
        let records = body.flattened
        let block = ByteBlock(count: RecordBatchLayout.records + records.count)
        let slice = ByteSlice(block: block, offset: 0, count: block.count)
        header.write(to: block.base)
        UnsafeMutableRawBufferPointer(start: block.base, count: block.count)[RecordBatchLayout.records...]
            .copyBytes(from: records)
        let crc = slice.slice(RecordBatchLayout.attributes..<slice.count).withUnsafeBytes { CRC32C.checksum($0) }
        block.base.storeBigEndian(crc, at: RecordBatchLayout.crc)
        return slice
    }

    private var header: RecordBatchHeader {
        RecordBatchHeader(
            baseOffset: baseOffset,
            batchLength: Int32(clamping: sizeInBytes - RecordBatchLayout.logOverhead),
            partitionLeaderEpoch: partitionLeaderEpoch,
            attributes: attributes,
            lastOffsetDelta: Swift.max(lastOffsetDelta, minimumLastOffsetDelta, 0),
            baseTimestamp: baseTimestamp,
            maxTimestamp: maxTimestamp,
            producerId: producerId,
            producerEpoch: producerEpoch,
            baseSequence: baseSequence,
            recordCount: recordCount)
    }

    private static func put(_ bytes: ByteSlice?, into writer: inout WireWriter) {
        writer.varlong(Int64(bytes?.count ?? -1))
        if let bytes { writer.append(bytes) }
    }
}
