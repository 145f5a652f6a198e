import KafkaClient
import KafkaModel
import LinkStore
import Planner

/// Ends a mirror topic: asks for the stop, waits for the workers, verifies, gives the topic its settings back.
///
/// The workers do the stopping; only when no worker lives does the apply decide by itself from the ends of the logs.
/// The request stays in the record, so an apply that was cut off, or gave up waiting, is continued by the next.
struct MirrorEnding: Sendable {
    let runner: StepRunner
    let topic: String
    let mode: MirrorRecord.StopMode
    /// Largest number of records that a partition may lack.
    let maximumLag: Int64
    let timeoutMs: Int64

    /// Longest wait for something new in the store before everything is looked at again.
    private static let lookMs: Int32 = 500
    /// How often people hear of the waiting, and the group and the logs' ends are looked at.
    private static let tellEvery = Duration.seconds(1)
    /// How long a failed partition may take to recover by itself, such as from a broker that starts again.
    private static let failurePatience = Duration.seconds(10)

    var destination: ClusterClient { runner.destination }

    /// Ends the topic, or goes on with the request that `requestId` names.
    func run(continuing requestId: String?, _ contents: StoreContents) async throws(StepFailure) -> StepOutcome {
        let deadline = ContinuousClock.now + .milliseconds(timeoutMs)
        guard let found = try runner.record(of: topic, contents) else {
            throw StepFailure("mirror topic \(topic) is gone. Plan again.")
        }
        if found.state == .stopped, found.stop?.mode == mode { return .alreadyDone }
        try await runner.insist(contents)
        let (record, requestEnd) = try await request(found, continuing: requestId)
        guard let stop = record.stop else { throw StepFailure("mirror topic \(topic) has no stop request.") }
        var partitions = try await partitionCount(record)
        var notes: [String]
        var ends: [Int64]
        while true {
            notes = try await waitForStop(of: partitions, record, stop, deadline)
            ends = try await waitForReplication(of: partitions, deadline, &notes)
            if let link = contents.links[record.link] {
                let ending = GroupOffsetEnding(runner: runner, link: link, record: record, requestEnd: requestEnd)
                notes += mode == .promote ? try await ending.promote(deadline) : await ending.failOver(ends)
            }
            // Whoever added partitions meanwhile, this apply, a worker or an earlier look: they have to stop, too.
            let present = max(try await growToSource(record), try await partitionCount(record))
            guard present > partitions else { break }
            partitions = present
            // Workers look at the topic again, and the request stands for the new partitions too.
            try await runner.commit(.putMirror(record))
        }
        notes += try await restoreConfigs(record)
        var stopped = record
        stopped.state = .stopped
        stopped.stoppedOffsets = ends
        stopped.sinceMs = WallClock.nowMs
        try await runner.commit(.putMirror(stopped))
        return .done(note: notes.isEmpty ? nil : notes.joined(separator: "; "))
    }

    /// The record with a stop request in it, the one to go on with or a new one, and where it ends in the store.
    ///
    /// A request that is gone on with is written again: workers hear of it, and this session knows where it stands.
    private func request(
        _ found: MirrorRecord, continuing requestId: String?
    ) async throws(StepFailure) -> (MirrorRecord, end: Int64) {
        if let requestId {
            guard found.state == .pendingStopped, found.stop?.requestId == requestId else {
                throw StepFailure("mirror topic \(topic) has another stop request by now. Plan again.")
            }
            return (found, try await runner.commit(.putMirror(found)))
        }
        var record = found
        record.state = .pendingStopped
        record.stop = MirrorRecord.Stop(
            mode: mode, requestId: RandomID.make(), maximumLag: maximumLag, requestedAtMs: WallClock.nowMs)
        record.sinceMs = WallClock.nowMs
        return (record, try await runner.commit(.putMirror(record)))
    }

    // MARK: Waiting for the workers

