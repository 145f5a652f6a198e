import KafkaClient
import KafkaModel
import LinkStore

/// Reads what a plan compares of one link: its records, its topics on both sides, the lag of what is to be promoted.
///
/// Records and topics live apart, and an apply at work changes one after the other. So the records are read before and
/// behind the topics, and a topic whose record has changed in between is looked at again: its record always comes
/// first, and without this a mirror topic that is just being created would look like somebody else's.
struct LinkReading: Sendable {
    let spec: LinkSpec
    /// Nil when the cluster cannot be used; its finding says why.
    let source: ClusterClient?
    /// Nil when the cluster cannot be used; its finding says why.
    let destination: ClusterClient?
    /// Nil when the destination cannot be used.
    let store: ReadStore?
    /// As whom Lockstep connects to the destination, where the manifests tell.
    let principal: String?

    /// Times that topics whose records keep changing are looked at.
    private static let lookLimit = 20

    /// Reads it.
    ///
    /// - Parameter localWorkers: numbers of the local workers that run; nil when the link has none.
    func read(localWorkers: [Int]?) async -> LiveLink {
        var live = LiveLink(name: spec.name)
        live.runningWorkerIndexes = localWorkers
        live.workersRunning = localWorkers?.count ?? 0
        var contents: StoreContents?
        switch store?.first {
        case .success(let found):
            contents = found
            take(found, into: &live)
        case .failure(let error): live.problem = error.description
        case nil: break
        }
        await readSource(&live)
        await readDestination(&live)
        if live.problem == nil, let store { await settle(&live, store.reader, since: contents ?? StoreContents()) }
        await readLag(&live)
        await readActiveGroups(&live)
        if spec.settings.syncsAcls, live.problem == nil, let source, let destination, let store {
            live.acls = await AclListings(
                source: source, destination: destination, store: store.reader, principal: principal
            ).read(spec)
        }
        return live
    }

    // MARK: Records

    private func take(_ contents: StoreContents?, into live: inout LiveLink) {
        guard let contents else { return }
        live.storeExists = true
        live.record = contents.links[spec.name]
        live.mirrors = contents.mirrors(of: spec.name)
        live.otherLinksMirrors = [:]
        for key in contents.mirrors.keys where key.link != spec.name { live.otherLinksMirrors[key.topic] = key.link }
        live.failures = [:]
        for (key, reports) in contents.reports where key.link == spec.name {
            let failed = reports.values.filter { $0.partition.state == .failed }.map(\.partition)
            if let first = failed.min(by: { $0.partition < $1.partition }) {
                live.failures[key.topic] = first.reason ?? "partition \(first.partition) has failed"
            }
        }
        let mine = contents.problems.first { key, _ in
            switch key {
            case .link(let name): name == spec.name
            case .mirror(let link, _): link == spec.name
            case .report, .task, .acl, .lock: false
            }
        }
        if let (key, _) = mine {
            do throws(StoreError) {
                try contents.insist(on: key, cluster: spec.destination)
            } catch {
                live.problem = error.description
            }
        }
    }

    /// Looks again at topics whose records changed while they were described, until none did.
    ///
    /// What holds in the end are the records as of one read, and topics whose records were the same before and behind
    /// their description. So topics that others make all the time, as workers do that discover them, do not keep a
    /// reading from its end.
    private func settle(_ live: inout LiveLink, _ reader: StoreReader, since before: StoreContents) async {
        var before = before
        var described: Set<String>?
        for _ in 1...Self.lookLimit {
            let after: StoreContents?
            do throws(StoreError) {
                after = try await reader.read()
            } catch {
                live.problem = error.description
                return
            }
            let moved = before.topics(thatDifferFrom: after ?? StoreContents())
            if let described, moved.isDisjoint(with: described) { return }
            take(after, into: &live)
            guard live.problem == nil, !moved.isEmpty else { return }
            before = after ?? StoreContents()
            described = moved
            await describe(moved, &live)
        }
        let topic = "the mirror topics of link \(spec.name) on \(spec.destination)"
        live.problem = "\(topic) change faster than they are read: another apply is at work. Plan again behind it."
    }

    /// Describes mirror topics and their source topics again, as far as this link looks at them.
    private func describe(_ mirrors: Set<String>, _ live: inout LiveLink) async {
        let sources = Set(
            mirrors.compactMap { live.mirrors[$0]?.sourceTopic }
                + spec.mirrorTopics.filter { mirrors.contains($0.name) }.map(\.sourceName))
        if let source { live.sourceTopics.merge(await described(sources, on: source, live)) { $1 } }
        let copies = mirrors.filter { live.mirrors[$0] != nil || live.destinationTopics[$0] != nil }
        if let destination { live.destinationTopics.merge(await described(copies, on: destination, live)) { $1 } }
    }

    // MARK: Topics

