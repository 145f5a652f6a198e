import KafkaModel

/// Rules for `state: ABSENT` of a link: its records go, its mirror topics stay as ordinary topics.
///
/// Mirror topics that have not stopped stand in the way: as long as they have their mirror settings, nobody may take
/// them for ordinary topics. They are promoted or failed over first, one by one or all together by `onLinkDelete`.
/// One whose creation was begun and not finished can be neither: it may even be somebody else's. What becomes of it is
/// a person's to decide, and is told.
struct LinkRemovalRules {
    let context: LinkContext

    /// Most topics that a detail names; the rest is counted.
    private static let limit = 10

    private var link: LinkSpec { context.link }
    private var object: PlannedObject { PlannedObject(.link, link.name) }

    /// The ends that are declared, then the deletion of the link, or why not.
    func outcome() -> Outcome {
        guard let record = context.live.record else { return .matches }
        var outcome = Outcome()
        var live: [MirrorRecord] = []
        var unfinished: [MirrorRecord] = []
        for mirror in context.live.mirrors.values.sorted(by: { $0.topic < $1.topic }) where mirror.state != .stopped {
            if mirror.state == .pendingMirror {
                if isThere(mirror) { unfinished.append(mirror) }
            } else if let entry = link.mirrorTopics.first(where: { $0.name == mirror.topic }), entry.state.isEnd {
                outcome.add(MirrorRules(context: context, subject: MirrorSubject(entry), rival: nil).outcome())
            } else if isThere(mirror) {
                live.append(mirror)
            }
        }
        let isEndBlocked = outcome.isBlocked
        if let refusal = refusal(live, unfinished) {
            outcome.block(refusal)
        } else {
            for mirror in live { outcome.add(failover(of: mirror)) }
            outcome.add(
                isEndBlocked || outcome.isBlocked
                    ? obstructed() : deletion(record, after: outcome.drafts, leaving: unfinished.map(\.topic)))
        }
        if outcome.drafts.contains(where: { $0.step.operation.needsWorkers }) {
            outcome.add(WorkerRules(context: context).outcome(statesAfter: [.pendingStopped]))
        }
        return outcome
    }

    // MARK: What stands in the way

    private func refusal(_ live: [MirrorRecord], _ unfinished: [MirrorRecord]) -> BlockedChange? {
        if link.deletionProtection {
            return context.blocked(
                .delete, object, at: link.statePlace, .deletionProtection,
                "deletionProtection is true on \(link.name)", reasonPlace: link.deletionProtectionPlace,
                remedy: "merge deletionProtection: false for the link first, then apply with --allow-delete")
        }
        guard link.onLinkDelete == .refuse, !live.isEmpty || !unfinished.isEmpty else { return nil }
        var details: [Detail] = []
        var reasons: [String] = []
        var remedies: [String] = []
        if !live.isEmpty {
            let states = live.map { "\($0.topic) (\($0.state.rawValue))" }
            details.append(Detail("not stopped", listed(states, limit: Self.limit)))
            reasons.append(
                live.count == 1
                    ? "mirror topic \(live[0].topic) has not stopped" : "\(live.count) mirror topics have not stopped")
            remedies.append(
                "declare PROMOTED or FAILED_OVER for each of them and apply, or policy.onLinkDelete: FAIL_OVER, which "
                    + "fails all of them over")
        }
        if !unfinished.isEmpty {
            details.append(Detail("not finished", listed(unfinished.map(\.topic), limit: Self.limit)))
            reasons.append(
                unfinished.count == 1
                    ? "the creation of mirror topic \(unfinished[0].topic) was begun and is not finished"
                    : "the creation of \(unfinished.count) mirror topics was begun and is not finished")
            remedies.append(
                "what was begun is finished when the link is declared ACTIVE and applied; or delete the topic with "
                    + "Kafka's tools if it is nobody's; policy.onLinkDelete: FAIL_OVER leaves it as it is")
        }
        return context.blocked(
            .delete, object, at: link.statePlace, details: details, .mirrorsLive,
            reasons.joined(separator: ", and "), remedy: remedies.joined(separator: "; "))
    }

    private func obstructed() -> Outcome {
        var outcome = Outcome()
        outcome.block(
            context.blocked(
                .delete, object, at: link.statePlace, .mirrorsLive,
                "not every mirror topic of the link can be ended, for the reasons given there",
                remedy: "mend those first, then plan again"))
        return outcome
    }

    /// Whether the topic that the link mirrors into is there.
    ///
    /// One that is gone, or that somebody made anew, is nothing to end.
    private func isThere(_ mirror: MirrorRecord) -> Bool {
        switch context.destinationTopic(mirror.topic) {
        case .absent: return false
        case .unreadable: return true
        case .present(let topic):
            return mirror.isMirror(topicId: topic.topicId)
        }
    }

    // MARK: What is done

    private func failover(of mirror: MirrorRecord) -> Outcome {
        var entry = MirrorTopicSpec(
            name: mirror.topic, sourceName: mirror.sourceTopic, state: .failedOver, place: link.statePlace)
        entry.configs =
            link.mirrorTopics.first { $0.name == mirror.topic }?.configs ?? mirror.overrides ?? [:]
        return MirrorRules(context: context, subject: MirrorSubject(entry), rival: nil).outcome()
    }

    private func deletion(
        _ record: LinkRecord, after ends: [StepDraft], leaving unfinished: [String]
    ) -> Outcome {
        let states = statesAfter(ends)
        let count = states.count == 1 ? "1 mirror topic" : "\(states.count) mirror topics"
        let topics = states.keys.sorted()
        let draft = context.draft(
            .linkDeletion, .delete, object, at: link.statePlace, .deleteLink(mirrors: topics),
            details: [
                Detail("deletes", "the link, its settings and reports, and what is stored about \(count)"),
                Detail("keeps", "all topics, group offsets and ACLs on \(context.destination.name)"),
            ] + Self.left(unfinished),
            if: [context.isLink, .linkState(link: link.name, equals: record.state)]
                + topics.compactMap { topic in
                    states[topic].map { .mirrorState(link: link.name, topic: topic, equals: $0) }
                }, needs: .allowDelete)
        return Outcome(drafts: [draft])
    }

    /// Topics that nobody ended, because they may be somebody else's: they keep whatever settings they have.
    private static func left(_ unfinished: [String]) -> [Detail] {
        guard !unfinished.isEmpty else { return [] }
        return [
            Detail(
                "leaves as it is",
                "\(listed(unfinished, limit: limit)): begun as a mirror topic and not finished; it may have a mirror's "
                    + "settings, such as retention.ms=-1, so look at it before anybody writes to it")
        ]
    }

    /// What the records of the mirror topics say once the planned ends are done.
    private func statesAfter(_ ends: [StepDraft]) -> [String: MirrorTopicState] {
        var states = context.live.mirrors.mapValues(\.state)
        for draft in ends {
            switch draft.step.operation {
            case .promoteMirror(let topic, _, _, _), .failOverMirror(let topic, _): states[topic] = .stopped
            case .deleteMirror(let topic, _), .forgetMirror(let topic): states[topic] = nil
            default: break
            }
        }
        return states
    }
}
