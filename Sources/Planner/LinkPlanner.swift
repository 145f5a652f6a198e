import KafkaModel

/// Plans one link: its record, its mirror topics, its workers.
struct LinkPlanner {
    let link: LinkSpec
    let live: LiveLink?
    let clusters: ClusterFindings
    let claims: NameClaims

    /// Everything the link comes to.
    func outcome() -> Outcome {
        let context = LinkContext(
            link: link, live: live ?? LiveLink(name: link.name), source: clusters[link.source],
            destination: clusters[link.destination], sourceProblem: sourceProblem)
        let rules = LinkRules(context: context)
        if let refusal = rules.refusal(wasRead: live != nil) {
            return refusal
        }
        if link.isAbsent {
            return writable(LinkRemovalRules(context: context).outcome(), context)
        }
        var outcome = rules.recordOutcome()
        for subject in subjects(context, &outcome) {
            outcome.add(MirrorRules(context: context, subject: subject, rival: rival(of: subject)).outcome())
        }
        outcome.add(undeclared(context))
        if outcome.notCompared > 0, let sourceProblem {
            let topics = outcome.notCompared == 1 ? "1 mirror topic was" : "\(outcome.notCompared) mirror topics were"
            outcome.incomplete.append("\(sourceProblem); \(topics) not compared")
        }
        outcome.notes += AclRules(context: context).notes
        outcome.add(WorkerRules(context: context).outcome(statesAfter: outcome.statesAfter))
        return writable(outcome, context)
    }

    /// Why nothing of the source may be used.
    private var sourceProblem: String? {
        let source = clusters[link.source]
        if let problem = source.problem { return "source \(source.name) \(problem)" }
        guard let record = live?.record, let id = source.clusterId, record.sourceClusterId != id else { return nil }
        return "link \(link.name) was made for source cluster id \(record.sourceClusterId), but \(source.name) is \(id)"
    }

    private func rival(of subject: MirrorSubject) -> String? {
        if let other = live?.otherLinksMirrors[subject.name] { return other }
        return subject.desired == .absent ? nil : claims.rival(of: link, topic: subject.name, clusters)
    }

    /// The mirror topics that should exist: the declared ones, then those that the filters select, by name.
    private func subjects(_ context: LinkContext, _ outcome: inout Outcome) -> [MirrorSubject] {
        let declared = link.mirrorTopics.sorted { $0.name < $1.name }.map(MirrorSubject.init)
        guard let filters = link.autoCreateFilters else { return declared }
        let declaredSources = Set(link.mirrorTopics.map(\.sourceName))
        let declaredNames = Set(link.mirrorTopics.map(\.name))
        let place = link.autoCreatePlace ?? link.place
        var selected: [String: MirrorSubject] = [:]
        if context.sourceProblem == nil, let names = context.live.sourceTopicNames {
            let back = claims.mirrorsFromDestination(of: link)
            var skipped: Set<String> = []
            for name in names where filters.selects(name) && !declaredSources.contains(name) {
                if let other = back[name] {
                    skipped.insert(other)
                    continue
                }
                let subject = MirrorSubject(filtered: link.prefix + name, sourceName: name, place: place)
                if !declaredNames.contains(subject.name) { selected[subject.name] = subject }
            }
            for other in skipped.sorted() {
                outcome.notes.append(
                    "link \(link.name): the mirror topics of link \(other) on \(context.source.name) "
                        + "are not mirrored back")
            }
        } else {
            let problem = context.sourceProblem ?? "the topics of source \(context.source.name) could not be listed"
            outcome.incomplete.append("\(problem); the topic filters of link \(link.name) were not applied")
        }
        // A mirror that exists stays one of the filters' even if its source topic cannot be listed any more.
        for (name, record) in context.live.mirrors where !declaredNames.contains(name) && selected[name] == nil {
            if filters.selects(record.sourceTopic) {
                selected[name] = MirrorSubject(filtered: name, sourceName: record.sourceTopic, place: place)
            }
        }
        return declared + selected.values.sorted { $0.name < $1.name }
    }

    /// Mirror topics that no entry and no filter mentions: they go on, or are paused if the policy says so.
    private func undeclared(_ context: LinkContext) -> Outcome {
        var outcome = Outcome()
        let declaredNames = Set(link.mirrorTopics.map(\.name))
        for (name, record) in context.live.mirrors.sorted(by: { $0.key < $1.key }) {
            if declaredNames.contains(name) || record.state == .stopped { continue }
            if link.autoCreateFilters?.selects(record.sourceTopic) == true { continue }
            outcome.undeclared.append(name)
            guard link.onUndeclare == .pause, record.state.isRunning else {
                outcome.statesAfter.append(record.state)
                continue
            }
            outcome.statesAfter.append(.paused)
            outcome.drafts.append(
                context.draft(
                    .pause, .change, PlannedObject(.mirrorTopic, name), at: link.place, headline: "ACTIVE -> PAUSED",
                    .pauseMirror(topic: name),
                    details: [Detail("why", "its entry left the files; onUndeclare is PAUSE")],
                    if: [.mirrorState(link: link.name, topic: name, equals: record.state)]))
        }
        return outcome
    }

    /// On a destination that may not be written, every step becomes a blocked change.
    private func writable(_ outcome: Outcome, _ context: LinkContext) -> Outcome {
        guard context.destination.access == .readOnly else { return outcome }
        var result = outcome
        result.drafts = []
        for draft in outcome.drafts where draft.stage != .store {
            let step = draft.step
            result.blocked.append(
                context.blocked(
                    step.action, step.object, at: step.place, headline: step.headline, .readOnly,
                    "access of cluster \(context.destination.name) is READ_ONLY",
                    reasonPlace: clusters.spec(link.destination)?.place,
                    remedy: "set access: READ_WRITE on the cluster if Lockstep may write there"))
        }
        return result
    }
}

extension MirrorTopicState {
    /// Whether a mirror in this state copies, or would if it could.
    var isRunning: Bool {
        switch self {
        case .active, .initializing, .linkPaused, .sourceUnavailable, .failed: true
        case .pendingMirror, .paused, .pendingStopped, .stopped, .unknown: false
        }
    }
}
