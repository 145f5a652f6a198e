import Bytes
import KafkaClient
import KafkaModel
import KafkaProtocol

/// Writes workers' reports into `__lockstep`, with plain appends: a report fences nobody and may be lost.
package struct ReportWriter: Sendable {
    private let client: ClusterClient
    private let lane: ClusterClient.Lane

    /// A writer through `client`.
    ///
    /// - Parameter lane: a connection on which no batch of a mirror waits.
    package init(_ client: ClusterClient, lane: ClusterClient.Lane = .produce(-2)) {
        self.client = client
        self.lane = lane
    }

    /// Appends the reports; a repeated attempt may append them twice, which changes nothing.
    package func write(_ reports: [WorkerReport]) async throws(StoreError) {
        let records = reports.map { report -> (key: StoreKey, value: ByteSlice?) in
            let key = StoreKey.report(
                link: report.link, topic: report.topic, partition: report.partition.partition)
            return (key, StoreJSON.write(report))
        }
        try await write(records)
    }

    /// Appends what a task came to.
    package func write(_ report: TaskReport) async throws(StoreError) {
        try await write([(StoreKey.task(link: report.link, report.task), StoreJSON.write(report))])
    }

    /// Removes what workers reported on a link that does not exist any more.
    package func removeReports(of link: String, in contents: StoreContents) async throws(StoreError) {
        var keys = (contents.tasks[link] ?? [:]).keys.map { StoreKey.task(link: link, $0) }
        for (mirror, partitions) in contents.reports where mirror.link == link {
            keys += partitions.keys.map { .report(link: link, topic: mirror.topic, partition: $0) }
        }
        try await append(keys.sorted().map { ($0, nil) })
    }

    private func write(_ records: [(key: StoreKey, value: ByteSlice?)]) async throws(StoreError) {
        try await append(records.filter { $0.value != nil })
    }

    private func append(_ records: [(key: StoreKey, value: ByteSlice?)]) async throws(StoreError) {
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
