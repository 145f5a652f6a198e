import KafkaModel

/// Decides which partition reports are worth writing: changes at once, the rest now and then.
struct ReportLog {
    private struct Written {
        var report: PartitionReport
        var atMs: Int64
    }

    private var written: [TopicPartition: Written] = [:]
    private let maximumAgeMs: Int64

    /// A log that repeats an unchanged report after `maximumAgeMs`.
    init(maximumAgeMs: Int64) {
        self.maximumAgeMs = maximumAgeMs
    }

    /// The reports to write now; they count as written.
    mutating func due(_ reports: [TopicPartition: PartitionReport], atMs: Int64) -> [TopicPartition: PartitionReport] {
        written = written.filter { reports[$0.key] != nil }
        let due = reports.filter { partition, report in
            guard let last = written[partition] else { return true }
            return atMs - last.atMs >= maximumAgeMs || last.report.state != report.state
                || last.report.reason != report.reason || last.report.stoppedFor != report.stoppedFor
        }
        for (partition, report) in due { written[partition] = Written(report: report, atMs: atMs) }
        return due
    }

    /// Writing failed: these are due again.
    mutating func forget(_ partitions: some Sequence<TopicPartition>) {
        for partition in partitions { written[partition] = nil }
    }
}
