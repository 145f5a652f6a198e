import KafkaClient
import KafkaModel
import LinkStore

/// Reads everything that a plan compares; writes nothing.
///
/// Whatever cannot be read becomes a finding with a reason, never a crash and never an absence (design: product.md §4).
package struct LiveStateReader: Sendable {
    /// How many local workers of a link run on this machine, by their numbers.
    package typealias LocalWorkers = @Sendable (_ link: String) -> [Int]

    private let clients: [String: ClusterClient]
    private let localWorkers: LocalWorkers

    /// A reader.
    ///
    /// - Parameters:
    ///   - clients: clients of the declared clusters by name.
    ///   - localWorkers: numbers of the workers of a link that run on this machine.
    package init(clients: [String: ClusterClient], localWorkers: @escaping LocalWorkers) {
        self.clients = clients
        self.localWorkers = localWorkers
    }

    /// Reads both clusters of every link.
    ///
    /// - Parameter nowMs: when it is read, in milliseconds since 1970.
    package func read(_ desired: DesiredState, nowMs: Int64) async -> LiveSnapshot {
        let clusters = await readClusters(Set(desired.links.flatMap { [$0.source, $0.destination] }))
        let stores = await readStores(Set(desired.links.map(\.destination)), clusters)
        var links: [String: LiveLink] = [:]
        await withTaskGroup(of: LiveLink.self) { group in
            for spec in desired.links {
                group.addTask { await readLink(spec, clusters, stores[spec.destination]) }
            }
            for await link in group { links[link.name] = link }
        }
        return LiveSnapshot(clusters: clusters, links: links, readAtMs: nowMs)
    }

    // MARK: Clusters and state topics

    private func readClusters(_ names: Set<String>) async -> [String: LiveCluster] {
        var clusters: [String: LiveCluster] = [:]
        await withTaskGroup(of: LiveCluster.self) { group in
            for name in names.sorted() {
                group.addTask { await readCluster(name) }
            }
            for await cluster in group { clusters[cluster.name] = cluster }
        }
        return clusters
    }

    private func readCluster(_ name: String) async -> LiveCluster {
        guard let client = clients[name] else {
            return LiveCluster(name: name, clusterId: nil, brokerCount: 0, problem: "cluster \(name) is not declared.")
        }
        do throws(ClientError) {
            let metadata = try await client.metadata([])
            return LiveCluster(name: name, clusterId: metadata.clusterId, brokerCount: metadata.brokers.count)
        } catch {
            return LiveCluster(name: name, clusterId: nil, brokerCount: 0, problem: error.description)
        }
    }

    private typealias StoreResult = Result<StoreContents?, StoreError>

    private func readStores(_ names: Set<String>, _ clusters: [String: LiveCluster]) async -> [String: StoreResult] {
        var stores: [String: StoreResult] = [:]
        for name in names.sorted() {
            guard let client = clients[name], clusters[name]?.problem == nil else { continue }
            do throws(StoreError) {
                stores[name] = .success(try await StoreReader.read(client))
            } catch {
                stores[name] = .failure(error)
            }
        }
        return stores
    }

    // MARK: Links

    private func readLink(
        _ spec: LinkSpec, _ clusters: [String: LiveCluster], _ store: StoreResult?
    ) async -> LiveLink {
        var live = LiveLink(name: spec.name)
        live.runningWorkerIndexes = spec.workerMode == .local ? localWorkers(spec.name) : nil
        live.workersRunning = live.runningWorkerIndexes?.count ?? 0
        switch store {
        case .success(let contents?): take(contents, of: spec, into: &live)
        case .failure(let error): live.problem = error.description
        case .success(nil), nil: break
        }
        if let client = clients[spec.source], clusters[spec.source]?.problem == nil {
            await readSource(spec, client, &live)
        }
        if let client = clients[spec.destination], clusters[spec.destination]?.problem == nil {
            await readDestination(spec, client, &live)
        }
        await readLag(spec, &live)
        return live
    }

    private func take(_ contents: StoreContents, of spec: LinkSpec, into live: inout LiveLink) {
        live.storeExists = true
        live.record = contents.links[spec.name]
        live.mirrors = contents.mirrors(of: spec.name)
        for key in contents.mirrors.keys where key.link != spec.name { live.otherLinksMirrors[key.topic] = key.link }
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
            case .report, .lock: false
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

    private func readSource(_ spec: LinkSpec, _ client: ClusterClient, _ live: inout LiveLink) async {
        var names = Set(spec.mirrorTopics.map(\.sourceName) + live.mirrors.values.map(\.sourceTopic))
        do throws(ClientError) {
            if let filters = spec.autoCreateFilters {
                let all = try await client.listTopicNames()
                live.sourceTopicNames = all
                names.formUnion(all.filter { filters.selects($0) })
            }
            live.sourceTopics = try await client.describeTopics(names, defaultsOf: Set(SyncedConfigs.names))
        } catch {
            for name in names { live.sourceTopics[name] = .unreadable(error.description) }
        }
    }

    private func readDestination(_ spec: LinkSpec, _ client: ClusterClient, _ live: inout LiveLink) async {
        var names = Set(spec.mirrorTopics.map(\.name) + live.mirrors.keys)
        if let filters = spec.autoCreateFilters {
            names.formUnion((live.sourceTopicNames ?? []).filter { filters.selects($0) }.map { spec.prefix + $0 })
        }
        do throws(ClientError) {
            live.destinationTopics = try await client.describeTopics(
                names.filter { TopicName.problem($0) == nil }, defaultsOf: Set(SyncedConfigs.names))
            if spec.workerMode == .external {
                live.workersRunning = try await client.describeGroup(WorkerGroup.id(link: spec.name)).members.count
            }
        } catch {
            for name in names where live.destinationTopics[name] == nil {
                live.destinationTopics[name] = .unreadable(error.description)
            }
        }
    }

    // MARK: Lag

    /// Records that each topic to be promoted still lacks; unknown stays out.
    private func readLag(_ spec: LinkSpec, _ live: inout LiveLink) async {
        guard let source = clients[spec.source], let destination = clients[spec.destination] else { return }
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
            let ends = await source.listOffsets(sources, .latest(.readCommitted))
            let reached = await destination.listOffsets(copies, .trueEnd)
            var lag: Int64 = 0
            var isKnown = true
            for partition in 0..<count {
                let mine = reached[TopicPartition(topic: mirror.name, partition: partition)]
                guard case .success(let end) = ends[TopicPartition(topic: mirror.sourceName, partition: partition)]
                else {
                    isKnown = false
                    break
                }
                switch mine {
                case .success(let copied): lag += max(end.offset - copied.offset, 0)
                case nil: lag += end.offset
                case .failure: isKnown = false
                }
            }
            if isKnown { live.lag[mirror.name] = lag }
        }
    }
}
