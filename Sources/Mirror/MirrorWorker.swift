import Bytes
import EventLoop
import KafkaClient
import KafkaModel
import KafkaProtocol
import LinkStore
import LinkSync

/// One worker of a link: joins the link's group, follows the `__lockstep` topic, mirrors its share, reports.
///
/// Its lease is the group membership; correctness never rests on the lease alone (design: mirroring.md §3 and §9).
/// Everything it needs to know after a restart is on the clusters: there is nothing to save.
package actor MirrorWorker {
    /// The loop that this worker lives on.
    package nonisolated let loop: EventLoop
    /// Who it is and what it works for.
    package nonisolated let options: WorkerOptions

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    nonisolated let source: ClusterClient
    nonisolated let destination: ClusterClient
    nonisolated let log: @Sendable (String) -> Void
    nonisolated let membership: GroupMembership
    /// Name of this worker in the shares: stable over restarts when it has an instance id.
    nonisolated let name: String

    private var engine: MirrorEngine?
    /// Id of the link that the engine copies for.
    private var linkId: String?
    private var isLinkDeleted = false
    private var contents: StoreContents?
    private var shares: PartitionShares?
    private var partitionCounts: [String: Int] = [:]
    private var reportLog: ReportLog
    private var loggedStates: [TopicPartition: String] = [:]
    private let reportWriter: ReportWriter
    private let tasks: TaskRunner
    private let stopSignal = Signal()
    private let lookSignal = Signal()
    private let engineSignal = Signal()
    /// What was logged of each concern and still lasts.
    private var told: [String: LastingProblems] = [:]

    /// A worker; nothing is connected before `run`.
    ///
    /// - Parameters:
    ///   - source: client of the source cluster; only read from.
    ///   - destination: client of the destination cluster.
    ///   - tasks: the link's periodic jobs; this worker runs its share of them.
    ///   - log: takes a line for people; never a secret.
    package init(
        source: ClusterClient, destination: ClusterClient, options: WorkerOptions, tasks: [any LinkTask] = [],
        loop: EventLoop, log: @escaping @Sendable (String) -> Void
    ) {
        self.source = source
        self.destination = destination
        self.options = options
        self.loop = loop
        self.log = log
        name = options.instanceId ?? "\(options.describedAs)/\(UInt64.random(in: 0 ... .max))"
        reportWriter = ReportWriter(destination)
        self.tasks = TaskRunner(tasks, link: options.link, worker: name, writer: reportWriter, loop: loop, log: log)
        reportLog = ReportLog(maximumAgeMs: options.mirror.reportAgeMs)
        membership = GroupMembership(
            GroupSettings(
                groupId: WorkerGroup.id(link: options.link), protocolType: WorkerGroup.protocolType,
                protocolName: "shares", metadata: Array(name.utf8),
                instanceId: options.instanceId, sessionTimeoutMs: options.mirror.sessionTimeoutMs,
                rebalanceTimeoutMs: options.mirror.produceTimeoutMs + 10_000),
            client: destination)
    }

    /// Mirrors until `stop` is called, the link is deleted, or another worker takes this one's name.
    ///
    /// - Throws: `WorkerError` when going on makes no sense; whatever may pass is waited for and logged.
    package func run() async throws(WorkerError) {
        let failure = await withTaskGroup(of: WorkerError?.self) { group in
            group.addTask { await self.followStore() }
            group.addTask { await self.keepMembership() }
            group.addTask { await self.watchTopics() }
            group.addTask { await self.writeReports() }
            group.addTask { await self.checkIdlePartitions() }
            if tasks.hasTasks { group.addTask { await self.runTasks() } }
            group.addTask { await self.waitForStop() }
            // The first task to end ends the worker: all others run for ever.
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        await engine?.close()
        await (isLinkDeleted ? sweepReports() : writeDueReports())
        do throws(ClientError) {
            try await membership.leave()
        } catch {
            log("leaving the group failed: \(error)")
        }
        if let failure { throw failure }
    }

    /// Ends `run` soon: what is on its way is awaited, the group is left at once.
    package func stop() {
        stopSignal.raise()
    }

    private func waitForStop() async -> WorkerError? {
        await wait(on: stopSignal)
        return nil
    }

    private func runTasks() async -> WorkerError? {
        await tasks.run()
        return nil
    }

    // MARK: State topic

    private func followStore() async -> WorkerError? {
        let follower = StoreFollower(destination)
        var isAwaited = false
        while !Task.isCancelled {
            do throws(StoreError) {
                let next = try await follower.next(maximumWaitMs: 5_000)
                tell("state topic", [])
                guard let update = next else { continue }
                let key = StoreKey.link(options.link)
                if engine != nil, update.removals.contains(key), update.contents.links[options.link] == nil {
                    log("link \(options.link) was deleted; this worker ends")
                    isLinkDeleted = true
                    return nil
                }
                let changes = update.changes.filter { $0.concerns(options.link) }
                if !changes.isEmpty || contents == nil { await take(update.contents, changes) }
                if engine == nil && !isAwaited {
                    isAwaited = true
                    log("link \(options.link) is not applied yet; waiting for it")
                }
            } catch {
                tell("state topic", [error.description])
                await loop.pause(.seconds(1))
            }
        }
        return nil
    }

    private func take(_ contents: StoreContents, _ changes: Set<StoreKey>) async {
        let before = self.contents?.links[options.link]?.settings.metadataMaxAgeMs
        let isUrgent = changes.contains { !isAboutCreation($0, self.contents, contents) }
        self.contents = contents
        guard let link = contents.links[options.link] else { return }
        // A shorter time between looks counts at once, not after the longer one.
        if before != link.settings.metadataMaxAgeMs { lookSignal.raise() }
        await prepareEngine(for: link)
        // A promotion ends only with all partitions that the source has now.
        if mirrors.contains(where: { partitionCounts[$0.topic] == nil || $0.state == .pendingStopped }) {
            lookSignal.raise()
        }
        await tasks.update(contents, isUrgent: isUrgent)
        await updateTargets()
    }

    /// Whether a change is only about a mirror that is being made: a creation that fails again and again must not wake
    /// the task that tries it.
    private func isAboutCreation(_ key: StoreKey, _ before: StoreContents?, _ after: StoreContents) -> Bool {
        guard case .mirror(let link, let topic) = key else { return false }
        let place = StoreContents.MirrorKey(link: link, topic: topic)
        return [before?.mirrors[place]?.state, after.mirrors[place]?.state].allSatisfy {
            $0 == nil || $0 == .pendingMirror
        }
    }

    /// An engine for this link with its settings; a link that was deleted and made anew gets another one.
    private func prepareEngine(for link: LinkRecord) async {
        let mirrorOptions = options.mirror.following(link.settings)
        if let engine, linkId == link.linkId {
            await engine.configure(mirrorOptions)
        } else {
            await engine?.close()
            linkId = link.linkId
            let engine = MirrorEngine(
                source: source, destination: destination, producer: ProducerIds(linkId: link.linkId),
                options: mirrorOptions, loop: loop)
            await engine.takeOver()
            self.engine = engine
            engineSignal.raise()
        }
        if shares != nil { await extendLease() }
    }

    /// The last act of a worker whose link was deleted: what it had reported meanwhile goes as well.
    private func sweepReports() async {
        do throws(StoreError) {
            guard let contents = try await StoreReader.read(destination), contents.links[options.link] == nil else {
                return
            }
            try await reportWriter.removeReports(of: options.link, in: contents)
        } catch {
            log("reports on the deleted link are left in the state topic: \(error)")
        }
    }

    /// Mirror topics of this link that may be mirrored, paused or are to be ended.
    private var mirrors: [MirrorRecord] {
        guard let contents else { return [] }
        return contents.mirrors(of: options.link).values.filter { $0.state != .stopped && $0.state != .pendingMirror }
    }

    private func updateTargets() async {
        guard let engine, let link = contents?.links[options.link], let shares else { return }
        await engine.setTargets(
            TargetList.make(
                link: link, mirrors: mirrors, partitionCounts: partitionCounts, shares: shares, worker: name))
    }

    // MARK: Group

    private func keepMembership() async -> WorkerError? {
        // Without a link there is nothing to share.
        while engine == nil && !Task.isCancelled { await wait(on: engineSignal) }
        while !Task.isCancelled {
            do throws(ClientError) {
                let (_, assignment) = try await membership.establish { members in
                    let names = members.map { String(decoding: $0.metadata, as: UTF8.self) }
                    let assignment = PartitionShares(workers: names).assignment
                    return Dictionary(members.map { ($0.memberId, assignment) }) { first, _ in first }
                }
                await begin(PartitionShares(assignment: assignment.array))
                if let failure = await beat() { return failure }
            } catch {
                if error.errorCode == .fencedInstanceId { return .fenced(instanceId: name) }
                if error.keepsOutForGood { return .group(error) }
                tell("workers' group", [error.description])
                await loop.pause(.seconds(1))
            }
            shares = nil
            await tasks.update(nil as PartitionShares?)
            await engine?.quiesce()
        }
        return nil
    }

    private func begin(_ assigned: PartitionShares?) async {
        tell(
            "workers' group",
            assigned == nil
                ? ["the assignment is not of this version's form; nothing is copied. Run one version on all workers."]
                : [])
        let shares = assigned ?? PartitionShares(workers: [])
        self.shares = shares
        await engine?.takeOver()
        await extendLease()
        await tasks.update(shares)
        await updateTargets()
        log("link \(options.link): \(shares.workers.count) worker(s), this is \(name)")
    }

    /// Keeps the lease alive until the group changes or the membership is lost.
    private func beat() async -> WorkerError? {
        let pause = Duration.milliseconds(Int64(options.mirror.sessionTimeoutMs) / 10)
        while !Task.isCancelled {
            await loop.pause(pause)
            if Task.isCancelled { return nil }
            do throws(ClientError) {
                switch try await membership.heartbeat() {
                case .ok:
                    await extendLease()
                    tell("heartbeat", [])
                case .rebalance, .unknownMember: return nil
                case .fenced: return .fenced(instanceId: name)
                }
            } catch {
                // The lease runs out by itself; until then the next heartbeat may succeed.
                tell("heartbeat", [error.description])
                await engine?.leaseNotExtended(error.description)
            }
        }
        return nil
    }

    private func extendLease() async {
        guard let confirmed = await membership.leaseConfirmedAt else { return }
        let end = confirmed + .milliseconds(Int64(options.mirror.sessionTimeoutMs) / 2)
        await engine?.extendLease(until: end)
        await tasks.extendLease(until: end)
    }

    // MARK: Topics

    /// Looks at the topics' partitions when a new mirror topic appears, and at every interval.
    private func watchTopics() async -> WorkerError? {
        while !Task.isCancelled {
            let outcome = await PartitionGrowth(source: source, destination: destination).look(at: mirrors)
            partitionCounts.merge(outcome.counts) { _, new in new }
            tell("topics", outcome.problems)
            await updateTargets()
            let isComplete = mirrors.allSatisfy { partitionCounts[$0.topic] != nil }
            let maximumAgeMs = contents?.links[options.link]?.settings.metadataMaxAgeMs ?? 1_000
            let pauseMs = isComplete && outcome.problems.isEmpty ? maximumAgeMs : 1_000
            let timer = loop.schedule(after: .milliseconds(pauseMs)) { [weak self] in
                self?.assumeIsolated { $0.lookSignal.raise() }
            }
            await wait(on: lookSignal)
            loop.cancel(timer)
        }
        return nil
    }

    // MARK: Reports

    private func writeReports() async -> WorkerError? {
        while !Task.isCancelled {
            await loop.pause(.milliseconds(options.mirror.reportMs))
            await writeDueReports()
        }
        return nil
    }

    private func writeDueReports() async {
        guard let engine else { return }
        let now = WallClock.nowMs
        let due = reportLog.due(await engine.reports(), atMs: now)
        guard !due.isEmpty else { return }
        let records = due.map { partition, report in
            WorkerReport(
                link: options.link, topic: partition.topic, worker: name, partition: report, atMs: now)
        }
        logStates(due)
        do throws(StoreError) {
            try await reportWriter.write(records)
            tell("reports", [])
        } catch {
            reportLog.forget(due.keys)
            tell("reports", [error.description])
        }
    }

    /// Logs what has changed: one line for all partitions that are in the same state for the same reason.
    private func logStates(_ reports: [TopicPartition: PartitionReport]) {
        var changed: [String: [TopicPartition]] = [:]
        for (partition, report) in reports {
            let words = report.state.rawValue + (report.reason.map { ": \($0)" } ?? "")
            if loggedStates.updateValue(words, forKey: partition) != words {
                changed[words, default: []].append(partition)
            }
        }
        for (words, partitions) in changed.sorted(by: { $0.key < $1.key }) {
            log("\(listed(partitions.sorted().map(\.description), limit: 3)): \(words)")
        }
    }

    private func checkIdlePartitions() async -> WorkerError? {
        while !Task.isCancelled {
            await loop.pause(.milliseconds(options.mirror.idleCheckMs))
            await engine?.checkIdlePartitions()
        }
        return nil
    }

    // MARK: Details

    /// Logs the problems of one concern once while they last.
    private func tell(_ concern: String, _ problems: [String]) {
        // A request that our own end cut off is no problem.
        guard !Task.isCancelled else { return }
        for problem in told[concern, default: LastingProblems()].news(problems) { log("\(concern): \(problem)") }
    }

    private func wait(on signal: Signal) async {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { signal.wait($0) }
        } onCancel: {
            loop.submit { self.assumeIsolated { worker in worker.raiseAll() } }
        }
    }

    private func raiseAll() {
        for signal in [stopSignal, lookSignal, engineSignal] { signal.raise() }
    }
}

extension ClientError {
    /// Whether this worker, as it was started, can never join its group: it is not of the group's kind, or the cluster
    /// is another one.
    ///
    /// Everything else may be mended while it waits, such as a right that somebody took.
    fileprivate var keepsOutForGood: Bool {
        switch code {
        case .refused(.inconsistentGroupProtocol, _, _, _), .refused(.invalidSessionTimeout, _, _, _), .wrongCluster:
            true
        default: false
        }
    }
}
