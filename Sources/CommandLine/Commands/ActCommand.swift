import Applier
import KafkaModel
import Planner

/// `lockstep promote`, `failover`, `pause` and `resume`: act now, without a commit, and print what to commit.
enum ActCommand {
    static let commands = MirrorDeed.allCases.map(command)

    private static func command(_ deed: MirrorDeed) -> Command {
        var options = [
            ManifestPaths.option,
            OptionSyntax("link", value: "NAME", "The link; needed when the manifests declare several."),
            OptionSyntax("all", "All mirror topics of the link that this can concern."),
        ]
        if deed.isOneWay {
            options += [
                OptionSyntax("allow-irreversible", "Do not ask for the second yes: it cannot be undone."),
                OptionSyntax("no-input", "Never ask; a question becomes an error that names the flag to pass."),
            ]
        }
        if deed == .promote {
            options.append(OptionSyntax("timeout", value: "TIME", "How long to wait for lag 0 (default: the link's)."))
        }
        options += [
            OptionSyntax("lock-timeout", value: "TIME", "How long to wait for another apply (default 0s)."),
            StateDirectory.option,
        ]
        return Command(
            CommandSyntax(
                deed.rawValue, deed.summary, operands: "[TOPIC...]", operandLimit: 10_000, options: options,
                discussion: discussion(deed))
        ) { (arguments, context) throws(CommandFailure) in try await run(deed, arguments, context) }
    }

    private static func discussion(_ deed: MirrorDeed) -> String {
        let back =
            switch deed {
            case .promote, .failover:
                "A stopped mirror topic is never started again, whatever the files say: plans show it as blocked until\n"
                    + "the printed change is committed."
            case .pause:
                "Until the printed change is committed, the next apply resumes topics that are declared ACTIVE."
            case .resume:
                "Until the printed change is committed, the next apply pauses topics that are declared PAUSED."
            }
        return """
            It goes the way of an apply, with its rules, for these topics only. The lag is shown first, and the
            change of the manifests that says the same is printed last. A topic that is as asked for is no failure.
            \(back)
            Exit codes: 0 done, 1 failed, 3 blocked, 4 some topics failed and others did not, 5 another apply is at
            work, 64 wrong usage, 65 invalid manifests.
            """
    }

    private static func run(
        _ deed: MirrorDeed, _ arguments: Arguments, _ context: CommandContext
    ) async throws(CommandFailure) -> ExitStatus {
        guard arguments.operands.isEmpty == arguments.has("all") else {
            throw .usage(
                arguments.has("all")
                    ? "mirror topics and --all exclude each other"
                    : "\(deed.rawValue) needs mirror topics, or --all for all of the link")
        }
        let isAllowed = deed.isOneWay && arguments.has("allow-irreversible")
        let canAsk = deed.isOneWay && context.terminal.isInteractive && !arguments.has("no-input")
        guard !deed.isOneWay || isAllowed || canAsk else {
            throw .usage(
                "\(deed.rawValue) cannot be undone, and there is nobody to ask", hint: "pass --allow-irreversible")
        }
        var options = ApplyOptions(holder: ApplyRun.holder)
        options.lockWaitMs = try milliseconds(arguments, "lock-timeout") ?? 0
        options.allowIrreversible = true
        options.continueOnError = true
        let timeoutMs = deed == .promote ? try milliseconds(arguments, "timeout") : nil
        let session = try PlanSession.open(arguments, context)
        do throws(CommandFailure) {
            let link = try session.manifests.link(arguments.value("link"))
            let run = ActRun(
                deed: deed, session: session, link: link, names: arguments.has("all") ? nil : arguments.operands,
                timeoutMs: timeoutMs, options: options, terminal: context.terminal)
            let status = try await run.perform(
                confirm: { counts throws(CommandFailure) in
                    if !isAllowed { try confirm(deed, counts, context.terminal) }
                },
                interruptible: { await ApplyCommand.interruptible(context, $0) })
            await session.clusters.close()
            return status
        } catch {
            await session.clusters.close()
            throw error
        }
    }

    private static func confirm(
        _ deed: MirrorDeed, _ counts: StepCounts, _ terminal: Terminal
    ) throws(CommandFailure) {
        let topics = counts.irreversible == 1 ? "1 mirror topic" : "\(counts.irreversible) mirror topics"
        let words = deed == .promote ? "Promote \(topics)" : "Fail \(topics) over"
        let answer = terminal.ask("\(words)? It cannot be undone. Only \"yes\" is taken for a yes: ")
        guard answer == "yes" else { throw CommandFailure(.failed, "nothing was done") }
    }

    private static func milliseconds(_ arguments: Arguments, _ name: String) throws(CommandFailure) -> Int64? {
        try arguments.duration(name).map { Int64($0 / .milliseconds(1)) }
    }
}
