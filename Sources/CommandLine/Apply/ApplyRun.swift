import Applier
import KafkaModel
import PlanReport
import Planner
import Reconciler

/// Does a plan and says what it came to; `apply` and `run` share it.
struct ApplyRun: Sendable {
    let session: PlanSession
    let terminal: Terminal
    let options: ApplyOptions

    /// Applies, reads a second time, prints the summary.
    func perform(_ plan: Plan) async -> ExitStatus {
        let progress = ApplyProgress(total: plan.steps.count, terminal: terminal)
        let workers = session.workers
        let result = await session.reconciler.apply(
            plan, options, startWorkers: { await workers.start(link: $0, indexes: $1) },
            stopWorkers: { await workers.stop(link: $0, indexes: $1) }, progress: { progress.show($0) })
        if let failure = result.lockFailure { terminal.note("lockstep: \(failure)") }
        let second = result.isComplete && !Task.isCancelled ? SecondRead(await session.plan(), after: plan) : nil
        for reason in second?.reasons ?? [] { terminal.note("lockstep: not verified: \(reason)") }
        terminal.result(
            ApplyText(total: plan.steps.count, color: terminal.colours).summary(
                ApplyText.Tally(
                    done: result.done, failed: result.failedCount, skipped: result.skippedCount,
                    blocked: plan.blocked.count, secondRead: second?.finding)))
        if plan.steps.contains(where: { $0.object.kind == .workers }) {
            terminal.note("lockstep: process ids and logs of local workers are in \(session.directory.path)")
        }
        let verdict = ApplyVerdict(result, plan: plan, allowed: allowed)
        guard let second, second.finding != .settled else { return verdict.status }
        return verdict.status == .done ? .partlyApplied : verdict.status
    }

    private var allowed: Set<Step.Consent> {
        var allowed: Set<Step.Consent> = []
        if options.allowIrreversible { allowed.insert(.allowIrreversible) }
        if options.allowDelete { allowed.insert(.allowDelete) }
        return allowed
    }

    /// Who holds the lock, for those who have to wait.
    static var holder: String { "\(LocalWorkers.hostName), process \(ProcessIdentity.ownId)" }
}
