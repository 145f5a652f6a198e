import KafkaModel

/// Compares a mirror with its source topic: still the same topic, and as many partitions.
struct SourceComparison {
    let context: LinkContext
    let subject: MirrorSubject
    let record: MirrorRecord
    let mirror: LiveTopic

    /// The source topic, if it is there and still the one that is mirrored.
    var topic: LiveTopic? {
        guard case .present(let topic) = context.sourceTopic(record.sourceTopic),
            record.isSource(topicId: topic.topicId)
        else { return nil }
        return topic
    }

    /// The source topic is still the one that was found.
    var holds: [Precondition] { context.onSource + (topic.map { context.topicIs($0, on: context.source) } ?? []) }

    /// A step that adds partitions, a blocked change, or nothing when they match; says nothing about states.
    func outcome(headline: String?, action: Step.Action = .change) -> Outcome {
        let name = context.sourceName(record.sourceTopic)
        switch context.sourceTopic(record.sourceTopic) {
        case .unreadable(let reason):
            return blocked(
                action, headline, .unreadable, unreadable(context.source.name, record.sourceTopic, reason),
                remedy: "grant Describe and DescribeConfigs on the source topic; `lockstep doctor` tests rights",
                isGap: true)
        case .absent:
            if subject.isFiltered {
                // No filter selects what does not exist, so nothing is asked for; but a person should know.
                return Outcome(notes: ["mirror topic \(subject.name): source topic \(name) is gone"])
            }
            return blocked(
                action, headline, .sourceMissing, "source topic not found: \(name)",
                remedy: "declare state: FAILED_OVER to keep what was mirrored as an ordinary topic")
        case .present(let source):
            if !record.isSource(topicId: source.topicId) {
                return blocked(
                    action, headline, .sourceRecreated,
                    "source topic was recreated: \(name) has id \(source.topicId ?? "unknown"), "
                        + "mirrored was \(record.sourceTopicId ?? "unknown")",
                    remedy: "declare state: FAILED_OVER to keep what was mirrored; to mirror the new topic declare "
                        + "ABSENT (deletes this mirror), apply, then ACTIVE")
            }
            return partitions(source, headline, action)
        }
    }

    private func partitions(_ source: LiveTopic, _ headline: String?, _ action: Step.Action) -> Outcome {
        if source.partitionCount < mirror.partitionCount {
            return blocked(
                action, headline, .sourceShrunk,
                "\(context.sourceName(source.name)) has \(source.partitionCount) partitions, the mirror has "
                    + "\(mirror.partitionCount)",
                remedy: "a topic cannot lose partitions, so one of them is another topic than it was; declare "
                    + "state: FAILED_OVER to keep what was mirrored")
        }
        guard source.partitionCount > mirror.partitionCount else { return Outcome() }
        let draft = context.draft(
            .partitions, .change, subject.object, at: subject.place,
            headline: "\(mirror.partitionCount) -> \(source.partitionCount) partitions",
            .addPartitions(topic: subject.name, from: mirror.partitionCount, to: source.partitionCount),
            details: [Detail("as", context.sourceName(source.name))],
            if: context.onSource + context.topicIs(source, on: context.source)
                + [.mirrorState(link: context.link.name, topic: subject.name, equals: record.state)]
                + context.topicIs(mirror, on: context.destination)
                + [
                    .partitionCount(
                        cluster: context.destination.name, topic: subject.name, equals: mirror.partitionCount)
                ])
        return Outcome(drafts: [draft])
    }

    private func blocked(
        _ action: Step.Action, _ headline: String?, _ rule: BlockedChange.Rule, _ reason: String, remedy: String,
        isGap: Bool = false
    ) -> Outcome {
        var outcome = Outcome()
        outcome.block(
            context.blocked(
                action, subject.object, at: subject.statePlace, headline: headline, rule, reason, remedy: remedy),
            isGap: isGap)
        return outcome
    }
}
