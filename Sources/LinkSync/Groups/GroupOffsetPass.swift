import KafkaClient
import KafkaModel
import KafkaProtocol
import LinkStore

/// One look at the groups of a link on both clusters, and the commits that make the destination agree.
///
/// The source is only read. The order of the questions matters: offsets of the source come before anything of the
/// destination, so that what is committed there was true at the source at some moment before.
package struct GroupOffsetPass: Sendable {
    /// The source.
    let source: ClusterClient
    /// The destination.
    let destination: ClusterClient
    /// The stored link, with its filters.
    let link: LinkRecord
    /// The mirror topics that it is about.
    let mirrors: [MirrorRecord]
    /// Partitions that a worker reported as failed, by mirror topic.
    let failed: [String: Set<Int32>]
    /// Whether all offsets of a group are to be committed, also those that agree, by its name on the destination.
    let isDue: @Sendable (String) -> Bool
    /// Asked right before each commit.
    let mayCommit: @Sendable () async -> Bool

    /// A pass; each parameter is the property of that name.
    package init(
        source: ClusterClient, destination: ClusterClient, link: LinkRecord, mirrors: [MirrorRecord],
        failed: [String: Set<Int32>] = [:], isDue: @escaping @Sendable (String) -> Bool = { _ in false },
        mayCommit: @escaping @Sendable () async -> Bool = { true }
    ) {
        self.source = source
        self.destination = destination
        self.link = link
        self.mirrors = mirrors
        self.failed = failed
        self.isDue = isDue
        self.mayCommit = mayCommit
    }

    /// Does it; what goes wrong is part of the outcome.
    package func run() async -> GroupOffsetOutcome {
        var outcome = GroupOffsetOutcome()
        guard let filters = link.settings.groupFilters else { return outcome }
        do throws(ClientError) {
            let groups = try await readSource(filters, &outcome)
            guard !groups.isEmpty else { return outcome }
            guard let comparison = try await readTopics(groups.map(\.offsets), &outcome) else { return outcome }
            let listing = try await destination.listGroups()
            let present = await readDestination(groups.map(\.pair), listing, &outcome)
            let commits = decide(groups, comparison, listing, present, &outcome)
            await commit(commits, listing, &outcome)
        } catch {
            outcome.problems.append(TaskProblem(error))
        }
        return outcome
    }

    /// A group of the source with what it has committed on mirrored topics.
    private struct SourceGroup {
        var pair: GroupPair
        var offsets: GroupOffsets
    }

    // MARK: Reading

    private func readSource(
        _ filters: TopicFilters, _ outcome: inout GroupOffsetOutcome
    ) async throws(ClientError) -> [SourceGroup] {
        let listing = try await source.listGroups()
        outcome.problems += listing.failures.map { TaskProblem($0) }
        let selection = GroupSelection(listing.groups, filters: filters, prefix: link.groupPrefix)
        outcome.problems += selection.problems
        var pairs = selection.pairs
        if pairs.contains(where: { listing.groups[$0.source] == nil }), try await !source.mayHaveGroups() {
            pairs = pairs.filter { listing.groups[$0.source] != nil }
        }
        let answers = await source.committedOffsets(
            of: pairs.map(\.source), coordinators: listing.coordinators)
        let topics = Set(mirrors.map(\.sourceTopic))
        var groups: [SourceGroup] = []
        for pair in pairs {
            switch answers[pair.source] {
            case .success(let offsets):
                let mirrored = offsets.filter { topics.contains($0.key.topic) }
                if !mirrored.isEmpty { groups.append(SourceGroup(pair: pair, offsets: mirrored)) }
            case .failure(let error):
                outcome.problems.append(
                    TaskProblem(error, subject: pair.source))
            case nil: break
            }
        }
        return groups
    }

    /// What is known of the topics that the groups have offsets on; nil when the source is another cluster.
    private func readTopics(
        _ groups: [GroupOffsets], _ outcome: inout GroupOffsetOutcome
    ) async throws(ClientError) -> OffsetComparison? {
        let names = Set(groups.lazy.flatMap { $0.keys.map(\.topic) })
        let used = mirrors.filter { names.contains($0.sourceTopic) }
        // After the offsets: if cluster and topic are still the same now, they were when the offsets were read.
        let sourceMetadata = try await source.metadata(used.map(\.sourceTopic).sorted())
        if let problem = ClusterCheck.source(source, of: link).problem(in: sourceMetadata) {
            outcome.problems.append(problem)
            return nil
        }
        let mirrorTopics = try await destination.metadata(used.map(\.topic).sorted()).topics
        let mirrored = MirroredTopics(used, failed: failed, source: sourceMetadata.topics, destination: mirrorTopics)
        outcome.obstacles = mirrored.problems
        outcome.problems += mirrored.problems
        var comparison = OffsetComparison(topics: mirrored.bySource, highWatermarks: [:])
        comparison.highWatermarks = await offsets(
            destination, comparison.partitions(of: groups), .latest(.readUncommitted), &outcome)
        let ahead = comparison.ahead(of: groups)
        let starts = await offsets(source, Set(ahead.values), .earliest, &outcome)
        comparison.sourceStarts = ahead.compactMapValues { starts[$0] }
        return comparison
    }

    private func offsets(
        _ client: ClusterClient, _ partitions: Set<TopicPartition>, _ query: OffsetQuery,
        _ outcome: inout GroupOffsetOutcome
    ) async -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        var found: [TopicPartition: Int64] = [:]
        var failures: [ClientError] = []
        for (partition, result) in await client.listOffsets(partitions, query) {
            switch result {
            case .success(let answer): found[partition] = answer.offset
            case .failure(let error): failures.append(error)
            }
        }
        if let first = failures.first {
            var problem = TaskProblem(first)
            if failures.count > 1 { problem.text += " The same for \(counted(failures.count - 1, "more partition"))." }
            outcome.problems.append(problem)
        }
        return found
    }

    /// What the groups have committed on the destination now; a group that could not be asked is missing.
    private func readDestination(
        _ pairs: [GroupPair], _ listing: GroupListing, _ outcome: inout GroupOffsetOutcome
    ) async -> [String: GroupOffsets] {
        var present: [String: GroupOffsets] = [:]
        var asked: [String] = []
        for name in pairs.map(\.destination) {
            // A group that is not listed has no offsets, unless a broker's list is missing.
            if listing.groups[name] != nil || !listing.failures.isEmpty {
                asked.append(name)
            } else {
                present[name] = [:]
            }
        }
        for (name, answer) in await destination.committedOffsets(of: asked, coordinators: listing.coordinators) {
            switch answer {
            case .success(let offsets): present[name] = offsets
            case .failure(let error):
                outcome.problems.append(TaskProblem(error, subject: name))
            }
        }
        return present
    }

    // MARK: Writing

    private func decide(
        _ groups: [SourceGroup], _ comparison: OffsetComparison, _ listing: GroupListing,
        _ present: [String: GroupOffsets], _ outcome: inout GroupOffsetOutcome
    ) -> [String: GroupOffsets] {
        var commits: [String: GroupOffsets] = [:]
        for group in groups {
            let name = group.pair.destination
            guard let destination = present[name] else { continue }
            let decision = comparison.decide(
                source: group.offsets, destination: destination, refreshing: isDue(name))
            if let found = listing.groups[name], found.hasMembers == true {
                outcome.problems.append(
                    CommitProblems(group: name, cluster: self.destination.name).inUse(found.state))
                continue
            }
            outcome.add(decision, group.pair)
            if !decision.commits.isEmpty { commits[name] = decision.commits }
        }
        return commits
    }

    private func commit(
        _ commits: [String: GroupOffsets], _ listing: GroupListing, _ outcome: inout GroupOffsetOutcome
    ) async {
        let results = await destination.commitOffsets(
            commits, coordinators: listing.coordinators, while: mayCommit)
        for (name, result) in results.sorted(by: { $0.key < $1.key }) {
            switch result {
            case .success(let codes):
                let problems = CommitProblems(group: name, cluster: destination.name).problems(codes)
                outcome.problems += problems
                let committed = codes.values.count { $0.isSuccess }
                outcome.committed += committed
                let uncommitted = (commits[name]?.count ?? 0) - committed
                outcome.uncommitted += uncommitted
                if problems.contains(where: { $0.code == CommitProblems.inUseCode }) {
                    outcome.uncommittedInUse += uncommitted
                }
                if problems.isEmpty, codes.count == commits[name]?.count, isDue(name) {
                    outcome.refreshed.insert(name)
                }
            case .failure(let error):
                outcome.uncommitted += commits[name]?.count ?? 0
                outcome.problems.append(TaskProblem(error, subject: name))
            }
        }
    }
}
