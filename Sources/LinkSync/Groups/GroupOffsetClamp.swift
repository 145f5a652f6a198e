import KafkaClient
import KafkaModel
import KafkaProtocol
import LinkStore

/// Lowers synced offsets that lie behind the end of a mirror topic to that end; needs only the destination.
///
/// Without it a consumer of such a group would begin out of range, and perhaps start over.
package struct GroupOffsetClamp: Sendable {
    /// What became of the groups.
    package struct Outcome: Sendable {
        /// Offsets that were lowered.
        package var lowered = 0
        /// Groups that could not be asked or changed, with the reason.
        package var problems: [TaskProblem] = []
    }

    private let destination: ClusterClient
    private let link: LinkRecord
    private let topic: String
    private let ends: [Int64]

    /// - Parameters:
    ///   - link: the stored link; its filters say which groups are synced.
    ///   - topic: name of the mirror topic.
    ///   - ends: end offset of each partition, by partition.
    package init(destination: ClusterClient, link: LinkRecord, topic: String, ends: [Int64]) {
        self.destination = destination
        self.link = link
        self.topic = topic
        self.ends = ends
    }

    /// Does it; what goes wrong is part of the outcome.
    package func run() async -> Outcome {
        var outcome = Outcome()
        guard let filters = link.settings.groupFilters else { return outcome }
        do throws(ClientError) {
            let listing = try await destination.listGroups()
            outcome.problems += listing.failures.map { TaskProblem($0) }
            let names = listing.groups.keys.filter { name in
                name.hasPrefix(link.groupPrefix)
                    && filters.selects(group: String(name.dropFirst(link.groupPrefix.count)))
            }
            var commits: [String: GroupOffsets] = [:]
            for (name, answer) in await destination.committedOffsets(of: names, coordinators: listing.coordinators) {
                switch answer {
                case .success(let offsets):
                    let lowered = Self.lowered(offsets, topic: topic, ends: ends)
                    if !lowered.isEmpty { commits[name] = lowered }
                case .failure(let error):
                    outcome.problems.append(TaskProblem(error, subject: name))
                }
            }
            await commit(commits, listing, &outcome)
        } catch {
            outcome.problems.append(TaskProblem(error))
        }
        return outcome
    }

    private func commit(
        _ commits: [String: GroupOffsets], _ listing: GroupListing, _ outcome: inout Outcome
    ) async {
        let results = await destination.commitOffsets(commits, coordinators: listing.coordinators)
        for (name, result) in results.sorted(by: { $0.key < $1.key }) {
            switch result {
            case .success(let codes):
                outcome.lowered += codes.values.count { $0.isSuccess }
                outcome.problems += CommitProblems(group: name, cluster: destination.name).problems(codes)
            case .failure(let error):
                outcome.problems.append(TaskProblem(error, subject: name))
            }
        }
    }

    /// The offsets of one topic that lie behind its end, at the end; their text belongs to another place.
    static func lowered(_ offsets: GroupOffsets, topic: String, ends: [Int64]) -> GroupOffsets {
        var lowered: GroupOffsets = [:]
        for (partition, committed) in offsets where partition.topic == topic {
            guard ends.indices.contains(Int(partition.partition)) else { continue }
            let end = ends[Int(partition.partition)]
            if committed.offset > end { lowered[partition] = CommittedOffset(offset: end) }
        }
        return lowered
    }
}
