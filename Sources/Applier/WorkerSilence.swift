/// How long a link's workers have given no sign of life, as one apply sees it; without a clock of its own.
///
/// A worker that was killed may have left an append under way, in its kernel's buffers or in those of a broker that
/// stands still. A topic that is given back too early would get it behind the records of its new writers.
struct WorkerSilence {
    typealias Instant = ContinuousClock.Instant

    /// Since when the workers' group has been seen without members; nil while it has some.
    private(set) var emptySince: Instant?
    /// When a worker was last heard of; nil when none ever was.
    private var lastSign: Instant?
    /// The time of the newest report so far, by the worker's clock.
    private var newestReportMs = Int64.min

    /// Takes in what was seen.
    ///
    /// - Parameters:
    ///   - isEmpty: whether the group has no members.
    ///   - reportMs: time of the topic's newest report, in milliseconds since 1970.
    ///   - now: when this was seen.
    ///   - wallMs: the same moment in milliseconds since 1970.
    mutating func note(isEmpty: Bool, reportMs: Int64?, at now: Instant, wallMs: Int64) {
        if isEmpty {
            emptySince = emptySince ?? now
        } else {
            (emptySince, lastSign) = (nil, now)
        }
        guard let reportMs, reportMs > newestReportMs else { return }
        newestReportMs = reportMs
        // The worker's clock may be ahead of ours: its report is from now at the latest.
        let written = now - .milliseconds(wallMs > max(reportMs, 0) ? wallMs - max(reportMs, 0) : 0)
        lastSign = max(lastSign ?? written, written)
    }

    /// What is left to wait; zero when the group has been empty, and all have been silent, for that long.
    func rest(emptyMs: Int64, quietMs: Int64, at now: Instant) -> Duration {
        let empty = (emptySince ?? now) + .milliseconds(emptyMs)
        let quiet = lastSign.map { $0 + .milliseconds(quietMs) } ?? now
        return max(max(empty, quiet) - now, .zero)
    }
}
