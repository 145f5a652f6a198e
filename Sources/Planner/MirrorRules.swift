import KafkaModel

/// Rules for one mirror topic (design: product.md §5): the table of what is declared against what is stored.
struct MirrorRules {
    let context: LinkContext
    let subject: MirrorSubject
    /// The other link that has, or may create, a mirror topic of this name.
    let rival: String?

    /// What the mirror topic comes to.
    func outcome() -> Outcome {
        guard let record = context.live.mirrors[subject.name] else {
            return MirrorCreationRules(context: context, subject: subject, rival: rival).outcome()
        }
        guard record.sourceTopic == subject.sourceName else {
            return kept(
                record,
                blocked(
                    .change, .immutable, "it mirrors \(record.sourceTopic), not \(subject.sourceName)",
                    remedy: "a mirror topic keeps its source; declare another mirror topic for \(subject.sourceName)"))
        }
        switch record.state {
        case .pendingMirror:
            return MirrorCreationRules(context: context, subject: subject, rival: nil).continuation(of: record)
        case .pendingStopped, .stopped:
            return MirrorEndRules(context: context, subject: subject, record: record).outcome()
        case .active, .paused, .initializing, .linkPaused, .sourceUnavailable, .failed, .unknown:
            return running(record)
        }
    }

    // MARK: A mirror that copies or stands still

    private func running(_ record: MirrorRecord) -> Outcome {
        let removal = MirrorRemovalRules(context: context, subject: subject, record: record)
        if subject.desired == .absent { return removal.outcome() }
        let mirror: LiveTopic
        switch MirrorPresence(of: record, context) {
        case .lost(let rule, let reason, let remedy, let isGap):
            return kept(record, blocked(.change, rule, reason, remedy: remedy), isGap: isGap)
        case .there(let topic): mirror = topic
        }
        switch subject.desired {
        case .active: return active(record, mirror)
        case .paused: return paused(record, mirror)
        case .promoted: return promoted(record, mirror)
        case .failedOver: return failedOver(record, mirror)
        case .absent: return removal.outcome()
        }
    }

    private func active(_ record: MirrorRecord, _ mirror: LiveTopic) -> Outcome {
        let resumes = record.state == .paused && !subject.isFiltered
        var outcome = Outcome(notes: failureNote, statesAfter: [resumes ? .active : record.state])
        // A mirror that stands still with its link needs nothing of the source now.
        if context.link.state == .active {
            if let problem = context.sourceProblem {
                if resumes {
                    return kept(record, sourceUnusable(problem, headline(record, .active)), isGap: true)
                }
                outcome.add(configs(record, mirror).outcome(source: nil))
                outcome.notCompared += record.state.isRunning ? 1 : 0
                outcome.unchanged += record.state.isRunning || !outcome.drafts.isEmpty ? 0 : 1
                return outcome
            }
            let compared = comparison(record, mirror).outcome(headline: resumes ? headline(record, .active) : nil)
            outcome.add(compared)
            if compared.isBlocked {
                outcome.statesAfter = [record.state]
                return outcome
            }
        }
        let isFollowing = context.link.state == .active && record.state != .paused || resumes
        outcome.add(configs(record, mirror).outcome(source: isFollowing ? comparison(record, mirror).topic : nil))
        if resumes {
            outcome.drafts.append(
                context.draft(
                    .resume, .change, subject.object, at: subject.statePlace, headline: headline(record, .active),
                    .resumeMirror(topic: subject.name),
                    if: holds(record) + context.topicIs(mirror, on: context.destination)))
        }
        if outcome.drafts.isEmpty && !outcome.isBlocked { outcome.unchanged += 1 }
        return outcome
    }

    private func paused(_ record: MirrorRecord, _ mirror: LiveTopic) -> Outcome {
        var outcome = Outcome(notes: failureNote, statesAfter: [.paused])
        // It stands still and follows nothing; what a mirror needs it needs all the same.
        outcome.add(configs(record, mirror).outcome(source: nil))
        if record.state == .paused {
            outcome.unchanged += outcome.drafts.isEmpty && !outcome.isBlocked ? 1 : 0
            return outcome
        }
        outcome.drafts.append(
            context.draft(
                .pause, .change, subject.object, at: subject.statePlace, headline: headline(record, .paused),
                .pauseMirror(topic: subject.name), if: holds(record)))
        return outcome
    }

    // MARK: One-way

    private func promoted(_ record: MirrorRecord, _ mirror: LiveTopic) -> Outcome {
        let change = headline(record, .promoted)
        if let problem = context.sourceProblem {
            return kept(record, sourceUnusable(problem, change), isGap: true)
        }
        if let failure = context.live.failures[subject.name] {
            return kept(
                record,
                blocked(
                    .irreversible, .transition, "a FAILED mirror topic cannot be promoted: \(failure)",
                    headline: change,
                    remedy: "repair it first, or declare state: FAILED_OVER to stop it as it is"))
        }
        var outcome = Outcome(statesAfter: [.pendingStopped])
        let comparison = comparison(record, mirror)
        let compared = comparison.outcome(headline: change, action: .irreversible)
        outcome.add(compared)
        if compared.isBlocked {
            outcome.statesAfter = [record.state]
            return outcome
        }
        let source = comparison.topic
        outcome.add(configs(record, mirror).outcome(source: source, isEnding: true))
        let limit = context.link.promoteMaximumLag
        let timeoutMs = context.link.promoteTimeoutMs
        outcome.drafts.append(
            context.draft(
                .stop, .irreversible, subject.object, at: subject.statePlace, headline: change,
                .promoteMirror(topic: subject.name, maximumLag: limit, timeoutMs: timeoutMs, requestId: nil),
                details: [
                    lagDetail(mirror),
                    Detail(
                        "will wait for",
                        "lag \(limit), at most \(DurationText.of(timeoutMs)); then mirroring stops for good"),
                ] + groupDetails(.promoted) + endDetails(record, mirror, source) + [
                    Detail(
                        "after this",
                        "writable on \(context.destination.name); \(context.source.name) keeps its own copy")
                ],
                if: holds(record) + context.topicIs(mirror, on: context.destination) + comparison.holds,
                needs: .allowIrreversible))
        return outcome
    }

