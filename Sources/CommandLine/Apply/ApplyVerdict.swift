import Applier
import Planner

/// What an apply came to, as an exit status: pure, tested as a table.
struct ApplyVerdict: Hashable {
    /// Whether a step changed something, also one that failed: a promotion that was cut off was asked for.
    var hasChanged = false
    /// Whether a step failed.
    var hasFailed = false
    /// Whether a step was left because its second yes was missing, or is blocked.
    var isBlocked = false
    /// Whether a step was not tried for another reason.
    var isUnfinished = false
    /// Whether another apply held or took the lock.
    var lostLock = false
    /// Whether something could not be read, so that steps may be missing.
    var isIncomplete = false

    init() {}

    init(_ result: ApplyResult, plan: Plan, allowed: Set<Step.Consent>) {
        hasChanged = result.hasChangedAnything
        hasFailed = result.failedCount > 0
        lostLock = result.lockFailure != nil
        isIncomplete = plan.isIncomplete
        isBlocked = plan.isBlocked
        for applied in result.steps {
            guard case .skipped = applied.outcome else { continue }
            if let consent = applied.step.needs, !allowed.contains(consent) {
                isBlocked = true
            } else {
                isUnfinished = true
            }
        }
    }

    /// The exit status.
    var status: ExitStatus {
        if lostLock { return hasChanged ? .partlyApplied : .lockLost }
        if hasFailed || isUnfinished || isIncomplete { return hasChanged ? .partlyApplied : .failed }
        return isBlocked ? .blocked : .done
    }
}
