import KafkaModel

/// What a cluster refused one by one; it is tried again after a while, not at every pass.
package struct Refusals<Subject: Hashable & Comparable & Sendable>: Sendable {
    private struct Refusal {
        var text: String
        var until: ContinuousClock.Instant
    }

    /// How long a refused thing is left alone: the reason is the cluster's, and seldom passes by itself.
    private static var pause: Duration { .seconds(60) }
    private var refusals: [Subject: Refusal] = [:]

    /// Nothing was refused yet.
    package init() {}

    /// Whether something was refused lately.
    package func isWaiting(_ subject: Subject) -> Bool {
        refusals[subject].map { ContinuousClock.now < $0.until } ?? false
    }

    /// Remembers that something was refused, and why.
    package mutating func note(_ subject: Subject, _ text: String) {
        refusals[subject] = Refusal(text: text, until: .now + Self.pause)
    }

    /// Forgets what nobody wants to be done any more, or what was done.
    package mutating func keep(only subjects: Set<Subject>) {
        refusals = refusals.filter { subjects.contains($0.key) }
    }

    /// Remembers what was refused, and forgets what was not.
    package mutating func note<Failure: Error>(_ results: [Subject: Result<Void, Failure>]) {
        for (subject, result) in results {
            switch result {
            case .success: refusals[subject] = nil
            case .failure(let error): note(subject, "\(error)")
            }
        }
    }

    /// Each refusal that was not forgotten, in order, as a problem of the task.
    ///
    /// - Parameter code: Cluster Linking's code.
    package func problems(_ code: String) -> [TaskProblem] {
        refusals.sorted { $0.key < $1.key }.map { subject, refusal in
            TaskProblem(.error, code: code, subject: "\(subject)", refusal.text)
        }
    }
}
