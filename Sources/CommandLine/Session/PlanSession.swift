import KafkaModel
import LinkStore
import Planner
import Reconciler

/// What `plan`, `apply` and `run` work with: manifests, clients, and who runs the local workers.
struct PlanSession: Sendable {
    /// The manifests.
    let manifests: LoadedManifests
    /// The clients.
    let clusters: ClusterSession
    /// Who runs the local workers.
    let workers: any WorkerHost
    /// Where local workers leave process ids and logs.
    let directory: StateDirectory
    /// The cycle.
    let reconciler: Reconciler

    /// Loads and opens; nothing is connected yet.
    static func open(_ arguments: Arguments, _ context: CommandContext) throws(CommandFailure) -> PlanSession {
        let directory = try StateDirectory(arguments, context.environment)
        let manifests = try LoadedManifests.load(arguments, context)
        let workers = context.workerHost ?? LocalWorkers(directory: directory, manifests: manifests.paths)
        return try open(manifests, workers, directory, context)
    }

    /// Opens clients for manifests that are loaded.
    static func open(
        _ manifests: LoadedManifests, _ workers: any WorkerHost, _ directory: StateDirectory, _ context: CommandContext
    ) throws(CommandFailure) -> PlanSession {
        let clusters = try ClusterSession.open(manifests.desired, context)
        let reconciler = Reconciler(desired: manifests.desired, clients: clusters.clients) { workers.running(link: $0) }
        return PlanSession(
            manifests: manifests, clusters: clusters, workers: workers, directory: directory, reconciler: reconciler)
    }

    /// Reads and compares.
    func plan() async -> Plan { await reconciler.plan(nowMs: WallClock.nowMs) }

    /// The command that applies what this session planned, as a person would type it.
    ///
    /// - Parameter plan: the file that the plan was saved to; nil for none.
    func applyCommand(_ arguments: Arguments, plan: String? = nil) -> String {
        let files = arguments.values("file").map { " -f \(ShellWord.quoted($0))" }.joined()
        let directory = arguments.value("state-dir").map { " --state-dir \(ShellWord.quoted($0))" } ?? ""
        return "lockstep apply\(plan.map { " \(ShellWord.quoted($0))" } ?? "")\(files)\(directory)"
    }
}
