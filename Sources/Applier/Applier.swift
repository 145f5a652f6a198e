import KafkaClient
import KafkaModel
import LinkStore
import Planner

/// Something that is done to the local workers of a link with these numbers; it answers in sentences.
package typealias WorkerDeed = @Sendable (_ link: String, _ indexes: [Int]) async -> [String]

/// Does what a plan says, step by step, under the lock of every destination it touches.
///
/// Each step reads again what it relies on, and does nothing when that has changed. Steps are idempotent: applying
/// again continues what was cut off. Source clusters are only asked.
package struct Applier: Sendable {
    private let clients: [String: ClusterClient]
    private let options: ApplyOptions
    private let startWorkers: WorkerDeed
    private let stopWorkers: WorkerDeed
    private let progress: @Sendable (ApplyEvent) async -> Void

    /// An applier.
    ///
    /// - Parameters:
    ///   - clients: clients of the declared clusters, by name.
    ///   - options: what it may do.
    ///   - startWorkers: starts local workers of a link; returns what went wrong, in sentences.
    ///   - stopWorkers: stops local workers of a link; returns what was done, in sentences.
    ///   - progress: is told what happens, as it happens.
    package init(
        clients: [String: ClusterClient], options: ApplyOptions,
        startWorkers: @escaping WorkerDeed, stopWorkers: @escaping WorkerDeed,
        progress: @escaping @Sendable (ApplyEvent) async -> Void = { _ in }
    ) {
        self.clients = clients
        self.options = options
        self.startWorkers = startWorkers
        self.stopWorkers = stopWorkers
        self.progress = progress
    }

    /// Applies the plan's steps; blocked changes are not its business.
    package func apply(_ plan: Plan) async -> ApplyResult {
        var run = ApplyRun(options: options)
        var sessions = Sessions(plan: plan)
        for destination in sessions.destinations {
            if let failure = await open(destination, plan, &run, &sessions) {
                run.close(failure)
                break
            }
        }
        for step in plan.steps where run.outcome(of: step) == nil {
            await perform(step, plan, sessions.open[sessions.key(step.destination)], &run)
        }
        for session in sessions.open.values { try? await session.release() }
        return run.result(plan.steps)
    }

    // MARK: Sessions

    /// Creates the store of a destination if a step says so, and takes its lock.
    private func open(
        _ name: String, _ plan: Plan, _ run: inout ApplyRun, _ sessions: inout Sessions
    ) async -> StepFailure? {
        guard let client = clients[name] else { return StepFailure("cluster \(name) is not declared.") }
        if let refusal = Self.refusal(to: name, plan) { return refusal }
        let creation = plan.steps.first { step in
            sessions.key(step.destination) == sessions.key(name) && step.operation == .createStore
        }
        do throws(StepFailure) {
            if let creation { try await create(creation, client, &run) }
            do throws(StoreError) {
                let session =
                    options.isBrief
                    ? .brief(holder: options.holder)
                    : StoreWriter.Options(holder: options.holder, waitMs: options.lockWaitMs)
                sessions.open[sessions.key(name)] = try await StoreWriter.acquire(on: client, session)
            } catch {
                throw StepFailure(error)
            }
            return nil
        } catch {
            return error
        }
    }

    private static func refusal(to cluster: String, _ plan: Plan) -> StepFailure? {
        guard plan.clusters.first(where: { $0.name == cluster })?.access == .readOnly else { return nil }
        return StepFailure("access of cluster \(cluster) is READ_ONLY, so nothing is written there.")
    }

    /// The lock lives in the store, so the store comes first; creating it twice does no harm.
    private func create(
        _ step: Step, _ client: ClusterClient, _ run: inout ApplyRun
    ) async throws(StepFailure) {
        await progress(.started(step))
        let start = ContinuousClock.now
        var failure: StepFailure?
        var isNew = false
        do throws(StepFailure) {
            try await PreconditionCheck(clients: clients, destination: step.destination, contents: nil)
                .insist(on: step.preconditions)
            do throws(StoreError) {
                isNew = try await StoreTopic.create(on: client)
            } catch {
                throw StepFailure(error)
            }
        } catch {
            failure = error
        }
        let outcome: StepOutcome = failure.map { .failed($0.reason) } ?? (isNew ? .done(note: nil) : .alreadyDone)
        await end(step, outcome, since: start, &run)
        if let failure { throw failure }
    }

    // MARK: Steps

    private func perform(_ step: Step, _ plan: Plan, _ session: StoreWriter?, _ run: inout ApplyRun) async {
        if let obstacle = run.obstacle(step) {
            run.ended(step, .skipped(obstacle), tookMs: 0)
            await progress(.ended(step, .skipped(obstacle), tookMs: 0))
            return
        }
        await progress(.started(step))
        let start = ContinuousClock.now
        let trace = StepTrace()
        let outcome: StepOutcome
        do throws(StepFailure) {
            guard let session, let destination = clients[step.destination] else {
                throw StepFailure("cluster \(step.destination) is not declared.")
            }
            if let refusal = Self.refusal(to: step.destination, plan) { throw refusal }
            let progress = progress
            outcome = try await StepRunner(
                step: step, destination: destination,
                source: step.source.flatMap { clients[$0] }.map { SourceView($0) }, session: session, clients: clients,
                options: options, startWorkers: startWorkers, stopWorkers: stopWorkers,
                waiting: { await progress(.waiting(step, $0)) }, trace: trace
            ).run()
        } catch {
            outcome = .failed(error.reason)
            if trace.hasActed { run.failedHalfWay(step) }
            if error.lock != nil { run.close(error) }
        }
        await end(step, outcome, since: start, &run)
        if Task.isCancelled { run.close(StepFailure("the apply was interrupted; apply again to go on")) }
    }

    private func end(
        _ step: Step, _ outcome: StepOutcome, since start: ContinuousClock.Instant, _ run: inout ApplyRun
    ) async {
        let tookMs = start.duration(to: .now) / .milliseconds(1)
        run.ended(step, outcome, tookMs: Int64(tookMs))
        await progress(.ended(step, outcome, tookMs: Int64(tookMs)))
    }
}

