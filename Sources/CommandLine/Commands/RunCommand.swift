import Applier
import EventLoop
import KafkaModel
import Manifest
import PlanReport
import Planner

/// `lockstep run`: keeps things as declared, and mirrors, until it is told to stop.
enum RunCommand {
    static let command = Command(
        CommandSyntax(
            "run", "Keep reconciling on an interval and host a worker per link, until SIGTERM or SIGINT.",
            options: [
                ManifestPaths.option,
                OptionSyntax("interval", value: "TIME", "Time between two cycles (default 30s)."),
                OptionSyntax("jitter", value: "TIME", "Most that is added to it at random (default a tenth of it)."),
                OptionSyntax("once", "One cycle, as apply does it; no worker in this process."),
                OptionSyntax("no-worker", "Host no worker; local workers are processes of their own, as with apply."),
                OptionSyntax("allow-irreversible", "Also promote and fail over, which cannot be undone."),
                OptionSyntax("allow-delete", "Also delete mirror topics and links declared ABSENT."),
                OptionSyntax("lock-timeout", value: "TIME", "How long to wait for another apply (default 0s)."),
                StateDirectory.option,
            ],
            discussion: """
                Each cycle reads the manifests again and applies what can be applied. Without the two flags
                nothing is deleted, and no promotion or failover is begun; one that was begun is finished.
                Invalid manifests and what is blocked are reported, and change nothing.
                """)
    ) { (arguments, context) throws(CommandFailure) in
        try await ReconcileLoop(arguments, context).run()
    }
}

/// The cycles of `run`.
private struct ReconcileLoop {
    private let arguments: Arguments
    private let context: CommandContext
    private let interval: Duration
    private let jitter: Duration
    private let options: ApplyOptions
    private let paths: [String]
    private let directory: StateDirectory
    private let workers: HostedWorkers
    private let loop: EventLoop

    init(_ arguments: Arguments, _ context: CommandContext) throws(CommandFailure) {
        self.arguments = arguments
        self.context = context
        interval = try arguments.duration("interval") ?? .seconds(30)
        jitter = try arguments.duration("jitter") ?? interval / 10
        var options = ApplyOptions(holder: ApplyRun.holder)
        options.lockWaitMs = try arguments.duration("lock-timeout").map { Int64($0 / .milliseconds(1)) } ?? 0
        options.allowIrreversible = arguments.has("allow-irreversible")
        options.allowDelete = arguments.has("allow-delete")
        options.continueOnError = true
        self.options = options
        directory = try StateDirectory(arguments, context.environment)
        paths = ManifestPaths.chosen(arguments, context)
        guard !paths.contains("-") else {
            throw .usage(
                "run reads the manifests again in each cycle, which stdin cannot give", hint: "pass files with -f")
        }
        let terminal = context.terminal
        workers = HostedWorkers(directory: directory, manifests: paths, environment: context.environment) {
            terminal.note($0)
        }
        do throws(SystemError) {
            loop = try EventLoop()
        } catch {
            throw CommandFailure(.failed, "the system gave no event loop: \(error)")
        }
    }

    func run() async throws(CommandFailure) -> ExitStatus {
        // A mistake at the start is one that its author wants to see, not one to wait out.
        _ = try LoadedManifests.load(paths, context.terminal)
        let status = await withTaskGroup(of: ExitStatus?.self) { group in
            group.addTask { await cycles() }
            group.addTask {
                if await context.signals?.firstSignal() != nil { say("stopping") }
                return nil
            }
            var status = ExitStatus.done
            for await ended in group {
                // Also after a signal: what the cycle at hand came to is for it to say.
                if let ended { status = ended }
                group.cancelAll()
            }
            return status
        }
        await workers.stopAll()
        loop.stop()
        return status
    }

    private func cycles() async -> ExitStatus {
        while true {
            let status = await cycle()
            if arguments.has("once") { return status }
            if !arguments.has("no-worker") { await hostWorkers() }
            let extra =
                jitter > .zero ? .milliseconds(Int64.random(in: 0...Int64(jitter / .milliseconds(1)))) : Duration.zero
            await loop.pause(interval + extra)
            if Task.isCancelled { return .done }
        }
    }

    private func cycle() async -> ExitStatus {
        do throws(CommandFailure) {
            let manifests = try LoadedManifests.load(paths, context.terminal)
            let hosts: any WorkerHost =
                arguments.has("once") || arguments.has("no-worker")
                ? LocalWorkers(directory: directory, manifests: paths) : workers
            let session = try PlanSession.open(manifests, hosts, directory, context)
            let status = await reconcile(session)
            await session.clusters.close()
            return status
        } catch {
            say(error.message)
            return error.status
        }
    }

    private func reconcile(_ session: PlanSession) async -> ExitStatus {
        let plan = await session.plan()
        let run = ApplyRun(session: session, terminal: context.terminal, options: options)
        for sentence in plan.incomplete { say("incomplete: \(sentence)") }
        for change in plan.blocked { say("blocked: \(change.object): \(change.reason)") }
        guard plan.hasChanges else {
            say("\(plan.unchanged) objects as declared" + (plan.isBlocked ? ", \(plan.blocked.count) blocked" : ""))
            return plan.isIncomplete ? .failed : plan.isBlocked ? .blocked : .done
        }
        say(PlanText.oneLine(plan))
        return await run.perform(plan)
    }

    /// One worker per link, also where the manifests leave workers to a supervisor: this is one.
    private func hostWorkers() async {
        guard let desired = ManifestFiles.load(paths).desired else { return }
        for link in desired.links where !link.isAbsent && (link.workerCount > 0 || link.workerMode == .external) {
            for problem in await workers.start(link: link.name, indexes: [0]) { say(problem) }
        }
    }

    private func say(_ what: String) { context.terminal.note(LogLine.text("run", what)) }
}
