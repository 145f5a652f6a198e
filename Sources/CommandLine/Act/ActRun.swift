import Applier
import KafkaModel
import LinkStore
import Manifest
import PlanReport
import Planner
import Reconciler

/// One of the commands that act on mirror topics now: shows the lag, plans with the topics' states overridden, applies
/// that, and prints what to commit.
struct ActRun: Sendable {
    let deed: MirrorDeed
    let session: PlanSession
    let link: LinkSpec
    /// Names of mirror topics; nil for all of the link.
    let names: [String]?
    /// How long a promotion waits, in milliseconds; nil for what the link says.
    let timeoutMs: Int64?
    let options: ApplyOptions
    let terminal: Terminal

    /// Does it; `confirm` is asked before something that cannot be undone.
    func perform(
        confirm: (StepCounts) throws(CommandFailure) -> Void,
        interruptible: (@escaping @Sendable () async -> ApplyResult) async -> ApplyResult
    ) async throws(CommandFailure) -> ExitStatus {
        let before = try await status()
        var choice = MirrorChoice(deed, names: names, of: before)
        show(before, choice)
        var result: ApplyResult?
        var succeeded = choice.settled.map(\.topic)
        if !choice.acting.isEmpty {
            let plan = try await plan(choice.acting, before)
            choice.refused += plan.blocked.map { change in
                MirrorChoice.Outcome(
                    topic: change.object.name, sentence: "\(change.object): \(change.reason); \(change.remedy)")
            }
            if plan.needsIrreversible { try confirm(plan.counts) }
            if plan.hasChanges {
                let done = await interruptible { await apply(plan) }
                result = done
                succeeded += finished(choice.acting, plan, done)
            } else {
                succeeded += finished(choice.acting, plan, nil)
            }
        }
        for outcome in choice.settled { terminal.result(outcome.sentence) }
        if names == nil, choice.acting.isEmpty {
            terminal.result("No mirror topic of link \(link.name) to \(deed.rawValue).")
        }
        for outcome in choice.refused { terminal.note("lockstep: \(outcome.sentence)") }
        if let failure = result?.lockFailure { terminal.note("lockstep: \(failure)") }
        await tellWhatToCommit(choice)
        return verdict(result, choice, succeeded: succeeded)
    }

    // MARK: Reading and planning

    private func status() async throws(CommandFailure) -> LinkStatus {
        let reader = StatusReader(desired: session.manifests.desired, clients: session.clusters.clients)
        let snapshot = await reader.read(link: link.name) { WallClock.nowMs }
        guard let status = snapshot.links.first(where: \.isDeclared) else {
            throw CommandFailure(.failed, "link \(link.name) could not be read")
        }
        if let problem = status.problem {
            throw CommandFailure(.failed, "link \(link.name) cannot be read: \(problem)")
        }
        guard status.record != nil else {
            throw CommandFailure(.failed, "link \(link.name) is not applied yet, so it has no mirror topics")
        }
        return status
    }

    /// The plan of a desired state in which these topics are declared as asked for, and nothing else is.
    private func plan(_ topics: [String], _ status: LinkStatus) async throws(CommandFailure) -> Plan {
        var link = link
        let declared = Dictionary(link.mirrorTopics.map { ($0.name, $0) }) { first, _ in first }
        link.isAbsent = false
        link.state = status.record?.state ?? link.state
        link.autoCreateFilters = nil
        link.onUndeclare = .keep
        link.promoteTimeoutMs = timeoutMs ?? link.promoteTimeoutMs
        link.mirrorTopics = status.topics.filter { topics.contains($0.topic) }.map { topic in
            var spec =
                declared[topic.topic]
                ?? MirrorTopicSpec(name: topic.topic, sourceName: topic.sourceTopic, place: link.place)
            spec.state = deed.state
            return spec
        }
        var desired = session.manifests.desired
        desired.links = [link]
        let workers = session.workers
        let whole = await Reconciler(desired: desired, clients: session.clusters.clients) {
            workers.running(link: $0)
        }.plan(nowMs: WallClock.nowMs)
        let plan = whole.only(Set(topics), of: link.name)
        if !plan.hasChanges, plan.blocked.isEmpty, let change = whole.blocked.first(where: { $0.object.kind == .link })
        {
            throw CommandFailure(
                whole.isIncomplete ? .failed : .blocked, "\(change.object): \(change.reason); \(change.remedy)")
        }
        return plan
    }