/// The sessions of an apply: one per physical cluster, however many names it has in the manifests.
private struct Sessions {
    /// Names of the destinations, one per physical cluster, in the order in which their locks are taken.
    ///
    /// Everybody takes them in the order of the cluster ids, so that two applies never wait for each other in a circle.
    let destinations: [String]
    private let keys: [String: String]
    var open: [String: StoreWriter] = [:]

    init(plan: Plan) {
        var keys: [String: String] = [:]
        for cluster in plan.clusters { keys[cluster.name] = cluster.clusterId ?? cluster.name }
        self.keys = keys
        var byKey: [String: String] = [:]
        for step in plan.steps { byKey[keys[step.destination] ?? step.destination] = step.destination }
        destinations = byKey.sorted { $0.key < $1.key }.map(\.value)
    }

    func key(_ name: String) -> String { keys[name] ?? name }
}

/// What has become of the steps so far.
private struct ApplyRun {
    private var gate: StepGate
    private var outcomes: [Int: (StepOutcome, Int64)] = [:]
    private var halfWay: Set<Int> = []
    private var lockFailure: StoreError?

    init(options: ApplyOptions) {
        gate = StepGate(options: options)
    }

    func outcome(of step: Step) -> StepOutcome? { outcomes[step.number]?.0 }

    func obstacle(_ step: Step) -> String? { gate.obstacle(step) }

    mutating func ended(_ step: Step, _ outcome: StepOutcome, tookMs: Int64) {
        outcomes[step.number] = (outcome, tookMs)
        gate.ended(step, outcome)
    }

    /// A step that failed had changed something before.
    mutating func failedHalfWay(_ step: Step) { halfWay.insert(step.number) }

    /// No further step is tried.
    mutating func close(_ failure: StepFailure) {
        // Who has the lock is told once, not with every step.
        gate.close(failure.lock == nil ? failure.reason : "another apply is at work")
        lockFailure = lockFailure ?? failure.lock
    }

    func result(_ steps: [Step]) -> ApplyResult {
        ApplyResult(
            steps: steps.map { step in
                let (outcome, tookMs) = outcomes[step.number] ?? (.skipped("it was not reached"), 0)
                return AppliedStep(
                    step: step, outcome: outcome, hasFailedHalfWay: halfWay.contains(step.number), tookMs: tookMs)
            },
            lockFailure: lockFailure)
    }
}
