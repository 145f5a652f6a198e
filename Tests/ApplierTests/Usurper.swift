import Bytes
import KafkaClient
import KafkaModel
import KafkaRecords
import LinkStore

/// Somebody who writes another lock although the present one lives, as happens when clocks differ.
enum Usurper {
    static func takeLock(on client: ClusterClient) async throws {
        let producer = try await client.initProducerId(transactionalId: "lockstep", timeoutMs: 10_000)
        try await client.addPartitions(
            [StoreTopic.partition], toTransactionOf: producer, transactionalId: "lockstep")
        var builder = RecordBatchBuilder()
        builder.attributes.isTransactional = true
        builder.producerId = producer.id
        builder.producerEpoch = producer.epoch
        builder.baseSequence = 0
        let lock = #"{"expiresAtMs":99999999999999,"holder":"host 9","schema":1,"token":"x"}"#
        builder.append(
            timestamp: 1, key: ByteSlice(Array("lock/apply".utf8)), value: ByteSlice(Array(lock.utf8)))
        _ = try await client.produceOnce(StoreTopic.partition, builder.build(), transactionalId: "lockstep")
        try await client.endTransaction(of: producer, transactionalId: "lockstep", commit: true)
    }
}
