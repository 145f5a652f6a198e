import Bytes
import KafkaClient
import KafkaRecords

/// Builds the batches that go into `__lockstep`.
enum StoreBatch {
    /// Most bytes of keys and values in one batch, well below the default `max.message.bytes`.
    private static let maximumBytes = 512 << 10

    /// The records cut into groups that fit into a batch each.
    static func groups(
        _ records: [(key: StoreKey, value: ByteSlice?)]
    ) -> [[(key: StoreKey, value: ByteSlice?)]] {
        var groups: [[(key: StoreKey, value: ByteSlice?)]] = []
        var bytes = 0
        for record in records {
            let size = "\(record.key)".utf8.count + (record.value?.count ?? 0) + 32
            if groups.isEmpty || bytes + size > maximumBytes {
                groups.append([])
                bytes = 0
            }
            groups[groups.count - 1].append(record)
            bytes += size
        }
        return groups
    }

    /// One batch; part of a transaction when there is a producer.
    static func build(
        _ records: [(key: StoreKey, value: ByteSlice?)], nowMs: Int64, producer: ProducerIdentity? = nil,
        sequence: Int32 = -1
    ) -> ByteSlice {
        var builder = RecordBatchBuilder()
        if let producer {
            builder.attributes.isTransactional = true
            builder.producerId = producer.id
            builder.producerEpoch = producer.epoch
            builder.baseSequence = sequence
        }
        for record in records {
            builder.append(timestamp: nowMs, key: ByteSlice(Array("\(record.key)".utf8)), value: record.value)
        }
        return builder.build()
    }
}
