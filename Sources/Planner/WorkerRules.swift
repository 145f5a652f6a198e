import KafkaModel

/// Rules for the workers of a link: started when somebody has to copy or to end a mirror; local ones are stopped when
/// they are more than the link declares.
struct WorkerRules {
    let context: LinkContext

    private var link: LinkSpec { context.link }

    /// What the workers come to, once the mirror topics are in `statesAfter`.
    func outcome(statesAfter: [MirrorTopicState]) -> Outcome {
        var outcome = surplus()
        guard isNeeded(statesAfter) else { return outcome }
        switch link.workerMode {
        case .local:
            let missing = missingIndexes
            if !missing.isEmpty {
                outcome.drafts.append(
                    context.draft(
                        .workers, .create, PlannedObject(.workers, link.name), at: link.place,
                        headline: "start \(missing.count)" + of(missing.count),
                        .startWorkers(indexes: missing)))
            }
        case .external:
            if let problem = context.live.workersProblem {
                outcome.notes.append("workers \(link.name): how many run is not known: \(problem)")
                return outcome
            }
            let missing = link.workerCount - context.live.workersRunning
            if missing > 0 {
                let count = "\(missing) of \(link.workerCount) \(missing == 1 ? "is" : "are")"
                outcome.notes.append(
                    "workers \(link.name): \(count) missing; "
                        + "start `lockstep worker` for this link with your supervisor")
            }
        }
        if link.workerCount == 0, link.workerMode == .local || context.live.workersRunning == 0 {
            outcome.notes.append("workers \(link.name): none are declared, so nothing is copied")
        }
        return outcome
    }

    /// Local workers beyond the declared count; those that a supervisor starts are its own.
    private func surplus() -> Outcome {
        var outcome = Outcome()
        let indexes = (context.live.runningWorkerIndexes ?? []).filter { $0 >= link.workerCount }.sorted()
        guard link.workerMode == .local, !indexes.isEmpty else { return outcome }
        outcome.drafts.append(
            context.draft(
                .workers, .change, PlannedObject(.workers, link.name), at: link.place,
                headline: "stop \(indexes.count), as \(link.workerCount == 0 ? "none" : "\(link.workerCount)") "
                    + "\(link.workerCount > 1 ? "are" : "is") declared",
                .stopWorkers(indexes: indexes)))
        return outcome
    }

    private func isNeeded(_ states: [MirrorTopicState]) -> Bool {
        if states.contains(.pendingStopped) { return true }
        // Resuming a link is blocked while its source cannot be read, so it stays as it is.
        let staysAsItIs = link.state == .active && context.sourceProblem != nil
        let stateAfter = staysAsItIs ? context.live.record?.state ?? .active : link.state
        return stateAfter == .active && states.contains { $0.isRunning }
    }

    private func of(_ missing: Int) -> String { missing < link.workerCount ? " of \(link.workerCount)" : "" }

    private var missingIndexes: [Int] {
        let running = context.live.runningWorkerIndexes.map(Set.init) ?? Set(0..<max(0, context.live.workersRunning))
        return (0..<max(0, link.workerCount)).filter { !running.contains($0) }
    }
}
