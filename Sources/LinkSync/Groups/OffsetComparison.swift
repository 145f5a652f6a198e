import KafkaClient
import KafkaModel

/// Decides which offsets of a group are committed on the destination; no I/O, no clock.
///
/// Offsets are equal on both clusters, so nothing is translated. An offset the mirror does not have yet is lowered to
/// the mirror's high watermark and follows as the mirror does: a consumer that starts there reads some records twice,
/// never out of range.
struct OffsetComparison: Sendable {
    /// Mirror topics, by source topic.
    var topics: [String: MirroredTopic]
    /// High watermark of the mirror's partitions; missing = unknown.
    var highWatermarks: [TopicPartition: Int64]
    /// Log start of source partitions, by the mirror's partition; missing = unknown.
    var sourceStarts: [TopicPartition: Int64] = [:]

    /// What one group comes to.
    struct Decision: Hashable, Sendable {
        /// To commit, by partition of the destination.
        var commits: GroupOffsets = [:]
        /// Offsets that the group has on topics that are mirrored.
        var offsets = 0
        /// Of these, lowered because the mirror does not have them yet.
        var lowered = 0
        /// Of these, not touched now, because the mirror is not there yet, or is not copied.
        var waiting = 0
    }

    /// The mirror's partitions that some group has an offset on.
    func partitions(of groups: some Sequence<GroupOffsets>) -> Set<TopicPartition> {
        Set(groups.lazy.flatMap { $0.keys.compactMap { mirror($0) } })
    }

    /// Source partitions, by the mirror's, on which a group is ahead of the mirror.
    func ahead(of groups: some Sequence<GroupOffsets>) -> [TopicPartition: TopicPartition] {
        var ahead: [TopicPartition: TopicPartition] = [:]
        for offsets in groups {
            for (partition, committed) in offsets {
                guard let mirror = mirror(partition), let end = highWatermarks[mirror], committed.offset > end else {
                    continue
                }
                ahead[mirror] = partition
            }
        }
        return ahead
    }

    /// What to commit for a group.
    ///
    /// - Parameters:
    ///   - source: what the group has committed there.
    ///   - destination: what it has there now.
    ///   - refreshing: commit also what agrees, so that it does not expire.
    func decide(source: GroupOffsets, destination: GroupOffsets, refreshing: Bool) -> Decision {
        var decision = Decision()
        for (partition, committed) in source where topics[partition.topic] != nil {
            decision.offsets += 1
            guard let mirror = mirror(partition), let wanted = wanted(committed, mirror) else {
                decision.waiting += 1
                continue
            }
            if wanted.offset < committed.offset { decision.lowered += 1 }
            if refreshing || destination[mirror] != wanted { decision.commits[mirror] = wanted }
        }
        return decision
    }

    /// What belongs on the destination for one offset of the source; nil while nothing can be said.
    private func wanted(_ committed: CommittedOffset, _ mirror: TopicPartition) -> CommittedOffset? {
        guard let end = highWatermarks[mirror] else { return nil }
        // The epoch is one of the source's; here it would make a consumer think that its log was cut.
        if committed.offset <= end { return CommittedOffset(offset: committed.offset, metadata: committed.metadata) }
        // A mirror that is still in front of the source's first record will begin behind its present end.
        guard let start = sourceStarts[mirror], start <= end else { return nil }
        // Metadata may count from its offset, as that of parallel consumers does; it does not fit another one.
        return CommittedOffset(offset: end)
    }

    /// The mirror of a source partition; nil when it is not there or not copied.
    private func mirror(_ partition: TopicPartition) -> TopicPartition? {
        guard let topic = topics[partition.topic], partition.partition >= 0,
            Int(partition.partition) < topic.partitionCount, !topic.idle.contains(partition.partition)
        else { return nil }
        return TopicPartition(topic: topic.topic, partition: partition.partition)
    }
}
