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
        let verified = result.isComplete && !Task.isCancelled ? await isSettled(plan) : nil
        terminal.result(
            ApplyText(total: plan.steps.count, color: terminal.colours).summary(
                ApplyText.Tally(
                    done: result.done, failed: result.failedCount, skipped: result.skippedCount,
                    blocked: plan.blocked.count, verified: verified)))
        if plan.steps.contains(where: { $0.object.kind == .workers }) {
            terminal.note("lockstep: process ids and logs of local workers are in \(session.directory.path)")
        }
        let verdict = ApplyVerdict(result, plan: plan, allowed: allowed)
        return verified == false && verdict.status == .done ? .partlyApplied : verdict.status
    }

    private var allowed: Set<Step.Consent> {
        var allowed: Set<Step.Consent> = []
        if options.allowIrreversible { allowed.insert(.allowIrreversible) }
        if options.allowDelete { allowed.insert(.allowDelete) }
        return allowed
    }

    /// Whether a second read finds nothing left to do on what the plan was about.
    ///
    /// What others changed elsewhere meanwhile, such as a topic that was created on a source, is for the next apply.
    private func isSettled(_ plan: Plan) async -> Bool {
        func subject(_ step: Step) -> [String] { [step.destination, step.link ?? "", "\(step.object)"] }
        let done = Set(plan.steps.map(subject))
        return await !session.plan().steps.contains { done.contains(subject($0)) }
    }

    /// Who holds the lock, for those who have to wait.
    static var holder: String { "\(LocalWorkers.hostName), process \(ProcessIdentity.ownId)" }
}
