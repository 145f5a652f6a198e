import KafkaClient
import KafkaModel
import KafkaProtocol

/// How many partitions of each mirror topic there are to mirror; follows the growth of source topics.
struct PartitionGrowth {
    /// What became of a look at the topics.
    struct Outcome {
        /// Partitions to mirror, by mirror topic.
        var counts: [String: Int] = [:]
        /// What could not be read or done, in sentences.
        var problems: [String] = []
    }

    let source: ClusterClient
    let destination: ClusterClient

    /// Reads both sides and raises the partition count of mirrors whose source grew, before any data of the new ones.
    ///
    /// A source that cannot be read leaves the mirror's own count: its partitions are then ours to report on, and to
    /// end.
    func look(at mirrors: [MirrorRecord]) async -> Outcome {
        var outcome = Outcome()
        guard !mirrors.isEmpty else { return outcome }
        let copies = await topics(mirrors.map(\.topic), on: destination, &outcome)
        let originals = await topics(mirrors.map(\.sourceTopic), on: source, &outcome)
        for mirror in mirrors {
            guard let copy = copies[mirror.topic], copy.error.isSuccess else {
                // Its partitions are kept as they were known; the probe says what is wrong.
                continue
            }
            var count = copy.partitions.count
            if let original = originals[mirror.sourceTopic], original.error.isSuccess,
                original.partitions.count > count, Self.mayGrow(mirror),
                mirror.isSource(topicId: original.topicId?.description),
                mirror.isMirror(topicId: copy.topicId?.description)
            {
                count = await grow(mirror, from: count, to: original.partitions.count, &outcome)
            }
            outcome.counts[mirror.topic] = count
        }
        return outcome
    }

    /// A promotion copies all of its source, also what is added while it waits.
    private static func mayGrow(_ mirror: MirrorRecord) -> Bool {
        mirror.state == .active || mirror.state == .pendingStopped && mirror.stop?.mode == .promote
    }

    private func topics(
        _ names: [String], on client: ClusterClient, _ outcome: inout Outcome
    ) async -> [String: ClusterMetadata.Topic] {
        do throws(ClientError) {
            return try await client.metadata(Array(Set(names)).sorted()).topics
        } catch {
            outcome.problems.append(error.description)
            return [:]
        }
    }

    private func grow(_ mirror: MirrorRecord, from count: Int, to wanted: Int, _ outcome: inout Outcome) async -> Int {
        do throws(ClientError) {
            try await destination.createPartitions(mirror.topic, total: wanted)
            return wanted
        } catch {
            // Another worker may have been first; the next look tells.
            if error.errorCode != .invalidPartitions { outcome.problems.append(error.description) }
            return count
        }
    }
}