    /// Waits until every partition has stopped, or until no worker lives and the topic may be ended without.
    ///
    /// - Returns: what a person should know.
    private func waitForStop(
        of partitions: Int, _ record: MirrorRecord, _ stop: MirrorRecord.Stop,
        _ deadline: ContinuousClock.Instant
    ) async throws(StepFailure) -> [String] {
        let key = StoreContents.MirrorKey(link: try runner.link, topic: topic)
        var silence = WorkerSilence()
        var lastTold: ContinuousClock.Instant?
        var failingSince: ContinuousClock.Instant?
        while true {
            let contents = try await follow()
            let reports = contents.reports[key] ?? [:]
            let progress = StopProgress(reports: reports, partitions: partitions, stop: stop)
            if progress.isComplete { return await notes(after: progress, record) }
            let now = ContinuousClock.now
            failingSince = progress.failures.isEmpty ? nil : failingSince ?? now
            if mode == .promote, let failure = progress.failures.first, let failingSince,
                now - failingSince >= Self.failurePatience
            {
                throw StepFailure(
                    "it cannot be promoted, \(failure) Repair that and apply again, or declare state: FAILED_OVER "
                        + "to stop it as it is.")
            }
            if lastTold.map({ now - $0 >= Self.tellEvery }) ?? true {
                lastTold = now
                silence.note(
                    isEmpty: await runner.isWorkerGroupEmpty, reportMs: reports.values.map(\.atMs).max(), at: now,
                    wallMs: WallClock.nowMs)
                let lag = mode == .promote ? await lag(record) : nil
                if try await mayEndUnattended(record, lag, silence, deadline) {
                    return ["no worker was running"] + (mode == .failover ? missing(progress) : [])
                }
                await runner.waiting(words(progress, lag, silence))
            }
            guard now < deadline, !Task.isCancelled else { throw await timedOut(progress, record, silence) }
        }
    }

    private func follow() async throws(StepFailure) -> StoreContents {
        do throws(StoreError) {
            return try await runner.session.follow(maximumWaitMs: Self.lookMs)
        } catch {
            throw StepFailure(error)
        }
    }

    /// How many partitions the mirror has, as long as it is the topic of the record.
    private func partitionCount(_ record: MirrorRecord) async throws(StepFailure) -> Int {
        switch try await runner.presence(of: topic) {
        case .present(let found) where record.isMirror(topicId: found.topicId): return found.partitionCount
        case .present(let found):
            throw StepFailure(
                "topic \(topic) on \(destination.name) was recreated by somebody: its id is "
                    + "\(found.topicId ?? "unknown"), the mirror's was \(record.topicId ?? "unknown"). It was left "
                    + "untouched. Plan again.")
        case .absent: throw StepFailure("topic \(topic) on \(destination.name) is gone. Plan again.")
        case .unreadable(let reason): throw PreconditionCheck.unreadable(destination.name, topic, reason)
        }
    }

    /// Gives the mirror the partitions that its source got while the promotion waited.
    ///
    /// - Returns: how many partitions of the source there are to mirror; 0 when the source does not count any more.
    private func growToSource(_ record: MirrorRecord) async throws(StepFailure) -> Int {
        guard mode == .promote, let source = runner.source else { return 0 }
        let wanted: Int
        let presence = try await StepFailure.of { () async throws(ClientError) in
            try await source.topic(record.sourceTopic)
        }
        switch presence {
        // A topic that is gone, or made anew, has nothing more for this mirror.
        case .absent: return 0
        case .present(let found): wanted = record.isSource(topicId: found.topicId) ? found.partitionCount : 0
        case .unreadable(let reason): throw PreconditionCheck.unreadable(source.name, record.sourceTopic, reason)
        }
        let count = try await partitionCount(record)
        guard wanted > count else { return wanted }
        await runner.waiting("\(counted(wanted - count, "partition")) that the source got meanwhile")
        try await runner.grow(topic, to: wanted)
        return wanted
    }

    // MARK: Verifying

