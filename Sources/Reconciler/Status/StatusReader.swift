import KafkaClient
import KafkaModel
import LinkStore

/// Reads what `status` shows: the store, the workers' group, and the ends of all logs.
package struct StatusReader: Sendable {
    let desired: DesiredState
    let clients: ClusterClients
    /// How many lagging partitions of a link are asked for the age of what they lack; of the rest it is unknown.
    private let ageLimit: Int

    /// A reader for the links of a desired state.
    ///
    /// - Parameter ageLimit: how many lagging partitions of a link are asked for the age of what they lack: each is a
    ///   read of its own at the source.
    package init(desired: DesiredState, clients: ClusterClients, ageLimit: Int = 1_000) {
        self.desired = desired
        self.clients = clients
        self.ageLimit = ageLimit
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
        readings.partitionCounts = await Self.partitionCounts(mirrors.map(\.topic), destination)
        for mirror in mirrors {
            for number in 0..<Int32(readings.partitionCounts[mirror.topic]?.value ?? 0) {
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

    /// Topics in one request.
    private static let topicsPerRequest = 500

    /// How many partitions topics have, or why the cluster does not tell.
    private static func partitionCounts(
        _ topics: [String], _ client: ClusterClient
    ) async -> [String: StatusReading<Int>] {
        var counts: [String: StatusReading<Int>] = [:]
        let sorted = topics.sorted()
        for start in stride(from: 0, to: sorted.count, by: topicsPerRequest) {
            let part = Array(sorted[start..<min(start + topicsPerRequest, sorted.count)])
            do throws(ClientError) {
                let found = try await client.metadata(part).topics
                for name in part { counts[name] = partitionCount(found[name], of: name, client) }
            } catch {
                for name in part { counts[name] = .unknown("\(error)") }
            }
        }
        return counts
    }

    /// A topic that is gone or refused has none.
    private static func partitionCount(
        _ topic: ClusterMetadata.Topic?, of name: String, _ client: ClusterClient
    ) -> StatusReading<Int> {
        guard let topic, !topic.partitions.isEmpty else {
            let answer = topic.map { ": \($0.error)" } ?? ""
            return .unknown("cluster \(client.name) does not tell the partitions of topic \(name)\(answer)")
        }
        return .known(topic.partitions.count)
    }

    /// Looks at the first record that the mirror does not have, of each partition that lags, as far as the limit goes.
    private func readOldestMissing(
        _ source: ClusterClient, _ wanted: [TopicPartition: TopicPartition], _ readings: inout LinkReadings
    ) async {
        var lagging: [OldestMissing.Question] = []
        for (sourcePartition, partition) in wanted {
            guard let end = readings.mirrorEnds[partition]?.value, let last = readings.sourceEnds[partition]?.value,
                last > end
            else { continue }
            lagging.append(OldestMissing.Question(source: sourcePartition, mirror: partition, offset: end))
        }
        lagging.sort { $0.mirror < $1.mirror }
        for question in lagging.dropFirst(ageLimit) {
            readings.oldestMissing[question.mirror] = .unknown(
                "of \(lagging.count) lagging partitions only the first \(ageLimit) are asked for it")
        }
        let answers = await OldestMissing.timestamps(lagging.prefix(ageLimit), source)
        readings.oldestMissing.merge(answers) { $1 }
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
