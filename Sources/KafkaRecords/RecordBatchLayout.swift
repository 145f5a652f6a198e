/// Where the fields of a record batch header stand (magic 2, Kafka: `DefaultRecordBatch`).
///
/// ```
///  0               8       12      16  17      21    23      27
///  +---------------+-------+-------+---+-------+-----+-------+----
///  | baseOffset    | batch | leader|mag| crc   |attri| last  | ...
///  |               | Length| Epoch |ic |       |butes| Offset|
///  |               |       |       |   |       |     | Delta |
///  +---------------+-------+-------+---+-------+-----+-------+----
///          27              35              43              51    53      57      61
///      ----+---------------+---------------+---------------+-----+-------+-------+-----
///      ... | base          | max           | producerId    |epoch| base  | record| records
///          | Timestamp     | Timestamp     |               |     | Seque.| Count |
///      ----+---------------+---------------+---------------+-----+-------+-------+-----
/// ```
///
/// `batchLength` counts what follows it; the checksum covers everything from `attributes` to the end.
/// Offset, length and magic stand at the same places in the older formats 0 and 1.
package enum RecordBatchLayout {
    /// INT64, offset of the first record.
    package static let baseOffset = 0
    /// INT32, bytes that follow this field.
    package static let batchLength = baseOffset + 8
    /// INT32, epoch of the leader that appended the batch.
    package static let partitionLeaderEpoch = batchLength + 4
    /// INT8, version of the format.
    package static let magic = partitionLeaderEpoch + 4
    /// UINT32, CRC-32C from `attributes` to the end.
    package static let crc = magic + 1
    /// INT16, codec and flags.
    package static let attributes = crc + 4
    /// INT32, offset of the last record minus the base offset.
    package static let lastOffsetDelta = attributes + 2
    /// INT64, milliseconds since 1970; with the delete-horizon flag, that horizon.
    package static let baseTimestamp = lastOffsetDelta + 4
    /// INT64, the largest timestamp, milliseconds since 1970.
    package static let maxTimestamp = baseTimestamp + 8
    /// INT64, -1 without one.
    package static let producerId = maxTimestamp + 8
    /// INT16, -1 without one.
    package static let producerEpoch = producerId + 8
    /// INT32, -1 without one.
    package static let baseSequence = producerEpoch + 2
    /// INT32, number of records.
    package static let recordCount = baseSequence + 4
    /// First byte of the records, and the size of the header.
    package static let records = recordCount + 4

    /// Bytes in front of what `batchLength` counts.
    package static let logOverhead = batchLength + 4
    /// Bytes that tell offset, length and magic in every format.
    package static let magicEnd = magic + 1
    /// Header bytes under the checksum.
    package static let checkedHeaderBytes = records - attributes
    /// Smallest size of a batch in the formats 0 and 1: offset, size, checksum, magic, attributes, two lengths.
    package static let legacyMinimumBytes = logOverhead + 4 + 1 + 1 + 4 + 4
}
