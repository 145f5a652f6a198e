import EventLoop
import KafkaModel
import LinkStore
import LinkSync

/// Runs those of a link's tasks that are this worker's, each at its interval and at once when its link has changed.
///
/// Which worker runs a task follows from the shares, as with partitions. A worker that has lost the group begins no
/// further write.
actor TaskRunner {
    private nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let link: String
    private let worker: String
    private let writer: ReportWriter
    private let log: @Sendable (String) -> Void
    private let slots: [Slot]
    private var contents: StoreContents?
    private var shares: PartitionShares?
    private var leaseEnd: ContinuousClock.Instant?

    /// One task with what is known of it.
    private final class Slot {
        let task: any LinkTask
        let wake = Signal()
        var lastSuccessMs: Int64?
        var written: TaskReport?
        var told = LastingProblems()

        init(_ task: any LinkTask) { self.task = task }
    }

    /// Shortest time between the starts of two passes: an apply of many topics changes the link often.
    private static let rest = Duration.milliseconds(250)
    /// Longest time between two tries while a task fails, in milliseconds.
    private static let retryMs: Int64 = 5_000
    /// An unchanged outcome is reported again after this time, in milliseconds.
    private static let reportAgeMs: Int64 = 5_000
    /// Problems that a report names; the rest is counted.
    private static let problemLimit = 50

    init(
        _ tasks: [any LinkTask], link: String, worker: String, writer: ReportWriter, loop: EventLoop,
        log: @escaping @Sendable (String) -> Void
    ) {
        slots = tasks.map(Slot.init)
        hasTasks = !tasks.isEmpty
        self.link = link
        self.worker = worker
        self.writer = writer
        self.loop = loop
        self.log = log
    }

    /// What is stored has changed in a way that concerns the link.
    ///
    /// - Parameter isUrgent: whether tasks run at once; otherwise the next pass begins with it.
    func update(_ contents: StoreContents, isUrgent: Bool = true) {
        self.contents = contents
        if isUrgent { wakeAll() }
    }

    /// The group has changed; nil while this worker is no member.
    func update(_ shares: PartitionShares?) {
        self.shares = shares
        wakeAll()
    }

    /// This worker is a member until then, if it hears nothing else.
    func extendLease(until end: ContinuousClock.Instant) {
        // What was due while the lease was over was left out, and nothing else would wake it.
        let wasOver = leaseEnd.map { $0 <= ContinuousClock.now } ?? true
        leaseEnd = end
        if wasOver { wakeAll() }
    }

    /// Whether there is anything to run.
    nonisolated let hasTasks: Bool

    /// Runs until the task is cancelled; ends at once when there is nothing to run.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            for number in slots.indices { group.addTask { await self.run(number) } }
        }
    }

    private func run(_ number: Int) async {
        let slot = slots[number]
        while !Task.isCancelled {
            let start = ContinuousClock.now
            var pauseMs: Int64?
            if let (pass, intervalMs) = next(slot) {
                let outcome = await slot.task.run(pass)
                guard !Task.isCancelled else { return }
                let isTold = await report(outcome, of: pass, slot)
                pauseMs = outcome.isInError || !isTold ? min(intervalMs, Self.retryMs) : intervalMs
            } else if let report = standstill(slot), await !write(report, slot) {
                pauseMs = Self.retryMs
            }
            await sleep(number, until: pauseMs.map { start + .milliseconds($0) })
            let rest = ContinuousClock.now.duration(to: start + Self.rest)
            if rest > .zero { await loop.pause(rest) }
        }
    }

    /// What to run now and how often; nil when the task is off, or another worker's.
    private func next(_ slot: Slot) -> (TaskPass, intervalMs: Int64)? {
        guard let contents, let record = contents.links[link], record.state == .active, isOwner(slot.task.name),
            let intervalMs = slot.task.intervalMs(record.settings)
        else { return nil }
        let name = slot.task.name
        return (TaskPass(link: record, contents: contents) { await self.isOwner(name) }, intervalMs)
    }

    /// A topic cannot have such a name, so tasks never share a place with partitions.
    private func isOwner(_ name: LinkTaskName) -> Bool {
        guard shares?.owner(of: 0, topic: "task/\(name.rawValue)") == worker, let leaseEnd else { return false }
        return ContinuousClock.now < leaseEnd
    }

    // MARK: Reports

    /// What to report of a task that stands still with its link; nil when that is told, or is no business of ours.
    ///
    /// An apply that ends a mirror topic waits until the task has heard of it, paused or not.
    private func standstill(_ slot: Slot) -> TaskReport? {
        guard let contents, let record = contents.links[link], record.state == .paused, isOwner(slot.task.name),
            slot.task.intervalMs(record.settings) != nil, slot.written?.seenOffset != contents.endOffset
        else { return nil }
        return TaskReport(
            link: link, task: slot.task.name, worker: worker, summary: "the link is paused",
            lastSuccessMs: slot.lastSuccessMs, seenOffset: contents.endOffset, atMs: WallClock.nowMs)
    }

    /// Reports what a pass came to; false when that could not be written, so that the next pass must not be far.
    private func report(_ outcome: TaskOutcome, of pass: TaskPass, _ slot: Slot) async -> Bool {
        let now = WallClock.nowMs
        // Before its own first success, what the task's last worker had.
        let before = slot.lastSuccessMs ?? pass.contents.tasks[link]?[slot.task.name]?.lastSuccessMs
        slot.lastSuccessMs = outcome.isInError ? before : now
        let problems = slot.told.news(outcome.problems.map(\.inWords))
        for problem in problems { log("\(slot.task.name.rawValue): \(problem)") }
        let report = TaskReport(
            link: link, task: slot.task.name, worker: worker, summary: outcome.summary,
            problems: Self.limited(outcome.problems), lastSuccessMs: slot.lastSuccessMs,
            seenOffset: pass.contents.endOffset, atMs: now)
        // A summary alone may wait; a problem, and what an apply waits for, may not.
        if let written = slot.written, now - written.atMs < Self.reportAgeMs, written.problems == report.problems,
            written.seenOffset == report.seenOffset
        {
            return true
        }
        return await write(report, slot)
    }

    /// Writes a report; whether it is written.
    private func write(_ report: TaskReport, _ slot: Slot) async -> Bool {
        do throws(StoreError) {
            try await writer.write(report)
            slot.written = report
        } catch {
            slot.written = nil
        }
        return slot.written != nil
    }

    private static func limited(_ problems: [TaskProblem]) -> [TaskProblem] {
        guard problems.count > problemLimit else { return problems }
        let errorsFirst = problems.filter { $0.kind == .error } + problems.filter { $0.kind != .error }
        let left = problems.count - problemLimit
        return errorsFirst.prefix(problemLimit)
            + [TaskProblem(.skipped, code: "SUPPRESSED_ERRORS", "\(left) more; the worker's log has all")]
    }

    // MARK: Waiting

    private func wakeAll() {
        for slot in slots { slot.wake.raise() }
    }

    private func sleep(_ number: Int, until end: ContinuousClock.Instant?) async {
        let timer = end.map { end in
            loop.schedule(after: max(ContinuousClock.now.duration(to: end), .zero)) { [weak self] in
                self?.assumeIsolated { $0.slots[number].wake.raise() }
            }
        }
        await withTaskCancellationHandler {
            await withUnsafeContinuation { slots[number].wake.wait($0) }
        } onCancel: {
            loop.submit { self.assumeIsolated { $0.slots[number].wake.raise() } }
        }
        if let timer { loop.cancel(timer) }
    }
}