    private func apply(_ plan: Plan) async -> ApplyResult {
        let progress = ApplyProgress(total: plan.steps.count, terminal: terminal)
        let workers = session.workers
        return await session.reconciler.apply(
            plan, options, startWorkers: { await workers.start(link: $0, indexes: $1) },
            stopWorkers: { await workers.stop(link: $0, indexes: $1) }, progress: { progress.show($0) })
    }

    // MARK: What came of it

    private func finished(_ topics: [String], _ plan: Plan, _ result: ApplyResult?) -> [String] {
        let unfinished = Set(
            (result?.steps ?? []).filter { !$0.outcome.isSuccess }.map(\.step.object.name)
                + plan.blocked.map(\.object.name))
        return topics.filter { !unfinished.contains($0) }
    }

    private func verdict(_ result: ApplyResult?, _ choice: MirrorChoice, succeeded: [String]) -> ExitStatus {
        let hasFailed = result.map { !$0.isComplete } ?? false
        if !hasFailed, choice.refused.isEmpty { return .done }
        if !succeeded.isEmpty || result?.hasChangedAnything == true { return .partlyApplied }
        if result?.lockFailure != nil { return .lockLost }
        return hasFailed ? .failed : .blocked
    }

    // MARK: Words

    private func show(_ status: LinkStatus, _ choice: MirrorChoice) {
        let shown = status.topics.filter { choice.acting.contains($0.topic) }
        guard !shown.isEmpty else { return }
        var table = TextColumns([.left, .left, .right, .left])
        table.add("TOPIC", "STATE", "LAG", "FROM")
        for topic in shown {
            table.add(
                topic.topic, topic.state.rawValue, topic.lagRecords.value.map { "\($0)" } ?? "unknown",
                "\(status.source)/\(topic.sourceTopic)")
        }
        terminal.result(table.lines(indent: 0).joined(separator: "\n") + "\n")
        let reasons = Set(shown.compactMap(\.lagRecords.reason)).sorted()
        for reason in reasons { terminal.note("lockstep: lag is unknown: \(reason)") }
    }

    /// The change of the manifests that says what is so now, and what happens without it.
    private func tellWhatToCommit(_ choice: MirrorChoice) async {
        let refused = Set(choice.refused.map(\.topic))
        guard let after = try? await status() else {
            terminal.note("lockstep: what to commit is not known, as the link cannot be read now")
            return
        }
        let concerned = Set(choice.acting + choice.settled.map(\.topic)).subtracting(refused)
        let changes = after.topics.filter { concerned.contains($0.topic) }.compactMap(change)
        let patch = ManifestPatch(changes, of: link, in: session.manifests.paths)
        guard !patch.difference.isEmpty || !patch.byHand.isEmpty else { return }
        let next = await session.plan().only(Set(changes.map(\.topic)), of: link.name)
        for step in next.steps where step.object.kind == .mirrorTopic {
            terminal.note("lockstep: until the change below is committed, the next apply does: \(step.title)")
        }
        for change in next.blocked {
            terminal.note("lockstep: until the change below is committed, plans show as blocked: \(change.title)")
        }
        if patch.byHand.isEmpty {
            let how = patch.isForGit ? " (git apply reads it)" : ""
            terminal.result("\nTo keep it so, commit this change\(how):\n\n\(patch.difference)")
        } else {
            terminal.result(
                "\nTo keep it so, declare this; the files could not be edited without a person:\n  "
                    + patch.byHand.joined(separator: "\n  ") + "\n")
        }
    }

    /// What a manifest has to say about a topic as it is now; nil when it need not say anything.
    private func change(_ topic: TopicStatus) -> MirrorStateChange? {
        let isDeclared = link.mirrorTopics.contains { $0.name == topic.topic }
        switch topic.state {
        case .stopped, .pendingStopped:
            return MirrorStateChange(topic: topic.topic, state: topic.stop == .promote ? .promoted : .failedOver)
        case .paused: return MirrorStateChange(topic: topic.topic, state: .paused)
        case .pendingMirror: return nil
        // A filter asks for the topic, and that is enough for one that mirrors.
        default: return isDeclared ? MirrorStateChange(topic: topic.topic, state: .active) : nil
        }
    }
}
