import Applier
import KafkaModel
import LinkSync
import Planner

/// What a discovery came to, in words and problems; without I/O.
struct DiscoveryTally {
    /// Source topics that the filters select.
    var selected = 0
    /// Topics whose mirrors the destination refused, now or a while ago.
    var refused: [TaskProblem] = []
    /// Whether an apply was at work when something was to be created.
    var isWaiting: Bool { waiting > 0 }
    /// Whether nothing can be created now, for whatever topic.
    var hasFailed: Bool { !failures.isEmpty }

    private var created: [String] = []
    /// Topics that wait because an apply is at work.
    private var waiting = 0
    /// What plans left out or could not do; several looks find the same.
    private var left: [TaskProblem] = []
    private var failures: [TaskProblem] = []

    /// Takes note of what is planned and what is not.
    mutating func take(_ plan: Plan) {
        waiting = 0
        let notes = plan.notes.map { note in
            TaskProblem(.skipped, code: note.code ?? "UNKNOWN", subject: note.skipped, note.text)
        }
        let blocked = plan.blocked.map { change in
            let code = change.rule == .unreadable ? "AUTHORIZATION_ERROR" : "INTERNAL_ERROR"
            return TaskProblem(.error, code: code, subject: change.object.name, "\(change.reason); \(change.remedy)")
        }
        let told = Set(plan.blocked.map(\.reason))
        let unread = plan.incomplete.filter { !told.contains($0) }
            .map { TaskProblem(.error, code: "INTERNAL_ERROR", $0) }
        let known = Set(left)
        left += (notes + blocked + unread).filter { !known.contains($0) }
    }

    /// Takes note of what was created; steps that were not tried although no apply was at work are a failure.
    mutating func take(_ result: ApplyResult) {
        var obstacles: Set<String> = []
        for applied in result.steps {
            switch applied.outcome {
            case .done: created.append(applied.step.object.name)
            case .failed, .skipped:
                if result.lockFailure != nil {
                    waiting += 1
                } else if case .skipped(let reason) = applied.outcome {
                    obstacles.insert(reason)
                }
            case .alreadyDone: break
            }
        }
        failures += obstacles.sorted().map { TaskProblem(.error, code: "INTERNAL_ERROR", $0) }
    }

    /// Takes note of what kept it from looking.
    mutating func fail(_ failure: DiscoveryFailure) {
        failures.append(TaskProblem(.error, code: failure.code, failure.text))
    }

    /// The pass in words.
    var outcome: TaskOutcome {
        var words = [selected == 1 ? "1 source topic selected" : "\(selected) source topics selected"]
        if !created.isEmpty {
            words.append("created \(listed(created, limit: 3))")
        }
        if waiting > 0 { words.append("\(waiting) wait until an apply has ended") }
        return TaskOutcome(summary: words.joined(separator: ", "), problems: failures + refused + left)
    }
}