    /// Waits until all that was copied is replicated: the high watermark has reached the log's end everywhere.
    ///
    /// - Parameter partitions: how many the topic has at least, also where a broker has not heard of them yet.
    func waitForReplication(
        of partitions: Int, _ deadline: ContinuousClock.Instant, _ notes: inout [String]
    ) async throws(StepFailure) -> [Int64] {
        // A failover does not wait for replicas that may never come back; a promotion does.
        let limit = mode == .promote ? deadline : min(deadline, .now + .seconds(10))
        while true {
            let (ends, marks) = try await StepFailure.of { () async throws(ClientError) in
                let ends = try await destination.ends(topic, .trueEnd)
                return (ends, try await destination.ends(topic, .latest(.readUncommitted)))
            }
            let behind = zip(ends, marks).reduce(0) { $0 + max($1.0 - $1.1, 0) }
            if behind == 0, ends.count >= partitions { return ends }
            guard ContinuousClock.now < limit, !Task.isCancelled else {
                if mode == .failover {
                    notes.append("\(counted(behind, "record")) not on all in-sync replicas yet")
                    return ends
                }
                throw StepFailure(
                    "\(counted(behind, "record")) of \(topic) are not on all in-sync replicas of \(destination.name). "
                        + "It stays PENDING_STOPPED; apply again once the brokers are well.")
            }
            await runner.waiting("\(counted(behind, "record")) to be replicated")
            await destination.pause(.milliseconds(200))
        }
    }
}

// MARK: Words
extension MirrorEnding {
    private func words(_ progress: StopProgress, _ lag: Lag?, _ silence: WorkerSilence?) -> String {
        var words = mode == .promote ? "lag \(lag.map { "\($0.total)" } ?? "unknown"), " : ""
        words += "\(progress.stopped) of \(counted(progress.partitions, "partition")) stopped"
        guard let silence, silence.emptySince != nil else { return words }
        words += ", no worker is running"
        let rest = rest(silence, lag)
        guard rest > .zero else { return words }
        let seconds = rest.components.seconds + 1
        return words + "; what one has sent may still arrive for \(DurationText.of(seconds * 1_000))"
    }

    /// After the workers have stopped: what the source got since, or what it may have that was not copied.
    private func notes(after progress: StopProgress, _ record: MirrorRecord) async -> [String] {
        if mode == .failover { return missing(progress) }
        guard let lag = await lag(record), lag.largest > maximumLag else { return [] }
        return ["\(counted(lag.total, "record")) came to the source after it had stopped"]
    }

    /// What may be missing after a failover, as the workers last saw it; the source is not asked, it may be down.
    private func missing(_ progress: StopProgress) -> [String] {
        guard let lag = progress.reportedLag, let seenMs = progress.lastSeenMs else {
            return ["how much was not copied is unknown"]
        }
        let ageMs = max(WallClock.nowMs - seenMs, 0)
        let unitMs: Int64 = ageMs < 120_000 ? 1_000 : 60_000
        let age = ageMs < 10_000 ? "" : " \(DurationText.of(ageMs / unitMs * unitMs)) ago"
        if lag > 0 { return ["\(counted(lag, "record")) were not copied, as last seen\(age)"] }
        return age.isEmpty
            ? [] : ["nothing was missing when the source was last seen\(age); what came since is unknown"]
    }

    private func timedOut(
        _ progress: StopProgress, _ record: MirrorRecord, _ silence: WorkerSilence
    ) async -> StepFailure {
        let lag = mode == .promote ? await lag(record) : nil
        let begin =
            Task.isCancelled ? "it was interrupted" : "it did not stop within \(DurationText.of(timeoutMs))"
        let advice =
            mode == .promote
            ? "apply again to go on waiting, or declare state: FAILED_OVER to stop it as it is"
            : "apply again to go on"
        let workers = silence.emptySince != nil ? " No worker is running: start one." : ""
        return StepFailure(
            "\(begin): \(words(progress, lag, nil)).\(workers) It stays PENDING_STOPPED; \(advice).")
    }
}
