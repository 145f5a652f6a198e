import KafkaClient
import KafkaModel
import KafkaProtocol

/// A mirror topic whose groups' offsets are synced.
struct MirroredTopic: Hashable, Sendable {
    /// Name on the destination.
    var topic: String
    /// Partitions on the destination; those of the source that are missing here come later.
    var partitionCount: Int
    /// Partitions that are not copied, so that nothing may be said about their offsets.
    var idle: Set<Int32> = []
}

/// The mirror topics that offsets may be synced for, by source topic.
struct MirroredTopics: Sendable {
    /// The topics.
    private(set) var bySource: [String: MirroredTopic] = [:]
    /// What is left out although it is a mirror.
    private(set) var problems: [TaskProblem] = []

    /// Chooses among the mirrors of a link.
    ///
    /// Offsets are equal only while both topics are the ones that the mirror was made of: those of a topic that was
    /// deleted and made again mean other records.
    ///
    /// - Parameters:
    ///   - mirrors: those that shall be looked at.
    ///   - failed: partitions that a worker reported as failed, by mirror topic.
    ///   - source: the source's topics, by name.
    ///   - destination: the destination's topics, by name.
    init(
        _ mirrors: some Sequence<MirrorRecord>, failed: [String: Set<Int32>],
        source: [String: ClusterMetadata.Topic], destination: [String: ClusterMetadata.Topic]
    ) {
        for mirror in mirrors.sorted(by: { $0.topic < $1.topic }) {
            if let reason = Self.obstacle(mirror, source[mirror.sourceTopic], destination[mirror.topic]) {
                leaveOut(mirror, "offsets of its groups are not synced: \(reason)")
                continue
            }
            let idle = failed[mirror.topic] ?? []
            if !idle.isEmpty {
                let numbers = idle.sorted().prefix(10).map(String.init).joined(separator: ", ")
                leaveOut(
                    mirror,
                    "offsets on \(counted(idle.count, "failed partition")) are not synced (\(numbers)); "
                        + "`lockstep status` has the reason")
            }
            bySource[mirror.sourceTopic] = MirroredTopic(
                topic: mirror.topic, partitionCount: destination[mirror.topic]?.partitions.count ?? 0, idle: idle)
        }
    }

    private mutating func leaveOut(_ mirror: MirrorRecord, _ text: String) {
        problems.append(
            TaskProblem(.skipped, code: "UNKNOWN_TOPIC_OR_PARTITION_ERROR", subject: mirror.topic, text))
    }

    /// Why nothing can be said about offsets; nil when the mirror is sound.
    private static func obstacle(
        _ mirror: MirrorRecord, _ source: ClusterMetadata.Topic?, _ destination: ClusterMetadata.Topic?
    ) -> String? {
        guard let source, source.error.isSuccess else {
            return "the source topic \(mirror.sourceTopic) cannot be described (\(word(source)))"
        }
        guard let destination, destination.error.isSuccess else {
            return "the mirror topic cannot be described (\(word(destination)))"
        }
        if !mirror.isSource(topicId: source.topicId?.description) {
            return "the source topic \(mirror.sourceTopic) was deleted and made again"
        }
        if !mirror.isMirror(topicId: destination.topicId?.description) {
            return "the mirror topic was deleted and made again"
        }
        return nil
    }

    private static func word(_ topic: ClusterMetadata.Topic?) -> String { topic?.error.description ?? "no answer" }
}
