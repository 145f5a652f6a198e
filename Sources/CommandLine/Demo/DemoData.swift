import Bytes
import KafkaClient
import KafkaModel
import KafkaRecords

/// The demo's topics and what is in them, written through the protocol like any producer does.
struct DemoData: Sendable {
    /// A topic of the demo.
    struct Topic: Sendable {
        let name: String
        let partitions: Int
        let records: Int
    }

    static let topics = [
        Topic(name: "customers", partitions: 3, records: 300),
        Topic(name: "orders.returns", partitions: 2, records: 400),
        Topic(name: "orders.tmp.import", partitions: 1, records: 50),
        Topic(name: "orders.v1", partitions: 4, records: 2_000),
    ]

    private static let batchRecords = 50
    let client: ClusterClient

    /// Creates the topics and fills them.
    func write(atMs now: Int64) async throws(CommandFailure) {
        do throws(ClientError) {
            for topic in Self.topics {
                try await client.createTopic(topic.name, partitions: topic.partitions)
                var number = 0
                while number < topic.records {
                    let count = min(Self.batchRecords, topic.records - number)
                    let partition = Int32(number / Self.batchRecords % topic.partitions)
                    try await append(topic.name, partition, numbers: number..<number + count, atMs: now)
                    number += count
                }
            }
        } catch {
            throw CommandFailure(.failed, "the demo's data cannot be written: \(error)")
        }
    }

    /// Appends records with these numbers as one batch.
    @discardableResult
    func append(
        _ topic: String, _ partition: Int32, numbers: Range<Int>, atMs now: Int64
    ) async throws(ClientError) -> Int64 {
        var builder = RecordBatchBuilder()
        for number in numbers {
            let (key, value) = Self.record(topic, number)
            builder.append(
                timestamp: now, key: key.map { Self.bytes($0) }, value: Self.bytes(value),
                headers: [
                    Record.Header(key: Self.bytes("content-type"), value: Self.bytes("application/json")),
                    Record.Header(key: Self.bytes("trace-id"), value: Self.bytes("demo-\(topic)-\(number)")),
                ])
        }
        let batch = builder.build()
        let place = TopicPartition(topic: topic, partition: partition)
        return try await client.retrying { (client: isolated ClusterClient) async throws(ClientError) in
            try await client.produceOnce(place, batch).baseOffset
        }
    }

    private static func record(_ topic: String, _ number: Int) -> (key: String?, value: String) {
        switch topic {
        case "customers":
            ("customer-\(number)", #"{"customer":\#(number),"city":"\#(number % 2 == 0 ? "Paris" : "Lyon")"}"#)
        case "orders.returns": ("order-\(number)", #"{"order":\#(number),"reason":"too small"}"#)
        // One in ten has no key, as many real producers write.
        default: (number % 10 == 9 ? nil : "order-\(number)", #"{"order":\#(number),"cents":\#(number * 137 % 9_999)}"#)
        }
    }

    private static func bytes(_ text: String) -> ByteSlice { ByteSlice(Array(text.utf8)) }
}
