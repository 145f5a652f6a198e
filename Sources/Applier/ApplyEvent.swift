import LinkStore
import Planner

/// How a step ended.
package enum StepOutcome: Hashable, Sendable {
    /// It was done; what a person may want to know besides.
    case done(note: String?)
    /// What it should do was found done.
    case alreadyDone
    /// It was not done, or not to its end; why, and how to go on.
    case failed(String)
    /// It was not tried; why.
    case skipped(String)

    /// Whether what the step stands for holds now.
    package var isSuccess: Bool {
        switch self {
        case .done, .alreadyDone: true
        case .failed, .skipped: false
        }
    }
}

/// What happens during an apply, for people who watch.
package enum ApplyEvent: Hashable, Sendable {
    /// A step begins.
    case started(Step)
    /// A step waits; for what, with numbers.
    case waiting(Step, String)
    /// A step ended; how, and how long it took in milliseconds.
    case ended(Step, StepOutcome, tookMs: Int64)
}

/// A step of the plan and what became of it.
package struct AppliedStep: Hashable, Sendable {
    /// The step.
    package var step: Step
    /// What became of it.
    package var outcome: StepOutcome
    /// Whether it failed after it had changed something, or may have.
    package var hasFailedHalfWay: Bool
    /// How long it took, in milliseconds.
    package var tookMs: Int64
}

/// What an apply came to: every step of its plan, in order.
package struct ApplyResult: Sendable {
    /// Every step of the plan.
    package var steps: [AppliedStep]
    /// Set when another apply was at work or took over; exit code 5.
    package var lockFailure: StoreError?

    /// Whether every step is done.
    package var isComplete: Bool { steps.allSatisfy(\.outcome.isSuccess) }

    /// Whether any step changed something, also one that failed half-way.
    ///
    /// The state topic does not count: it is where the lock lies, so it is made before the lock is had, and is empty.
    package var hasChangedAnything: Bool {
        steps.contains { applied in
            if case .done = applied.outcome { applied.step.operation != .createStore } else { applied.hasFailedHalfWay }
        }
    }

    /// The steps that were done, by kind; those found done already are not counted.
    package var done: StepCounts {
        StepCounts(steps.filter { if case .done = $0.outcome { true } else { false } }.map(\.step))
    }

    /// How many steps failed.
    package var failedCount: Int {
        steps.count { if case .failed = $0.outcome { true } else { false } }
    }

    /// How many steps were not tried.
    package var skippedCount: Int {
        steps.count { if case .skipped = $0.outcome { true } else { false } }
    }
}
