import Applier
import LinkStore
import PlanReport
import Planner

/// `lockstep apply`: makes the clusters as declared.
enum ApplyCommand {
    static let command = Command(
        CommandSyntax(
            "apply", "Make it so: create mirror topics, change states, start local workers.",
            operands: "[PLANFILE]", operandLimit: 1,
            options: [
                ManifestPaths.option,
                OptionSyntax("auto-approve", letter: "y", "Do not ask."),
                OptionSyntax("allow-irreversible", "Also promote and fail over, which cannot be undone."),
                OptionSyntax("allow-delete", "Also delete mirror topics and links declared ABSENT."),
                OptionSyntax("skip-blocked", "Do the rest when something is blocked; otherwise nothing is done then."),
                OptionSyntax("continue-on-error", "Go on with steps that do not depend on one that failed."),
                OptionSyntax("lock-timeout", value: "TIME", "How long to wait for another apply (default 0s)."),
                OptionSyntax("no-input", "Never ask; a question becomes an error that names the flag to pass."),
                StateDirectory.option,
            ],
            discussion: """
                With PLANFILE, from lockstep plan --out, exactly that plan is applied, or nothing when it is stale.
                Exit codes: 0 done, 1 failed, 3 blocked or a second yes is missing, 4 partly applied,
                5 another apply is at work, 6 the saved plan is stale, 64 wrong usage, 65 invalid manifests.
                """)
    ) { (arguments, context) throws(CommandFailure) in
        let canAsk = context.terminal.isInteractive && !arguments.has("no-input")
        let isApproved = arguments.has("auto-approve") || !arguments.operands.isEmpty
        guard isApproved || canAsk else {
            throw .usage(
                "apply asks before it changes anything, and there is nobody to ask", hint: "pass --auto-approve")
        }
        var options = ApplyOptions(holder: ApplyRun.holder)
        options.lockWaitMs = try arguments.duration("lock-timeout").map { Int64($0 / .milliseconds(1)) } ?? 0
        options.allowIrreversible = arguments.has("allow-irreversible")
        options.allowDelete = arguments.has("allow-delete")
        options.continueOnError = arguments.has("continue-on-error")
        let saved = try arguments.operands.first.map { (path) throws(CommandFailure) in try PlanFile.read(path) }
        let session = try PlanSession.open(arguments, context)
        let run = ApplyRun(session: session, terminal: context.terminal, options: options)
        do throws(CommandFailure) {
            let status = try await apply(run, saved, arguments, isApproved: isApproved, context)
            await session.clusters.close()
            return status
        } catch {
            await session.clusters.close()
            throw error
        }
    }

    private static func apply(
        _ run: ApplyRun, _ saved: Plan?, _ arguments: Arguments, isApproved: Bool, _ context: CommandContext
    ) async throws(CommandFailure) -> ExitStatus {
        let live = await run.session.plan()
        if let saved { try PlanFile.insistFresh(saved, now: live, nowMs: WallClock.nowMs) }
        let plan = saved ?? live
        let terminal = context.terminal
        terminal.result(
            PlanText.render(
                plan,
                .init(
                    color: terminal.colours, version: Version.current,
                    commit: ManifestCommit.short(context.environment))))
        if plan.isBlocked, !arguments.has("skip-blocked") {
            let rest = plan.hasChanges ? "; to do the rest, pass --skip-blocked" : ""
            throw CommandFailure(
                plan.isIncomplete ? .failed : .blocked,
                "\(plan.blocked.count) blocked, so nothing was done\(rest)")
        }
        guard plan.hasChanges else {
            return plan.isIncomplete ? .failed : plan.isBlocked ? .blocked : .done
        }
        if !isApproved { try confirm(plan, arguments, terminal) }
        let left = Set(plan.steps.compactMap(\.needs)).filter { !arguments.has(String($0.rawValue.dropFirst(2))) }
        for consent in left.sorted(by: { $0.rawValue < $1.rawValue }) {
            terminal.note("lockstep: steps that need \(consent.rawValue) are left")
        }
        return await interruptible(context) { await run.perform(plan) }
    }

    private static func confirm(_ plan: Plan, _ arguments: Arguments, _ terminal: Terminal) throws(CommandFailure) {
        let oneWay = arguments.has("allow-irreversible") ? plan.counts.irreversible : 0
        let warning = oneWay == 0 ? "" : " \(oneWay) of them cannot be undone."
        let count = plan.steps.count == 1 ? "this step" : "these \(plan.steps.count) steps"
        let answer = terminal.ask("\nApply \(count)?\(warning) Only \"yes\" is taken for a yes: ")
        guard answer == "yes" else { throw CommandFailure(.failed, "nothing was done") }
    }

    /// A signal ends an apply in order: the step at hand comes to its end or is left for the next apply.
    static func interruptible<Value: Sendable>(
        _ context: CommandContext, _ body: @escaping @Sendable () async -> Value
    ) async -> Value {
        guard let signals = context.signals else { return await body() }
        return await withTaskGroup(of: Value?.self) { group in
            group.addTask { await body() }
            group.addTask {
                guard await signals.firstSignal() != nil else { return nil }
                context.terminal.note("lockstep: ending after the step at hand; again to end at once")
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            if let second = await group.next() ?? nil { return second }
            preconditionFailure("the body always gives a value")
        }
    }
}
