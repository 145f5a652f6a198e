import Bytes
import KafkaClient
import KafkaModel

/// Writes workers' reports into `__lockstep`, with plain appends: a report fences nobody and may be lost.
package struct ReportWriter: Sendable {
    private let append: StoreAppend

    /// A writer through `client`.
    ///
    /// - Parameter lane: a connection on which no batch of a mirror waits.
    package init(_ client: ClusterClient, lane: ClusterClient.Lane = .produce(-2)) {
        append = StoreAppend(client: client, lane: lane)
    }

    /// Appends the reports; a repeated attempt may append them twice, which changes nothing.
    package func write(_ reports: [WorkerReport]) async throws(StoreError) {
        let records = reports.map { report -> (key: StoreKey, value: ByteSlice?) in
            let key = StoreKey.report(
                link: report.link, topic: report.topic, partition: report.partition.partition)
            return (key, StoreJSON.write(report))
        }
        try await append(records.filter { $0.value != nil })
    }

    /// Appends what a task came to.
    package func write(_ report: TaskReport) async throws(StoreError) {
        guard let value = StoreJSON.write(report) else { return }
        try await append([(StoreKey.task(link: report.link, report.task), value)])
    }

    /// Removes what workers wrote about a link that does not exist any more.
    package func removeReports(of link: String, in contents: StoreContents) async throws(StoreError) {
        var keys = (contents.tasks[link] ?? [:]).keys.map { StoreKey.task(link: link, $0) }
        keys += (contents.acls[link] ?? [:]).keys.map { .acl(link: link, id: $0) }
        for (mirror, partitions) in contents.reports where mirror.link == link {
            keys += partitions.keys.map { .report(link: link, topic: mirror.topic, partition: $0) }
        }
        try await append(keys.sorted().map { ($0, nil) })
    }
}
