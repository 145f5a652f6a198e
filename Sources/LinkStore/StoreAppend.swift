import Bytes
import KafkaClient

/// Plain appends to `__lockstep`, outside any transaction: they fence nobody, and a repeated one changes nothing.
struct StoreAppend: Sendable {
    let client: ClusterClient
    /// A connection on which no batch of a mirror waits.
    let lane: ClusterClient.Lane

    /// Appends the records, acknowledged by all in-sync replicas; a value of nil removes (a tombstone).
    func callAsFunction(_ records: [(key: StoreKey, value: ByteSlice?)]) async throws(StoreError) {
        let lane = lane
        for group in StoreBatch.groups(records) {
            let batch = StoreBatch.build(group, nowMs: WallClock.nowMs)
            do throws(ClientError) {
                _ = try await client.retrying { (client) async throws(ClientError) in
                    try await client.produceOnce(StoreTopic.partition, batch, lane: lane)
                }
            } catch {
                throw StoreError(.client(error), cluster: client.name)
            }
        }
    }
}
