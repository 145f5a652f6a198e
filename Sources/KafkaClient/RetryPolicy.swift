/// How often and how patiently a request is tried again.
package struct RetryPolicy: Hashable, Sendable {
    /// Most attempts, the first included.
    package var attempts: Int
    /// Pause before the second attempt, in milliseconds; doubles with each further one.
    package var firstPauseMs: Int64
    /// Longest pause, in milliseconds.
    package var maximumPauseMs: Int64

    /// Kafka's `retry.backoff.ms` and `retry.backoff.max.ms`, and a bounded number of attempts.
    package init(attempts: Int = 6, firstPauseMs: Int64 = 100, maximumPauseMs: Int64 = 1000) {
        self.attempts = attempts
        self.firstPauseMs = firstPauseMs
        self.maximumPauseMs = maximumPauseMs
    }

    /// Pause after attempt number `attempt` (from 1), in milliseconds, with up to a fifth of jitter.
    package func pauseMs(after attempt: Int) -> Int64 {
        let doubled = firstPauseMs << Int64(min(max(attempt - 1, 0), 20))
        let pause = min(doubled, maximumPauseMs)
        return pause - Int64.random(in: 0...max(pause / 5, 0))
    }
}
