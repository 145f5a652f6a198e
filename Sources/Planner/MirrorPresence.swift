import KafkaModel

/// Whether the topic on the destination still is the mirror that a record is about.
enum MirrorPresence {
    case there(LiveTopic)
    /// Why nothing can be done with it; `isGap` when it could not be read.
    case lost(BlockedChange.Rule, reason: String, remedy: String, isGap: Bool)

    init(of record: MirrorRecord, _ context: LinkContext) {
        let cluster = context.destination.name
        switch context.destinationTopic(record.topic) {
        case .unreadable(let reason):
            self = .lost(
                .unreadable, reason: unreadable(cluster, record.topic, reason),
                remedy: "grant Describe on the topic; `lockstep doctor` tests rights", isGap: true)
        case .absent:
            self = .lost(
                .mirrorLost, reason: "the mirror topic is gone from \(cluster); it is never recreated by itself",
                remedy: "declare state: ABSENT once to forget it, then ACTIVE to mirror from the start again",
                isGap: false)
        case .present(let topic) where !record.isMirror(topicId: topic.topicId):
            self = .lost(
                .mirrorLost,
                reason: "the topic on \(cluster) was recreated by somebody: its id is \(topic.topicId ?? "unknown"), "
                    + "the mirror's was \(record.topicId ?? "unknown")",
                remedy: "rename or delete that topic; declare state: ABSENT once to forget the mirror (the topic "
                    + "stays), then ACTIVE to mirror from the start again", isGap: false)
        case .present(let topic): self = .there(topic)
        }
    }
}