    private func failedOver(_ record: MirrorRecord, _ mirror: LiveTopic) -> Outcome {
        let source = context.sourceProblem == nil ? comparison(record, mirror).topic : nil
        var outcome = configs(record, mirror).outcome(source: source, isEnding: true)
        // What cannot be told of settings must not make a failover look doubtful.
        outcome.incomplete = []
        outcome.statesAfter = [.pendingStopped]
        let draft = context.draft(
            .stop, .irreversible, subject.object, at: subject.statePlace, headline: headline(record, .failedOver),
            .failOverMirror(topic: subject.name, requestId: nil),
            details: [
                lagDetail(mirror),
                Detail("will not wait", "records that are not copied yet stay on \(context.source.name) only"),
            ] + groupDetails(.failedOver) + endDetails(record, mirror, source) + [
                Detail("after this", "writable on \(context.destination.name); mirroring stops for good")
            ],
            if: holds(record) + context.topicIs(mirror, on: context.destination), needs: .allowIrreversible)
        outcome.drafts.append(draft)
        return outcome
    }

    // MARK: Source and settings

    private func comparison(_ record: MirrorRecord, _ mirror: LiveTopic) -> SourceComparison {
        SourceComparison(context: context, subject: subject, record: record, mirror: mirror)
    }

    private func configs(_ record: MirrorRecord, _ mirror: LiveTopic) -> MirrorConfigRules {
        MirrorConfigRules(context: context, subject: subject, record: record, mirror: mirror)
    }

    private func endDetails(_ record: MirrorRecord, _ mirror: LiveTopic, _ source: LiveTopic?) -> [Detail] {
        configs(record, mirror).endDetails(source?.found.map { .live($0) } ?? .recorded(record.restoreConfigs))
    }

    // MARK: Words and preconditions

    private func headline(_ record: MirrorRecord, _ desired: MirrorTopicSpec.State) -> String {
        let from = context.live.failures[subject.name] == nil ? record.state : .failed
        return "\(from.rawValue) -> \(desired.rawValue)"
    }

    private func lagDetail(_ mirror: LiveTopic) -> Detail {
        let partitions = mirror.partitionCount == 1 ? "1 partition" : "\(mirror.partitionCount) partitions"
        guard let lag = context.live.lag[subject.name] else { return Detail("lag now", "unknown, on \(partitions)") }
        return Detail("lag now", (lag == 1 ? "1 record" : "\(lag) records") + " on \(partitions)")
    }

    /// What becomes of the offsets of synced groups; nothing where none are synced.
    private func groupDetails(_ end: MirrorTopicSpec.State) -> [Detail] {
        guard context.link.settings.groupFilters != nil else { return [] }
        guard end == .promoted else {
            return [Detail("group offsets", "lowered to the mirror's end where they lie behind it")]
        }
        let source = context.source.name
        guard let active = context.live.activeGroups[subject.name] else {
            return [Detail("group offsets", "synced a last time; whether groups are active on \(source) is unknown")]
        }
        guard !active.isEmpty else { return [Detail("group offsets", "synced a last time")] }
        let names = listed(active, limit: 5)
        return [
            Detail(
                "group offsets", "synced a last time; still active on \(source), and later commits stay there: \(names)"
            )
        ]
    }

    private var failureNote: [String] {
        context.live.failures[subject.name].map { ["mirror topic \(subject.name) is FAILED: \($0)"] } ?? []
    }

    private func holds(_ record: MirrorRecord) -> [Precondition] {
        [.mirrorState(link: context.link.name, topic: subject.name, equals: record.state)]
    }

    private func sourceUnusable(_ problem: String, _ headline: String) -> BlockedChange {
        let isPromotion = subject.desired == .promoted
        return blocked(
            isPromotion ? .irreversible : .change, .clusterUnusable, problem, headline: headline,
            remedy: isPromotion
                ? "make the source readable, or declare state: FAILED_OVER, which does not need it"
                : "make the source readable, then plan again")
    }

    private func blocked(
        _ action: Step.Action, _ rule: BlockedChange.Rule, _ reason: String, headline: String? = nil, remedy: String
    ) -> BlockedChange {
        context.blocked(
            action, subject.object, at: subject.statePlace, headline: headline, rule, reason, remedy: remedy)
    }

    private func kept(_ record: MirrorRecord, _ change: BlockedChange, isGap: Bool = false) -> Outcome {
        var outcome = Outcome(statesAfter: [record.state])
        outcome.block(change, isGap: isGap)
        return outcome
    }
}

/// A topic that a cluster would not tell about, as a sentence.
func unreadable(_ cluster: String, _ topic: String, _ reason: String) -> String {
    "topic \(topic) on \(cluster) cannot be read: \(reason)"
}
