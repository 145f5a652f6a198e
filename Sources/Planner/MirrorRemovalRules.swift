import KafkaModel

/// Rules for `ABSENT`: the only way to delete a mirror topic, behind guards.
struct MirrorRemovalRules {
    let context: LinkContext
    let subject: MirrorSubject
    let record: MirrorRecord

    /// A deletion, a record to forget, or why not.
    func outcome() -> Outcome {
        let cluster = context.destination.name
        switch context.destinationTopic(subject.name) {
        case .unreadable(let reason):
            return blocked(
                .unreadable, unreadable(cluster, subject.name, reason),
                remedy: "grant Describe on the topic; `lockstep doctor` tests rights", isGap: true)
        case .absent:
            return forgetting(
                "the topic is gone from \(cluster) already",
                if: [.topicAbsent(cluster: cluster, topic: subject.name)])
        case .present(let topic):
            if !record.isMirror(topicId: topic.topicId) {
                return forgetting(
                    "the topic on \(cluster) is another one than the mirror was; it stays",
                    if: context.topicIs(topic, on: context.destination))
            }
            guard !context.link.deletionProtection else {
                return blocked(
                    .deletionProtection, "deletionProtection is true on \(context.link.name)",
                    details: [Detail("would delete", partitions(topic))],
                    remedy: "merge deletionProtection: false for the link first, then apply with --allow-delete")
            }
            return deletion(of: topic)
        }
    }

    private func deletion(of topic: LiveTopic) -> Outcome {
        let draft = context.draft(
            .deletion, .delete, subject.object, at: subject.statePlace,
            .deleteMirror(topic: subject.name, topicId: topic.topicId),
            details: [Detail("deletes", "\(partitions(topic)) on \(context.destination.name), with their records")],
            if: holds + context.topicIs(topic, on: context.destination), needs: .allowDelete)
        return Outcome(drafts: [draft])
    }

    private func forgetting(_ why: String, if preconditions: [Precondition]) -> Outcome {
        let draft = context.draft(
            .forget, .change, subject.object, at: subject.statePlace, headline: "forget it",
            .forgetMirror(topic: subject.name), details: [Detail("why", why)], if: holds + preconditions)
        return Outcome(drafts: [draft])
    }

    private var holds: [Precondition] {
        [.mirrorState(link: context.link.name, topic: subject.name, equals: record.state)]
    }

    private func partitions(_ topic: LiveTopic) -> String {
        topic.partitionCount == 1 ? "1 partition" : "\(topic.partitionCount) partitions"
    }

    private func blocked(
        _ rule: BlockedChange.Rule, _ reason: String, details: [Detail] = [], remedy: String, isGap: Bool = false
    ) -> Outcome {
        var outcome = Outcome(statesAfter: [record.state])
        outcome.block(
            context.blocked(
                .delete, subject.object, at: subject.statePlace, details: details, rule, reason,
                reasonPlace: rule == .deletionProtection ? context.link.deletionProtectionPlace : nil, remedy: remedy),
            isGap: isGap)
        return outcome
    }
}
