import KafkaModel

/// Asks the source now and then whether it answers, and says when it has not for too long (`availability.check.*`).
package actor AvailabilityCheck: LinkTask {
    /// Which task it is.
    package nonisolated let name = LinkTaskName.availabilityCheck
    private let probe: @Sendable () async -> String?
    private var count = FailedChecks()
    private var lastCounted: ContinuousClock.Instant?

    /// A check that asks with `probe`, which returns why the source does not answer; nil when it does.
    package init(probe: @escaping @Sendable () async -> String?) {
        self.probe = probe
    }

    /// Asks once.
    package func run(_ pass: TaskPass) async -> TaskOutcome {
        let reason = await probe()
        // Passes also come early, after a failure and when the link changes; those count as one check.
        let now = ContinuousClock.now
        let interval = Duration.milliseconds(pass.link.settings.availabilityCheckMs)
        let isDue = lastCounted.map { now - $0 >= interval * 0.9 } ?? true
        if isDue { lastCounted = now }
        return count.take(reason, isDue: isDue, threshold: pass.link.settings.availabilityThreshold)
    }
}

/// Failed checks in a row, without I/O.
struct FailedChecks: Equatable, Sendable {
    /// How many.
    private(set) var count: Int64 = 0

    /// Takes the outcome of a check in.
    ///
    /// - Parameters:
    ///   - reason: why the source does not answer; nil when it does.
    ///   - isDue: whether the check is one of those that are counted.
    ///   - threshold: failed checks after which the link is UNAVAILABLE.
    mutating func take(_ reason: String?, isDue: Bool, threshold: Int64) -> TaskOutcome {
        guard let reason else {
            count = 0
            return TaskOutcome(summary: "the source answers")
        }
        if isDue || count == 0 { count += 1 }
        let isOver = count >= threshold
        return TaskOutcome(
            summary: "the source does not answer: \(min(count, threshold)) of \(threshold) checks failed",
            problems: [
                TaskProblem(
                    .error, code: isOver ? TaskReport.unavailableCode : "SOURCE_NOT_ANSWERING", "\(reason)")
            ])
    }
}
