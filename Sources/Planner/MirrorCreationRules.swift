import KafkaModel

/// Rules for a mirror topic that does not exist yet.
struct MirrorCreationRules {
    let context: LinkContext
    let subject: MirrorSubject
    /// The other link that has, or may create, a mirror topic of this name.
    let rival: String?

    /// What a mirror topic without a record comes to.
    func outcome() -> Outcome {
        switch subject.desired {
        case .absent: return absence()
        case .promoted, .failedOver:
            return blocked(
                .irreversible, .transition,
                "there is no mirror topic \(subject.name) on link \(context.link.name), so nothing can become "
                    + subject.desired.rawValue,
                remedy: "declare state: ACTIVE first, or remove the entry")
        case .active, .paused: return creation(resuming: nil)
        }
    }

    /// What a mirror topic comes to whose creation was begun and not finished.
    func continuation(of record: MirrorRecord) -> Outcome {
        switch subject.desired {
        case .active, .paused: return creation(resuming: record)
        case .promoted, .failedOver:
            return blocked(
                .irreversible, .transition, "its creation was begun and is not finished",
                remedy: "declare state: ACTIVE first and apply")
        case .absent:
            if case .present = context.destinationTopic(subject.name) {
                return blocked(
                    .delete, .transition,
                    "its creation was begun and is not finished, so the topic on "
                        + "\(context.destination.name) may be somebody else's",
                    remedy: "declare state: ACTIVE and apply to finish it, or delete the topic with Kafka's tools")
            }
            return MirrorRemovalRules(context: context, subject: subject, record: record).outcome()
        }
    }

    private func absence() -> Outcome {
        if let rival {
            return blocked(
                .delete, .nameTaken, "it is a mirror topic of link \(rival), not of \(context.link.name)",
                remedy: "declare it ABSENT on link \(rival)")
        }
        switch context.destinationTopic(subject.name) {
        case .absent: return Outcome()
        case .present:
            return blocked(
                .delete, .nameTaken,
                "\(subject.name) on \(context.destination.name) is not a mirror topic of link "
                    + "\(context.link.name); Lockstep deletes only what it created",
                remedy: "remove the entry")
        case .unreadable(let reason): return unreadableDestination(.delete, reason)
        }
    }

    // MARK: Creation

    private func creation(resuming record: MirrorRecord?) -> Outcome {
        if let problem = TopicName.problem(subject.name) {
            return refused(
                .illegalName, problem, remedy: "choose a shorter prefix, or exclude the topic from the filters")
        }
        if let rival {
            return refused(
                .nameTaken, "\(subject.name) on \(context.destination.name) belongs to link \(rival)",
                remedy: "remove it from one of the links, or give this link a prefix of its own")
        }
        if let problem = context.sourceProblem {
            return blocked(
                .create, .clusterUnusable, problem, remedy: "make the source readable, then plan again", isGap: true)
        }
        switch context.sourceTopic(subject.sourceName) {
        case .absent:
            // No filter selects what has gone since it was listed.
            if subject.isFiltered { return Outcome() }
            return blocked(
                .create, .sourceMissing, "source topic not found: \(context.sourceName(subject.sourceName))",
                remedy: "correct the name, or create the topic on \(context.source.name)")
        case .unreadable(let reason):
            return blocked(
                .create, .unreadable, unreadable(context.source.name, subject.sourceName, reason),
                remedy: "grant Describe and DescribeConfigs on the source topic; `lockstep doctor` tests rights",
                isGap: true)
        case .present(let source):
            return destinationOutcome(source, resuming: record)
        }
    }

    private func destinationOutcome(_ source: LiveTopic, resuming record: MirrorRecord?) -> Outcome {
        switch context.destinationTopic(subject.name) {
        case .unreadable(let reason): return unreadableDestination(.create, reason)
        case .absent: return step(source, resuming: record, found: nil)
        case .present(let topic):
            guard record != nil else {
                return refused(
                    .nameTaken,
                    "cannot turn a writable topic into a mirror; \(subject.name) exists on \(context.destination.name)",
                    remedy: "rename or delete that topic, or give the link a prefix")
            }
            guard topic.partitionCount == source.partitionCount else {
                return blocked(
                    .create, .mirrorLost,
                    "its creation was begun and is not finished, and \(subject.name) on "
                        + "\(context.destination.name) has \(topic.partitionCount) partitions instead of "
                        + "\(source.partitionCount)",
                    remedy: "delete that topic with Kafka's tools if it is nobody's, then apply again")
            }
            return step(source, resuming: record, found: topic)
        }
    }

