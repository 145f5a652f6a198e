import KafkaModel

/// Rules for a mirror topic that is ending or has ended: both are one-way.
struct MirrorEndRules {
    let context: LinkContext
    let subject: MirrorSubject
    let record: MirrorRecord

    /// What the mirror topic comes to.
    func outcome() -> Outcome { record.state == .stopped ? ended() : ending() }

    private var mode: MirrorRecord.StopMode? { record.stop?.mode }

    private var headline: String { "\(record.state.rawValue) -> \(subject.desired.rawValue)" }

    // MARK: STOPPED

    private func ended() -> Outcome {
        // No state is declared by a filter, and an ordinary topic is no longer the filter's business.
        if subject.isFiltered { return Outcome() }
        let cluster = context.destination.name
        switch (subject.desired, mode) {
        case (.promoted, .promote), (.failedOver, .failover), (.promoted, nil), (.failedOver, nil):
            return .matches
        case (.promoted, .failover), (.failedOver, .promote):
            let happened = mode == .promote ? "PROMOTED" : "FAILED_OVER"
            return blocked(
                .change, "it is \(happened) already, and that is final",
                remedy: "declare state: \(happened), or remove the entry")
        case (.active, _), (.paused, _):
            return blocked(
                .change, "it has stopped for good: the topic on \(cluster) belongs to its writers",
                remedy: "to mirror again: rename or delete the topic on \(cluster), declare state: ABSENT once so that "
                    + "Lockstep forgets it, then ACTIVE")
        case (.absent, _):
            return afterwardsAbsent(cluster)
        }
    }

    /// ABSENT of a stopped mirror never deletes; it forgets the record once the topic is gone.
    private func afterwardsAbsent(_ cluster: String) -> Outcome {
        if case .absent = context.destinationTopic(subject.name) {
            return MirrorRemovalRules(context: context, subject: subject, record: record).outcome()
        }
        return blocked(
            .delete, "it has stopped: the topic on \(cluster) belongs to its writers, Lockstep does not delete it",
            remedy: "remove the entry; delete the topic with Kafka's tools if nobody needs it")
    }

    // MARK: PENDING_STOPPED

    private func ending() -> Outcome {
        if subject.isFiltered { return Outcome(statesAfter: [.pendingStopped]) }
        let running = mode == .failover ? "failover" : "promotion"
        switch (subject.desired, mode) {
        case (.promoted, .promote), (.promoted, nil): return finishPromotion()
        case (.failedOver, .failover): return finishFailover()
        case (.failedOver, .promote), (.failedOver, nil): return failoverInstead()
        case (.promoted, .failover):
            return blocked(
                .irreversible, "a failover was accepted and cannot become a promotion",
                remedy: "declare state: FAILED_OVER and let it finish")
        case (.active, _), (.paused, _):
            return blocked(
                .change, "a \(running) was accepted and cannot be taken back",
                remedy: mode == .failover
                    ? "declare state: FAILED_OVER and let it finish"
                    : "declare state: PROMOTED and let it finish, or FAILED_OVER to stop it now")
        case (.absent, _):
            // What is gone, or somebody else's by now, cannot be ended: the record is all there is to remove.
            if case .lost(.mirrorLost, _, _, _) = MirrorPresence(of: record, context) {
                return MirrorRemovalRules(context: context, subject: subject, record: record).outcome()
            }
            return blocked(
                .delete, "a \(running) was accepted: the topic is about to belong to its writers",
                remedy: "let it finish, then remove the entry")
        }
    }

