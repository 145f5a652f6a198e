import Bytes
import KafkaClient
import KafkaModel
import KafkaRecords

@testable import LinkStore

/// Bytes of a log, as a fetch would bring them.
struct StoreLog {
    private var bytes: [UInt8] = []
    private(set) var end: Int64 = 0
    var aborted: [FetchedPartition.AbortedTransaction] = []

    /// One batch of texts: key and value each.
    mutating func append(_ records: [(String, String?)], transactionOf producer: Int64? = nil) {
        var builder = RecordBatchBuilder()
        builder.baseOffset = end
        if let producer {
            builder.producerId = producer
            builder.producerEpoch = 0
            builder.baseSequence = 0
            builder.attributes.isTransactional = true
        }
        for (key, value) in records {
            builder.append(
                timestamp: 1, key: ByteSlice(Array(key.utf8)), value: value.map { ByteSlice(Array($0.utf8)) })
        }
        bytes += builder.build().array
        end += Int64(records.count)
    }

    /// The control batch that ends a transaction.
    mutating func end(_ producer: Int64, commit: Bool) {
        var builder = RecordBatchBuilder()
        builder.baseOffset = end
        builder.producerId = producer
        builder.producerEpoch = 0
        builder.attributes.isTransactional = true
        builder.attributes.isControl = true
        builder.append(timestamp: 1, key: ByteSlice([0, 0, 0, commit ? 1 : 0]), value: ByteSlice([0, 0, 0, 0, 0, 0]))
        bytes += builder.build().array
        end += 1
    }

    var fetched: FetchedPartition {
        FetchedPartition(
            records: ByteSlice(bytes), highWatermark: end, lastStableOffset: end, logStartOffset: 0, aborted: aborted)
    }
}

func linkRecord(_ name: String, state: LinkSpec.State = .active) -> LinkRecord {
    LinkRecord(
        name: name, linkId: "0011", sourceClusterId: "s", destinationClusterId: "d", prefix: "", state: state,
        createdAtMs: 5)
}

func mirrorRecord(_ link: String, _ topic: String, _ state: MirrorTopicState = .active) -> MirrorRecord {
    MirrorRecord(
        link: link, topic: topic, sourceTopic: topic, sourceTopicId: nil, topicId: nil, state: state,
        restoreConfigs: ["retention.ms": "5", "retention.bytes": nil], sinceMs: 7)
}

/// The JSON of a record, as it lies in the topic.
func json(_ value: some Encodable) -> String {
    String(decoding: StoreJSON.write(value)?.array ?? [], as: UTF8.self)
}
