import Bytes
import KafkaRecords

/// The marker that ends a transaction in a partition: a control batch with one record.
struct EndTransactionMarker: Equatable {
    /// Whether the transaction is committed rather than aborted.
    var isCommit: Bool
    /// Epoch of the coordinator that wrote it.
    var coordinatorEpoch: Int32

    // Key: version and type as INT16. Value: version as INT16, coordinator epoch as INT32.
    private static let abortType: Int16 = 0
    private static let commitType: Int16 = 1

    init(isCommit: Bool, coordinatorEpoch: Int32) {
        self.isCommit = isCommit
        self.coordinatorEpoch = coordinatorEpoch
    }

    /// Reads the marker in a control batch; nil when it is some other control batch.
    init?(_ batch: RecordBatchView) {
        guard batch.header.isControl, var cursor = try? RecordCursor(batch), let record = try? cursor.next(),
            let key = record.key, key.count >= 4, let value = record.value, value.count >= 6
        else { return nil }
        let type: Int16 = UnsafeRawPointer(key.start).loadBigEndian(at: 2)
        guard type == Self.abortType || type == Self.commitType else { return nil }
        isCommit = type == Self.commitType
        coordinatorEpoch = UnsafeRawPointer(value.start).loadBigEndian(at: 2)
    }

    /// The control batch to append.
    func batch(producerId: Int64, producerEpoch: Int16, timestamp: Int64) -> ByteSlice {
        var key = WireWriter()
        key.integer(Int16(0))
        key.integer(isCommit ? Self.commitType : Self.abortType)
        var value = WireWriter()
        value.integer(Int16(0))
        value.integer(coordinatorEpoch)
        var builder = RecordBatchBuilder()
        builder.attributes.isTransactional = true
        builder.attributes.isControl = true
        builder.producerId = producerId
        builder.producerEpoch = producerEpoch
        builder.append(timestamp: timestamp, key: ByteSlice(key.bytes), value: ByteSlice(value.bytes))
        return builder.build()
    }
}