    private func readSource(_ live: inout LiveLink) async {
        guard let source else { return }
        var names = Set(spec.mirrorTopics.map(\.sourceName) + live.mirrors.values.map(\.sourceTopic))
        if let filters = spec.autoCreateFilters {
            do throws(ClientError) {
                let all = try await source.listTopicNames()
                live.sourceTopicNames = all
                names.formUnion(all.filter { filters.selects($0) })
            } catch {
                live.sourceTopics = Dictionary(
                    uniqueKeysWithValues: names.map { ($0, .unreadable(error.description)) })
                return
            }
        }
        live.sourceTopics = await described(names, on: source, live)
    }

    private func readDestination(_ live: inout LiveLink) async {
        guard let destination else { return }
        var names = Set(spec.mirrorTopics.map(\.name) + live.mirrors.keys)
        if let filters = spec.autoCreateFilters {
            names.formUnion((live.sourceTopicNames ?? []).filter { filters.selects($0) }.map { spec.prefix + $0 })
        }
        live.destinationTopics = await described(
            names.filter { TopicName.problem($0) == nil }, on: destination, live)
        // Workers join the group once the link is there; asking before might make a fresh broker create its topic of
        // offsets.
        guard spec.workerMode == .external, live.record != nil else { return }
        do throws(ClientError) {
            let group = try await destination.describeGroup(WorkerGroup.id(link: spec.name))
            live.workersRunning = group.members.count
        } catch {
            live.workersProblem = error.description
        }
    }

    private func described(
        _ names: Set<String>, on client: ClusterClient, _ live: LiveLink
    ) async -> [String: TopicPresence] {
        guard !names.isEmpty else { return [:] }
        do throws(ClientError) {
            let wanted = configNames(live)
            return try await client.describeTopics(names, defaultsOf: wanted, only: wanted)
        } catch {
            return Dictionary(uniqueKeysWithValues: names.map { ($0, .unreadable(error.description)) })
        }
    }

    /// The settings that are compared, with their defaults.
    private func configNames(_ live: LiveLink) -> Set<String> {
        var names = MirrorConfigs(include: spec.settings.topicConfigInclude).names
        for topic in spec.mirrorTopics { names.formUnion(topic.configs.keys) }
        for record in live.mirrors.values { names.formUnion(record.overrides?.keys ?? [:].keys) }
        return names
    }

    // MARK: Lag

    /// Which groups still work on the source topics of what is to be promoted.
    private func readActiveGroups(_ live: inout LiveLink) async {
        let promoted = spec.mirrorTopics.filter { mirror in
            mirror.state == .promoted && live.mirrors[mirror.name].map { $0.state != .stopped } ?? false
        }
        guard let source, let filters = spec.settings.groupFilters, !promoted.isEmpty,
            let groups = await ActiveGroups(source: source, filters: filters).read()
        else { return }
        for mirror in promoted { live.activeGroups[mirror.name] = groups[mirror.sourceName] ?? [] }
    }

    /// Records that each topic to be promoted still lacks; unknown stays out.
    private func readLag(_ live: inout LiveLink) async {
        guard let source, let destination else { return }
        for mirror in spec.mirrorTopics where mirror.state == .promoted {
            guard live.mirrors[mirror.name].map({ $0.state != .stopped }) ?? false,
                case .present(let original) = live.sourceTopics[mirror.sourceName],
                case .present(let copy) = live.destinationTopics[mirror.name]
            else { continue }
            let count = Int32(clamping: max(original.partitionCount, copy.partitionCount))
            let sources = (0..<count).map { TopicPartition(topic: mirror.sourceName, partition: $0) }
            let copies = (0..<Int32(clamping: copy.partitionCount)).map {
                TopicPartition(topic: mirror.name, partition: $0)
            }
            // The mirror first: what the source gets in between must not make the mirror look ahead of it.
            let reached = await destination.listOffsets(copies, .trueEnd)
            let ends = await source.listOffsets(sources, .latest(.readCommitted))
            live.lag[mirror.name] = Self.lag(sources.map { ends[$0] }, copies.map { reached[$0] })
        }
    }

    /// Records that the copies lack, where one that does not exist yet lacks everything.
    ///
    /// Nil when an end is unknown, and when a copy ends behind its source: what it lacks is unknown then.
    private static func lag(
        _ ends: [Result<FoundOffset, ClientError>?], _ copies: [Result<FoundOffset, ClientError>?]
    ) -> Int64? {
        var lag: Int64 = 0
        for (index, end) in ends.enumerated() {
            guard case .success(let end) = end else { return nil }
            guard copies.indices.contains(index) else {
                lag += end.offset
                continue
            }
            guard case .success(let copied) = copies[index], copied.offset <= end.offset else { return nil }
            lag += end.offset - copied.offset
        }
        return lag
    }
}

extension StoreContents {
    /// Mirror topics, of any link, whose record is another one in `later`.
    fileprivate func topics(thatDifferFrom later: StoreContents) -> Set<String> {
        let keys = Set(mirrors.keys).union(later.mirrors.keys)
        return Set(keys.filter { mirrors[$0] != later.mirrors[$0] }.map(\.topic))
    }
}