    private func step(_ source: LiveTopic, resuming record: MirrorRecord?, found: LiveTopic?) -> Outcome {
        guard let told = source.found else {
            let missing = SyncedConfigs.taken.filter { source.configs[$0] == nil }
            return blocked(
                .create, .unreadable,
                "topic \(source.name) on \(context.source.name) does not tell its \(missing.joined(separator: " and "))",
                remedy: "grant DescribeConfigs on the source topic; `lockstep doctor` tests rights", isGap: true)
        }
        let overrides = subject.overrides ?? record?.overrides ?? [:]
        let rules = MirrorConfigs(include: context.link.settings.topicConfigInclude)
        // How timestamp bounds are called on the destination, and what else it knows, is found by the applier.
        let wanted = rules.whileMirror(of: told) { !SyncedConfigs.timestampBounds.contains($0) }
        let state: MirrorTopicState = subject.desired == .paused ? .paused : .active
        let creation = MirrorTopicCreation(
            topic: subject.name, sourceTopic: subject.sourceName, sourceTopicId: source.topicId,
            partitions: source.partitionCount, replicationFactor: context.link.replicationFactor, state: state,
            configs: wanted.compactMapValues(\.value), restoreConfigs: rules.recorded(of: told), overrides: overrides)
        let draft = context.draft(
            .creation, .create, subject.object, at: subject.place, headline: record == nil ? nil : "finish creation",
            .createMirrorTopic(creation: creation), details: details(source, state),
            if: preconditions(source, resuming: record, found: found))
        return Outcome(drafts: [draft], statesAfter: [state])
    }

    private func details(_ source: LiveTopic, _ state: MirrorTopicState) -> [Detail] {
        let partitions = source.partitionCount == 1 ? "1 partition" : "\(source.partitionCount) partitions"
        let replicas = context.link.replicationFactor.map { ", \($0) replicas each" } ?? ""
        var details = [Detail("from \(context.sourceName(source.name))", partitions + replicas)]
        if state == .paused { details.append(Detail("state", state.rawValue)) }
        for (name, value) in (subject.overrides ?? [:]).sorted(by: { $0.key < $1.key }) {
            let when = MirrorConfigs.held[name].map { " at its end (override); \($0) while a mirror" } ?? " (override)"
            details.append(Detail(name, (value ?? "not set") + when))
        }
        return details
    }

    private func preconditions(
        _ source: LiveTopic, resuming record: MirrorRecord?, found: LiveTopic?
    ) -> [Precondition] {
        // No record tells of a mirror that is not there yet, so the link has to be looked at itself.
        var result = [context.isLink] + context.onSource + context.topicIs(source, on: context.source)
        if let record {
            result.append(.mirrorState(link: context.link.name, topic: subject.name, equals: record.state))
        } else {
            result.append(.mirrorAbsent(topic: subject.name))
        }
        if let found {
            result += context.topicIs(found, on: context.destination)
        } else {
            result.append(.topicAbsent(cluster: context.destination.name, topic: subject.name))
        }
        return result
    }

    /// A creation that the name stands in the way of: what an entry declares is blocked; what a filter asks for is left
    /// out, or one topic would hold up every apply.
    private func refused(_ rule: BlockedChange.Rule, _ reason: String, remedy: String) -> Outcome {
        guard subject.isFiltered else { return blocked(.create, rule, reason, remedy: remedy) }
        let code = rule == .illegalName ? "INVALID_TOPIC" : "TOPIC_EXISTS_ERROR"
        return Outcome(skipped: [SkippedTopic(name: subject.name, code: code, reason: reason, remedy: remedy)])
    }

    private func unreadableDestination(_ action: Step.Action, _ reason: String) -> Outcome {
        blocked(
            action, .unreadable, unreadable(context.destination.name, subject.name, reason),
            remedy: "grant Describe on the topic; `lockstep doctor` tests rights", isGap: true)
    }

    private func blocked(
        _ action: Step.Action, _ rule: BlockedChange.Rule, _ reason: String, remedy: String, isGap: Bool = false
    ) -> Outcome {
        var outcome = Outcome()
        outcome.block(
            context.blocked(action, subject.object, at: subject.statePlace, rule, reason, remedy: remedy),
            isGap: isGap)
        return outcome
    }
}
