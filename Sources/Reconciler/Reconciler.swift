import Applier
import KafkaModel
import LiveState
import Planner

/// One cycle: read what is live, plan, apply.
///
/// The commands `plan`, `apply` and `run` all go this way.
package struct Reconciler: Sendable {
    private let desired: DesiredState
    private let clients: ClusterClients
    private let runningWorkers: @Sendable (_ link: String) -> [Int]

    /// A cycle for a desired state.
    ///
    /// - Parameter runningWorkers: numbers of the workers of a link that run on this machine.
    package init(
        desired: DesiredState, clients: ClusterClients,
        runningWorkers: @escaping @Sendable (_ link: String) -> [Int]
    ) {
        self.desired = desired
        self.clients = clients
        self.runningWorkers = runningWorkers
    }

    /// Reads both sides of every link and compares; writes nothing.
    ///
    /// - Parameter nowMs: when it is read, in milliseconds since 1970.
    package func plan(nowMs: Int64) async -> Plan {
        let reader = LiveStateReader(clients: clients.byName, localWorkers: runningWorkers)
        return Planner.plan(desired: desired, live: await reader.read(desired, nowMs: nowMs))
    }

    /// Does the plan's steps; cancelling the task ends it in order after the step at hand.
    ///
    /// - Parameters:
    ///   - startWorkers: starts local workers of a link; returns one sentence per worker that did not start.
    ///   - stopWorkers: stops local workers of a link; returns what was done, in sentences.
    ///   - progress: gets what happens, in order.
    package func apply(
        _ plan: Plan, _ options: ApplyOptions,
        startWorkers: @escaping WorkerDeed, stopWorkers: @escaping WorkerDeed,
        progress: @escaping @Sendable (ApplyEvent) async -> Void
    ) async -> ApplyResult {
        let applier = Applier(
            clients: clients.byName, options: options, startWorkers: startWorkers, stopWorkers: stopWorkers,
            progress: progress)
        return await applier.apply(plan)
    }
}
