import KafkaClient
import KafkaModel
import LinkStore
import LinkSync

/// What happens to the group offsets of a mirror topic when it ends: a last sync at promotion, a clamp at failover.
///
/// A last sync must not be undone by the link's own worker with the numbers of a moment ago; a commit from outside a
/// group carries nothing that a broker could fence it by. So it begins only when no older pass can be under way:
///
/// - The stop request is a record of `__lockstep`. A pass of the task that has read it leaves the topic alone, and the
///   task's report tells up to where its last pass had read. Passes of one worker follow each other, so once a report
///   has seen the request, every earlier pass of that worker has ended, its answers included.
/// - A worker that lost the task to the one that reported stops before its next request (`TaskPass.isCurrent`), and the
///   group gives the task away only after it has joined again or its session is over. A request that it had sent before
///   was at the coordinator before the other worker's pass had even read there.
/// - Where no worker is left in the group there is no pass either.
///
/// A pass that finds nothing to commit ends the sync, so what slips in all the same is put right. Should a request be
/// on its way for longer than all of this, a group reads some records twice; it never misses one.
struct GroupOffsetEnding: Sendable {
    let runner: StepRunner
    /// The stored link.
    let link: LinkRecord
    /// The mirror topic, with its stop request.
    let record: MirrorRecord
    /// Offset of `__lockstep` behind the stop request.
    let requestEnd: Int64

    /// Longest wait for something new in the store before the group is looked at again.
    private static let lookMs: Int32 = 500
    /// Passes at most: a group that goes on committing at the source would never be level.
    private static let passLimit = 5
    /// How long a pass may fail before the promotion does.
    private static let failurePatience = Duration.seconds(10)

    private var isEnabled: Bool { link.settings.isOffsetSyncEnabled && link.settings.groupFilters != nil }

    // MARK: Promotion

    /// Syncs the groups' offsets of this topic a last time; the mirror must be complete and replicated.
    ///
    /// - Returns: what a person should know.
    func promote(_ deadline: ContinuousClock.Instant) async throws(StepFailure) -> [String] {
        guard isEnabled else { return [] }
        guard let source = runner.source else { throw StepFailure("the source of link \(link.name) is not known.") }
        try await waitForTask(deadline)
        await runner.waiting("a last sync of group offsets")
        var passes = 0
        var failingSince: ContinuousClock.Instant?
        while true {
            // The first one commits everything, so that from now on nothing expires sooner than it has to.
            let outcome = await source.offsetPass(
                to: runner.destination, link: link, mirror: record, isRefreshing: passes == 0
            ).run()
            if let failure = Self.shortfall(outcome) {
                let since = failingSince ?? .now
                failingSince = since
                guard since.duration(to: .now) < Self.failurePatience, ContinuousClock.now < deadline, !Task.isCancelled
                else { throw failed(failure) }
                await runner.destination.pause(.milliseconds(500))
                continue
            }
            failingSince = nil
            passes += 1
            if outcome.committed == 0 || passes == Self.passLimit { return notes(outcome) }
        }
    }

    /// Waits until the link's task has read the stop request, or no worker is left.
    private func waitForTask(_ deadline: ContinuousClock.Instant) async throws(StepFailure) {
        var emptySince: ContinuousClock.Instant?
        while true {
            let report = try await follow().tasks[link.name]?[.consumerOffsetSync]
            if let report, report.seenOffset >= requestEnd { return }
            let now = ContinuousClock.now
            emptySince = await runner.isWorkerGroupEmpty ? emptySince ?? now : nil
            if let emptySince, now - emptySince >= .milliseconds(runner.options.emptyGroupMs) { return }
            guard now < deadline, !Task.isCancelled else {
                throw StepFailure(
                    "the worker that syncs group offsets (\(report?.worker ?? "none has reported")) has not let go of "
                        + "\(record.topic). It stays PENDING_STOPPED; look at that worker's log, then apply again.")
            }
            await runner.waiting("the worker that syncs group offsets")
        }
    }

    private func follow() async throws(StepFailure) -> StoreContents {
        do throws(StoreError) {
            return try await runner.session.follow(maximumWaitMs: Self.lookMs)
        } catch {
            throw StepFailure(error)
        }
    }

    /// What keeps a pass from having brought everything over; nil when nothing does.
    private static func shortfall(_ outcome: GroupOffsetOutcome) -> String? {
        if let problem = outcome.failure ?? outcome.obstacles.first { return problem.inWords }
        if outcome.waiting > 0 {
            return "\(counted(outcome.waiting, "offset")) point at records that the mirror has not got."
        }
        // A group that comes back to life on the destination is told of, and its offsets are its own.
        let untaken = outcome.uncommitted - outcome.uncommittedInUse
        return untaken > 0 ? "\(counted(untaken, "offset")) were not taken by the destination." : nil
    }

    private func failed(_ reason: String) -> StepFailure {
        StepFailure(
            "the group offsets of \(record.topic) could not be synced a last time: \(reason) It stays PENDING_STOPPED; "
                + "repair that and apply again, exclude the group from the filters, or declare state: FAILED_OVER.")
    }

    private func notes(_ outcome: GroupOffsetOutcome) -> [String] {
        var notes: [String] = []
        if !outcome.groups.isEmpty {
            notes.append("\(counted(outcome.inPlace, "offset")) of \(counted(outcome.groups.count, "group")) in place")
        }
        if outcome.lowered > 0 {
            notes.append("\(counted(outcome.lowered, "offset")) lowered to the end of the mirror")
        }
        if !outcome.inUseOnSource.isEmpty {
            notes.append("still active on the source: \(listed(outcome.inUseOnSource.sorted(), limit: 5))")
        }
        return notes + Self.words(outcome.problems)
    }

    // MARK: Failover

    /// Lowers offsets of the groups that lie behind the mirror's end; what fails does not hold the failover up.
    ///
    /// - Parameter ends: end offset of each partition.
    /// - Returns: what a person should know.
    func failOver(_ ends: [Int64]) async -> [String] {
        guard isEnabled else { return [] }
        let outcome = await GroupOffsetClamp(
            destination: runner.destination, link: link, topic: record.topic, ends: ends
        ).run()
        let lowered = outcome.lowered
        return (lowered > 0 ? ["\(counted(lowered, "offset")) of groups lowered to the end of the mirror"] : [])
            + Self.words(outcome.problems)
    }

    // MARK: Words

    private static func words(_ problems: [TaskProblem]) -> [String] {
        problems.prefix(5).map(\.inWords) + (problems.count > 5 ? ["\(problems.count - 5) more like these"] : [])
    }
}