    private func finishPromotion() -> Outcome {
        if let problem = context.sourceProblem {
            return blocked(
                .change, problem, rule: .clusterUnusable,
                remedy: "make the source readable, or declare state: FAILED_OVER, which does not need it", isGap: true)
        }
        return withMirror { mirror in
            let comparison = SourceComparison(context: context, subject: subject, record: record, mirror: mirror)
            var outcome = comparison.outcome(headline: headline)
            outcome.statesAfter = [record.state]
            guard !outcome.isBlocked else { return outcome }
            outcome.add(configs(mirror).outcome(source: comparison.topic, isEnding: true))
            let limit = record.stop?.maximumLag ?? context.link.promoteMaximumLag
            let timeoutMs = context.link.promoteTimeoutMs
            outcome.drafts.append(
                finishing(
                    "finish promotion",
                    .promoteMirror(
                        topic: subject.name, maximumLag: limit, timeoutMs: timeoutMs,
                        requestId: record.stop?.requestId),
                    Detail("will wait for", "lag \(limit), at most \(DurationText.of(timeoutMs))"),
                    if: holds(mirror) + comparison.holds))
            return outcome
        }
    }

    private func finishFailover() -> Outcome {
        withMirror { mirror in
            var outcome = failoverConfigs(mirror)
            outcome.drafts.append(
                finishing(
                    "finish failover", .failOverMirror(topic: subject.name, requestId: record.stop?.requestId),
                    Detail("after this", "writable on \(context.destination.name)"), if: holds(mirror)))
            return outcome
        }
    }

    /// The second yes was given when the end was asked for, so going on needs none.
    private func finishing(
        _ headline: String, _ operation: Step.Operation, _ detail: Detail, if preconditions: [Precondition]
    ) -> StepDraft {
        context.draft(
            .stop, .change, subject.object, at: subject.statePlace, headline: headline, operation, details: [detail],
            if: preconditions)
    }

    private func failoverInstead() -> Outcome {
        var details = [
            Detail("instead of", "the promotion that was accepted and waits"),
            Detail("will not wait", "records that are not copied yet stay on \(context.source.name) only"),
        ]
        if context.link.settings.isOffsetSyncEnabled {
            details.append(
                Detail("group offsets", "are those of when the promotion was accepted; groups read again from there"))
        }
        details.append(
            Detail("after this", "writable on \(context.destination.name); mirroring stops for good"))
        return withMirror { mirror in
            var outcome = failoverConfigs(mirror)
            outcome.drafts.append(
                context.draft(
                    .stop, .irreversible, subject.object, at: subject.statePlace, headline: headline,
                    .failOverMirror(topic: subject.name, requestId: nil),
                    details: details, if: holds(mirror), needs: .allowIrreversible))
            return outcome
        }
    }

    // MARK: What both ends need

    /// What comes of the mirror topic, as long as it is the one of the record: an end gives it settings by its name.
    private func withMirror(_ finish: (LiveTopic) -> Outcome) -> Outcome {
        switch MirrorPresence(of: record, context) {
        case .there(let mirror): return finish(mirror)
        case .lost(let rule, let reason, let remedy, let isGap):
            return blocked(.change, reason, rule: rule, remedy: remedy, isGap: isGap)
        }
    }

    /// An end takes the entry's overrides from the record, so what has changed of them is recorded before it.
    private func configs(_ mirror: LiveTopic) -> MirrorConfigRules {
        MirrorConfigRules(context: context, subject: subject, record: record, mirror: mirror)
    }

    /// The same for a failover, which does without what the source does not tell.
    private func failoverConfigs(_ mirror: LiveTopic) -> Outcome {
        let comparison = SourceComparison(context: context, subject: subject, record: record, mirror: mirror)
        let source = context.sourceProblem == nil ? comparison.topic : nil
        var outcome = configs(mirror).outcome(source: source, isEnding: true)
        outcome.incomplete = []
        outcome.statesAfter = [.pendingStopped]
        return outcome
    }

    private func holds(_ mirror: LiveTopic) -> [Precondition] {
        [.mirrorState(link: context.link.name, topic: subject.name, equals: record.state)]
            + context.topicIs(mirror, on: context.destination)
    }

    private func blocked(
        _ action: Step.Action, _ reason: String, rule: BlockedChange.Rule = .transition, remedy: String,
        isGap: Bool = false
    ) -> Outcome {
        var outcome = Outcome(statesAfter: [record.state])
        outcome.block(
            context.blocked(
                action, subject.object, at: subject.statePlace, headline: headline, rule, reason, remedy: remedy),
            isGap: isGap)
        return outcome
    }
}
