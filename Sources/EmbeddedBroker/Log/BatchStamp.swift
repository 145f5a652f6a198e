import Bytes
import KafkaRecords

/// What the broker writes into the header of a batch when it appends it.
struct BatchStamp {
    /// Offset of the first record.
    var baseOffset: Int64
    /// Epoch of the leader.
    var leaderEpoch: Int32
    /// Largest timestamp; nil leaves timestamps and their type alone.
    var maxTimestamp: Int64?
    /// Whether the timestamps are append times.
    var isLogAppendTime = false

    /// Codec and the four flags up to the delete horizon.
    private static let knownFlags: Int16 = 0x7f

    /// Stamps the batch in place; the checksum is derived anew only when a checked field changed.
    func apply(to batch: RecordBatchView) -> RecordBatchView {
        typealias Layout = RecordBatchLayout
        let start = batch.slice.start
        start.storeBigEndian(baseOffset, at: Layout.baseOffset)
        start.storeBigEndian(leaderEpoch, at: Layout.partitionLeaderEpoch)
        if let maxTimestamp,
            maxTimestamp != batch.header.maxTimestamp || isLogAppendTime != batch.header.isLogAppendTime
        {
            // Brokers write anew only the flags that they know.
            var attributes = RecordBatchAttributes(rawValue: batch.header.attributes.rawValue & Self.knownFlags)
            attributes.isLogAppendTime = isLogAppendTime
            start.storeBigEndian(attributes.rawValue, at: Layout.attributes)
            start.storeBigEndian(maxTimestamp, at: Layout.maxTimestamp)
            start.storeBigEndian(batch.computedChecksum, at: Layout.crc)
        }
        // The header was read from these bytes before, so it can be read again.
        return (try? RecordBatchView(prefixOf: batch.slice)) ?? batch
    }
}
