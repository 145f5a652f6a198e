import KafkaModel
import KafkaProtocol

/// From what is stored and what is ours to what the engine shall do; without I/O.
enum TargetList {
    /// The targets of one worker.
    ///
    /// - Parameters:
    ///   - link: the stored link; its state stands above those of its mirrors.
    ///   - mirrors: the stored mirror topics of the link.
    ///   - partitionCounts: partitions to mirror of each mirror topic, as far as known.
    ///   - shares: who mirrors what.
    ///   - worker: name of this worker.
    static func make(
        link: LinkRecord, mirrors: some Sequence<MirrorRecord>, partitionCounts: [String: Int], shares: PartitionShares,
        worker: String
    ) -> [MirrorTarget] {
        var targets: [MirrorTarget] = []
        for mirror in mirrors {
            guard let desire = desire(link, mirror), let count = partitionCounts[mirror.topic] else { continue }
            for partition in 0..<Int32(clamping: count)
            where shares.owner(of: partition, topic: mirror.topic) == worker {
                targets.append(
                    MirrorTarget(
                        mirror: TopicPartition(topic: mirror.topic, partition: partition),
                        sourceTopic: mirror.sourceTopic,
                        sourceTopicId: mirror.sourceTopicId.flatMap { KafkaUUID($0) },
                        topicId: mirror.topicId.flatMap { KafkaUUID($0) }, desire: desire))
            }
        }
        return targets
    }

    /// What is wanted of a mirror's partitions; nil when they are none of a worker's business.
    private static func desire(_ link: LinkRecord, _ mirror: MirrorRecord) -> MirrorTarget.Desire? {
        switch mirror.state {
        case .active: link.state == .paused ? .linkPaused : .active
        case .paused: .paused
        case .pendingStopped: mirror.stop.map { .stop($0) }
        case .pendingMirror, .stopped, .initializing, .linkPaused, .sourceUnavailable, .failed, .unknown: nil
        }
    }
}
