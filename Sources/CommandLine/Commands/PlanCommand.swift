import PlanReport
import Planner

/// `lockstep plan`: what would change; writes nothing.
enum PlanCommand {
    /// How long a saved plan is meant to be applied, in milliseconds.
    static let validityMs: Int64 = 12 * 3_600_000

    static let command = Command(
        CommandSyntax(
            "plan", aliases: ["diff"], "Read both clusters and print what would change; changes nothing.",
            options: [
                ManifestPaths.option,
                OptionSyntax(
                    "output", letter: "o", value: "FORMAT", choices: ["text", "json", "markdown", "counts"],
                    "How to print it; markdown: a pull-request comment, counts: three numbers."),
                OptionSyntax("detailed-exitcode", "End with 2 when changes are pending, 3 when something is blocked."),
                OptionSyntax("out", value: "FILE", "Save the plan, to apply exactly this with lockstep apply FILE."),
                StateDirectory.option,
            ],
            discussion: "Exit codes: 0 planned, 1 incomplete: something could not be read, 65 invalid manifests.")
    ) { (arguments, context) throws(CommandFailure) in
        let session = try PlanSession.open(arguments, context)
        let plan = await session.plan()
        await session.clusters.close()
        let file = arguments.value("out")
        if let file { try PlanFile.write(plan, to: file) }
        let commit = ManifestCommit.short(context.environment)
        let validUntil = file == nil ? nil : plan.readAtMs + validityMs
        switch arguments.value("output") {
        case "json":
            context.terminal.result(
                PlanJSON.render(plan, .init(version: Version.current, commit: commit, validUntilMs: validUntil)))
        case "markdown": context.terminal.result(PlanMarkdown.render(plan, .init(commit: commit)))
        case "counts": context.terminal.result(PlanJSON.counts(plan))
        default:
            context.terminal.result(
                PlanText.render(
                    plan,
                    .init(
                        color: context.terminal.colours, version: Version.current, commit: commit,
                        command: session.applyCommand(arguments, plan: file), savedTo: file, validUntilMs: validUntil)))
        }
        return status(plan, isDetailed: arguments.has("detailed-exitcode"), context)
    }

    /// What cannot be read is never "no changes"; a log shows in one line what the code means.
    private static func status(_ plan: Plan, isDetailed: Bool, _ context: CommandContext) -> ExitStatus {
        let status: ExitStatus =
            if plan.isIncomplete {
                .failed
            } else if !isDetailed {
                .done
            } else if plan.isBlocked {
                .blocked
            } else {
                plan.hasChanges ? .changesPending : .done
            }
        if status != .done { context.terminal.note("lockstep: \(PlanText.oneLine(plan))") }
        return status
    }
}
