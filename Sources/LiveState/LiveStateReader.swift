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
        var links = undeclaredLinks(desired, stores)
        await withTaskGroup(of: LiveLink.self) { group in
            for spec in desired.links {
                let principal = desired.clusters[spec.destination]?.security.principal
                group.addTask { await readLink(spec, clusters, stores[spec.destination], principal) }
            }
            for await link in group { links[link.name] = link }
        }
        return LiveSnapshot(clusters: clusters, links: links, readAtMs: nowMs)
    }

    private func readLink(
        _ spec: LinkSpec, _ clusters: [String: LiveCluster], _ store: ReadStore?, _ principal: String?
    ) async -> LiveLink {
        let workers = spec.workerMode == .local ? localWorkers(spec.name) : nil
        return await LinkReading(
            spec: spec, source: usable(spec.source, clusters), destination: usable(spec.destination, clusters),
            store: store, principal: principal
        ).read(localWorkers: workers)
    }

    private func usable(_ name: String, _ clusters: [String: LiveCluster]) -> ClusterClient? {
        clusters[name]?.problem == nil ? clients[name] : nil
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

    private func readStores(_ names: Set<String>, _ clusters: [String: LiveCluster]) async -> [String: ReadStore] {
        var stores: [String: ReadStore] = [:]
        await withTaskGroup(of: (String, ReadStore).self) { group in
            for name in names.sorted() {
                guard let client = usable(name, clusters) else { continue }
                group.addTask { (name, await ReadStore(StoreReader(client))) }
            }
            for await (name, store) in group { stores[name] = store }
        }
        return stores
    }

    /// Links that a store holds and no manifest declares: only that they are there.
    private func undeclaredLinks(_ desired: DesiredState, _ stores: [String: ReadStore]) -> [String: LiveLink] {
        let declared = Set(desired.links.map(\.name))
        var links: [String: LiveLink] = [:]
        for (_, store) in stores.sorted(by: { $0.key < $1.key }) {
            guard case .success(let contents?) = store.first else { continue }
            for (name, record) in contents.links where !declared.contains(name) && links[name] == nil {
                var live = LiveLink(name: name)
                live.record = record
                live.storeExists = true
                links[name] = live
            }
        }
        return links
    }
}

/// The `__lockstep` topic of one destination: what it held at first, and the reader that tells what it holds by now.
struct ReadStore: Sendable {
    let reader: StoreReader
    /// What the first read found; nil contents when there is no such topic.
    let first: Result<StoreContents?, StoreError>

    /// Reads for the first time.
    init(_ reader: StoreReader) async {
        self.reader = reader
        do throws(StoreError) {
            first = .success(try await reader.read())
        } catch {
            first = .failure(error)
        }
    }
}
