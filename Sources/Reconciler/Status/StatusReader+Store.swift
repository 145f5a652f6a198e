import Diagnostics
import KafkaClient
import KafkaModel
import LinkStore

extension StatusReader {
    /// What is stored about the link: its record, its mirror topics, its workers' reports.
    func take(_ store: ReadStore, _ destination: ClusterClient, into readings: inout LinkReadings) {
        let link = readings.spec.name
        do throws(StoreError) {
            guard let contents = try store.get() else { return }
            readings.record = contents.links[link]
            readings.mirrors = contents.mirrors(of: link)
            readings.tasks = contents.tasks[link] ?? [:]
            for (key, reports) in contents.reports where key.link == link {
                for (number, report) in reports {
                    readings.reports[TopicPartition(topic: key.topic, partition: number)] = report
                }
            }
            // What was read is shown even when something else in the topic cannot be used.
            try contents.insist(cluster: destination.name)
        } catch {
            readings.problem = "\(error)"
        }
    }

    /// The state topics of clusters, by cluster; clusters that cannot be reached are left out.
    func readStores(on clusters: Set<String>, _ found: [String: ClusterStatus]) async -> [String: ReadStore] {
        var stores: [String: ReadStore] = [:]
        await withTaskGroup(of: (String, ReadStore).self) { group in
            for name in clusters {
                guard let client = clients[name], found[name]?.problem == nil else { continue }
                group.addTask {
                    do throws(StoreError) {
                        return (name, .success(try await StoreReader.read(client)))
                    } catch {
                        return (name, .failure(error))
                    }
                }
            }
            for await (name, store) in group { stores[name] = store }
        }
        return stores
    }

    /// Links that a state topic holds and no manifest declares, as if they were declared.
    func undeclaredLinks(_ stores: [String: ReadStore], _ found: [String: ClusterStatus]) -> [LinkSpec] {
        var links: [String: LinkSpec] = [:]
        let declared = Set(desired.links.map { "\($0.destination)/\($0.name)" })
        for (cluster, store) in stores.sorted(by: { $0.key < $1.key }) {
            guard case .success(let contents?) = store else { continue }
            for (name, record) in contents.links where !declared.contains("\(cluster)/\(name)") {
                // Two names of one cluster show the same link once.
                let id = "\(record.destinationClusterId)/\(name)"
                guard links[id] == nil, !isDeclared(name, on: record.destinationClusterId, found) else { continue }
                let source = found.values.first { $0.clusterId == record.sourceClusterId }?.name
                links[id] = LinkSpec(
                    name: name, place: SourcePlace(file: StoreTopic.name, line: 1, column: 1),
                    source: source ?? record.sourceClusterId, destination: cluster)
            }
        }
        return links.values.sorted { ($0.name, $0.destination) < ($1.name, $1.destination) }
    }

    private func isDeclared(_ link: String, on clusterId: String, _ found: [String: ClusterStatus]) -> Bool {
        desired.links.contains { $0.name == link && found[$0.destination]?.clusterId == clusterId }
    }
}

/// What reading a state topic came to; nil contents when there is no such topic.
typealias ReadStore = Result<StoreContents?, StoreError>
