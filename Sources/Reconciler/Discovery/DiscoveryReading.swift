import Diagnostics
import KafkaClient
import KafkaModel
import LinkStore
import LinkSync

/// Why a discovery could not look.
struct DiscoveryFailure: Error {
    /// Cluster Linking's code.
    var code: String
    /// For people: what happened and what to do.
    var text: String

    init(_ error: ClientError) {
        code = error.taskCode
        text = error.description
    }

    init(_ error: StoreError) {
        code = error.taskCode
        text = error.description
    }
}

/// Reads what a discovery plans with: only the source topics that have no mirror yet.
struct DiscoveryReading: Sendable {
    /// Names of the two clusters in the manifests.
    struct Sides {
        var source: String
        var destination: String
    }

    /// What the planner gets.
    struct Found {
        /// The link, and those that mirror from its destination to its source.
        var links: [LinkSpec]
        var live: LiveSnapshot
    }

    let source: ClusterClient
    let destination: ClusterClient
    private let store: StoreReader
    private let storeOfSource: StoreReader

    /// A reader for one link; the state topics are read once and followed from then on.
    ///
    /// - Parameter store: reads the destination's state topic.
    init(source: ClusterClient, destination: ClusterClient, store: StoreReader) {
        self.source = source
        self.destination = destination
        self.store = store
        storeOfSource = StoreReader(source, lane: .fetch(-4))
    }

    /// Names of the source topics that the filters select.
    func selected(by settings: LinkSettings) async throws(DiscoveryFailure) -> [String] {
        guard let filters = settings.topicFilters else { return [] }
        let left = Set(settings.notAutoCreated ?? [])
        do throws(ClientError) {
            return try await source.listTopicNames().filter { filters.selects($0) && !left.contains($0) }
        } catch {
            throw DiscoveryFailure(error)
        }
    }

    /// Those of the selected topics that have no mirror yet, or one whose creation was cut off.
    func candidates(of selected: [String], _ link: LinkRecord) async throws(DiscoveryFailure) -> [String] {
        let mirrors = try await records().mirrors(of: link.name)
        return selected.filter { name in mirrors[link.prefix + name].map { $0.state == .pendingMirror } ?? true }
    }

    /// Reads both sides of the candidates.
    ///
    /// A topic whose record changes meanwhile is left out: somebody else is at it.
    func read(_ link: LinkRecord, _ candidates: [String], _ sides: Sides) async throws(DiscoveryFailure) -> Found {
        let before = try await records()
        var live = LiveLink(name: link.name)
        var snapshot: LiveSnapshot
        do throws(ClientError) {
            snapshot = LiveSnapshot(
                clusters: [
                    sides.source: try await cluster(sides.source, source),
                    sides.destination: try await cluster(sides.destination, destination),
                ], links: [:], readAtMs: 0)
            let names = MirrorConfigs(include: link.settings.topicConfigInclude).names
            live.sourceTopics = try await source.describeTopics(candidates, defaultsOf: names, only: names)
            let copies = candidates.map { link.prefix + $0 }.filter { TopicName.problem($0) == nil }
            live.destinationTopics = try await destination.describeTopics(copies, defaultsOf: names, only: names)
        } catch {
            throw DiscoveryFailure(error)
        }
        let contents = try await records()
        let still = candidates.filter { name in !before.differs(from: contents, about: link.prefix + name) }
        live.sourceTopicNames = still
        live.storeExists = true
        live.record = contents.links[link.name]
        live.mirrors = contents.mirrors(of: link.name).filter { still.contains($0.value.sourceTopic) }
        for key in contents.mirrors.keys where key.link != link.name { live.otherLinksMirrors[key.topic] = key.link }
        snapshot.links[link.name] = live
        let back = try await linksBack(to: link, sides)
        for (spec, found) in back { snapshot.links[spec.name] = found }
        return Found(links: [LinkSpec(link, sides)] + back.map(\.0), live: snapshot)
    }

    private func cluster(_ name: String, _ client: ClusterClient) async throws(ClientError) -> LiveCluster {
        let metadata = try await client.metadata([])
        return LiveCluster(name: name, clusterId: metadata.clusterId, brokerCount: metadata.brokers.count)
    }

    private func records() async throws(DiscoveryFailure) -> StoreContents {
        do throws(StoreError) {
            let contents = try await store.read() ?? StoreContents()
            try contents.insist(cluster: destination.name)
            return contents
        } catch {
            throw DiscoveryFailure(error)
        }
    }

    /// What the source's state topic holds; nil when it has none, or when its ACLs keep it from us.
    ///
    /// Who may read all topics may read that one. Who may read only some of them cannot come upon copies of his own
    /// copies, unless their names were chosen for it.
    private func recordsOfSource(_ filters: TopicFilters?) async throws(DiscoveryFailure) -> StoreContents? {
        do throws(StoreError) {
            return try await storeOfSource.read()
        } catch {
            let selectsAll = filters?.entries.contains { $0.filterType == .include && $0.covers(StoreTopic.name) }
            guard selectsAll != true, await !mayReadStoreOfSource() else { throw DiscoveryFailure(error) }
            return nil
        }
    }

    /// Whether nothing is known that would keep us from reading the source's state topic.
    private func mayReadStoreOfSource() async -> Bool {
        do throws(ClientError) {
            return switch try await source.topicOperations([StoreTopic.name])[StoreTopic.name] {
            case .refused: false
            case let operations?: operations.permits(.read) != false
            case nil: true
            }
        } catch {
            return true
        }
    }

    /// Links whose mirrors on our source come from our destination: those are not mirrored back.
    ///
    /// Without knowing them two links that mirror everything would mirror each other's copies for ever.
    private func linksBack(
        to link: LinkRecord, _ sides: Sides
    ) async throws(DiscoveryFailure) -> [(LinkSpec, LiveLink)] {
        guard let contents = try await recordsOfSource(link.settings.topicFilters) else { return [] }
        return contents.links.values.filter { $0.sourceClusterId == link.destinationClusterId }.map { record in
            // A name of its own: both clusters may have a link of the same name.
            var back = record
            back.name = "\(record.name) on \(sides.source)"
            var live = LiveLink(name: back.name)
            live.storeExists = true
            live.record = back
            live.mirrors = contents.mirrors(of: record.name)
            return (LinkSpec(back, Sides(source: sides.destination, destination: sides.source), isBack: true), live)
        }
    }
}

extension LinkSpec {
    /// A link as its record tells it: without entries, and without workers to start.
    fileprivate init(_ record: LinkRecord, _ sides: DiscoveryReading.Sides, isBack: Bool = false) {
        let place = SourcePlace(file: "link \(record.name)", line: 1, column: 1)
        self.init(name: record.name, place: place, source: sides.source, destination: sides.destination)
        state = record.state
        prefix = record.prefix
        workerCount = 0
        configs = record.settings.configs
        replicationFactor = record.settings.replicationFactor
        autoCreateFilters = isBack ? nil : record.settings.topicFilters
    }
}

extension StoreContents {
    /// Whether a mirror topic has another record, on any link, in `later`.
    fileprivate func differs(from later: StoreContents, about topic: String) -> Bool {
        let keys = Set(mirrors.keys).union(later.mirrors.keys).filter { $0.topic == topic }
        return keys.contains { mirrors[$0] != later.mirrors[$0] }
    }
}
