import KafkaClient
import KafkaModel
import LinkStore

/// Reads what `status` shows: the store, the workers' group, and the ends of all logs.
package struct StatusReader: Sendable {
    let desired: DesiredState
    let clients: ClusterClients

    /// A reader for the links of a desired state.
    package init(desired: DesiredState, clients: ClusterClients) {
        self.desired = desired
        self.clients = clients
    }

    /// Reads everything once; what cannot be read is unknown with its reason, and nothing is written.
    ///
    /// - Parameters:
    ///   - link: only this link; nil for all.
    ///   - everywhere: whether all declared clusters are asked for links, and not only the links' destinations.
    ///   - nowMs: the time to compare with, in milliseconds since 1970.
    package func read(link: String? = nil, everywhere: Bool = false, nowMs: () -> Int64) async -> StatusSnapshot {
        let specs = desired.links.filter { link == nil || $0.name == link }
        var clusters: [String: ClusterStatus] = [:]
        await withTaskGroup(of: ClusterStatus.self) { group in
            let named = Set(specs.flatMap { [$0.source, $0.destination] })
            for name in everywhere ? named.union(desired.clusters.keys) : named {
                group.addTask { await cluster(name) }
            }
            for await cluster in group { clusters[cluster.name] = cluster }
        }
        var readings: [LinkReadings] = []
        let holders = everywhere ? Set(desired.clusters.keys) : Set(specs.map(\.destination))
        let stores = await readStores(on: holders, clusters)
        for spec in specs { readings.append(await self.readings(spec, clusters, stores)) }
        for spec in undeclaredLinks(stores, clusters) where link == nil || spec.name == link {
            var found = await self.readings(spec, clusters, stores)
            found.isDeclared = false
            readings.append(found)
        }
        let now = nowMs()
        return StatusSnapshot(
            clusters: clusters.values.sorted { $0.name < $1.name },
            links: readings.map { StatusAssembly($0, nowMs: now).link() }, readAtMs: now)
    }

    private func cluster(_ name: String) async -> ClusterStatus {
        guard let client = clients[name] else {
            return ClusterStatus(name: name, clusterId: nil, brokerCount: nil, problem: "it is not declared")
        }
        do throws(ClientError) {
            let metadata = try await client.metadata([])
            return ClusterStatus(
                name: name, clusterId: metadata.clusterId, brokerCount: metadata.brokers.count, problem: nil)
        } catch {
            return ClusterStatus(name: name, clusterId: nil, brokerCount: nil, problem: "\(error)")
        }
    }

    private func readings(
        _ spec: LinkSpec, _ clusters: [String: ClusterStatus], _ stores: [String: ReadStore]
    ) async -> LinkReadings {
        var readings = LinkReadings(spec: spec)
        guard let destination = clients[spec.destination] else { return readings }
        let source = clients[spec.source]
        let sourceProblem =
            source == nil ? "no manifest declares cluster id \(spec.source)" : clusters[spec.source]?.problem
        readings.sourceAnswers = source == nil ? .unknown(sourceProblem ?? "") : .known(sourceProblem == nil)
        if let problem = clusters[spec.destination]?.problem {
            readings.problem = problem
            readings.members = .unknown(problem)
            return readings
        }
        if let store = stores[spec.destination] { take(store, destination, into: &readings) }
        readings.members = await members(of: spec.name, destination)
        await readEnds(source, sourceProblem: sourceProblem, destination, &readings)
        return readings
    }

    private func members(of link: String, _ destination: ClusterClient) async -> StatusReading<[WorkerStatus]> {
        do throws(ClientError) {
            let group = try await destination.describeGroup(WorkerGroup.id(link: link))
            return .known(
                group.members.map { member in
                    // A worker joins with the name that its reports carry.
                    WorkerStatus(
                        name: member.metadata.isEmpty
                            ? member.instanceId ?? member.clientId : String(decoding: member.metadata, as: UTF8.self),
                        memberId: member.memberId,
                        host: member.clientHost.hasPrefix("/")
                            ? String(member.clientHost.dropFirst()) : member.clientHost,
                        partitionCount: 0)
                })
        } catch {
            return .unknown("\(error)")
        }
    }

    // MARK: Ends of logs

    private func readEnds(
        _ source: ClusterClient?, sourceProblem: String?, _ destination: ClusterClient,
        _ readings: inout LinkReadings
    ) async {
        var partitions: [TopicPartition] = []
        var wanted: [TopicPartition: TopicPartition] = [:]
        let mirrors = readings.mirrors.values.filter { $0.state != .pendingMirror }
        for mirror in mirrors {
            guard let topic = try? await destination.topic(mirror.topic) else { continue }
            readings.partitionCounts[mirror.topic] = topic.partitions.count
            for number in 0..<Int32(topic.partitions.count) {
                let partition = TopicPartition(topic: mirror.topic, partition: number)
                partitions.append(partition)
                if mirror.state != .stopped {
                    wanted[TopicPartition(topic: mirror.sourceTopic, partition: number)] = partition
                }
            }
        }
        readings.mirrorEnds = Self.readings(await destination.listOffsets(partitions, .trueEnd))
        readings.highWatermarks = Self.readings(await destination.listOffsets(partitions, .latest(.readUncommitted)))
        guard let source, sourceProblem == nil else {
            let reason = sourceProblem ?? "the source was not asked"
            for partition in wanted.values { readings.sourceEnds[partition] = .unknown(reason) }
            return
        }
        let ends = Self.readings(await source.listOffsets(wanted.keys, .latest(.readCommitted)))
        for (sourcePartition, partition) in wanted { readings.sourceEnds[partition] = ends[sourcePartition] }
        await readOldestMissing(source, wanted, &readings)
    }

    /// Looks at the first record that the mirror does not have, of each partition that lags.
    private func readOldestMissing(
        _ source: ClusterClient, _ wanted: [TopicPartition: TopicPartition], _ readings: inout LinkReadings
    ) async {
        for (sourcePartition, partition) in wanted {
            guard let end = readings.mirrorEnds[partition]?.value, let last = readings.sourceEnds[partition]?.value,
                last > end
            else { continue }
            readings.oldestMissing[partition] = await OldestMissing.timestamp(sourcePartition, from: end, source)
        }
    }

    private static func readings(_ results: PartitionResults<FoundOffset>) -> [TopicPartition: StatusReading<Int64>] {
        results.mapValues { result in
            switch result {
            case .success(let found): .known(found.offset)
            case .failure(let error): .unknown("\(error)")
            }
        }
    }
}
