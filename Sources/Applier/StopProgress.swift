import KafkaModel

/// How far the workers are with a stop, from their reports alone.
struct StopProgress: Equatable, Sendable {
    /// Partitions that obeyed this request.
    var stopped: Int
    /// Partitions of the mirror topic.
    var partitions: Int
    /// Records between source and mirror as the workers last saw them; nil when one partition does not tell.
    var reportedLag: Int64?
    /// When the source was last seen, in milliseconds since 1970, of the partition where that is longest ago; nil when
    /// one partition does not tell.
    var lastSeenMs: Int64?
    /// Partitions that failed after the request, with their reasons.
    var failures: [String]

    /// Looks at the last report on each partition.
    ///
    /// - Parameters:
    ///   - reports: by partition.
    ///   - partitions: how many the mirror topic has.
    ///   - stop: the request.
    init(reports: [Int32: WorkerReport], partitions: Int, stop: MirrorRecord.Stop) {
        self.partitions = partitions
        stopped = 0
        failures = []
        var lag: Int64 = 0
        var isKnown = true
        var seen: [Int64] = []
        for number in 0..<Int32(clamping: partitions) {
            guard let report = reports[number] else {
                isKnown = false
                continue
            }
            let partition = report.partition
            if let successMs = partition.lastSuccessMs { seen.append(successMs) }
            if partition.stoppedFor == stop.requestId { stopped += 1 }
            if partition.state == .failed, report.atMs >= stop.requestedAtMs {
                failures.append("partition \(number): \(partition.reason ?? "no reason is given")")
            }
            if let end = partition.sourceEndOffset, let next = partition.nextOffset {
                lag += max(end - next, 0)
            } else {
                isKnown = false
            }
        }
        reportedLag = isKnown ? lag : nil
        lastSeenMs = seen.count == partitions ? seen.min() : nil
    }

    /// Whether every partition has stopped.
    var isComplete: Bool { stopped == partitions }
}
