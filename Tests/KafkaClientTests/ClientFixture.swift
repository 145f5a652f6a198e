import Bytes
import EventLoop
import Foundation
import KafkaClient
import KafkaConnection
import KafkaModel
import KafkaRecords
import TestSupport

/// A client of a test cluster, with its own loop.
func makeClient(_ bootstrapServers: String, name: String = "here", clientId: String = "lockstep-test") throws
    -> ClusterClient
{
    let servers = bootstrapServers.split(separator: ",").compactMap { HostAndPort(String($0)) }
    return ClusterClient(
        name: name, bootstrapServers: servers, options: ConnectionOptions(clientId: clientId), loop: try EventLoop())
}

/// One uncompressed batch of text values, for a plain produce.
///
/// They are new unless a time is given: what is old, a broker's retention may delete at any moment.
func batch(_ values: [String], timestamp: Int64? = nil) -> ByteSlice {
    let timestamp = timestamp ?? Int64(Date().timeIntervalSince1970 * 1000)
    var builder = RecordBatchBuilder()
    for value in values { builder.append(timestamp: timestamp, key: nil, value: ByteSlice(Array(value.utf8))) }
    return builder.build()
}

extension Dictionary {
    /// The value of a partition, or its error.
    func value<Answer, Failure>(_ topic: String, _ partition: Int32 = 0) throws -> Answer
    where Key == TopicPartition, Value == Result<Answer, Failure> {
        guard let result = self[TopicPartition(topic: topic, partition: partition)] else {
            throw HarnessError("no answer about \(topic)-\(partition)")
        }
        return try result.get()
    }
}
