import Bytes
import Diagnostics
import EmbeddedBroker
import EventLoop
import KafkaClient
import KafkaConnection
import KafkaModel
import KafkaProtocol
import KafkaRecords
import LinkStore
import LiveState
import Planner
import Synchronization

@testable import Applier

/// Two embedded clusters, manifests between them, and an apply as the command line does it.
final class World: Sendable {
    let source: EmbeddedBroker
    let destination: EmbeddedBroker
    let clients: [String: ClusterClient]
    private let desired: Mutex<DesiredState>
    private let seen = Mutex<[String]>([])
    private let started = Mutex<[String]>([])

    var events: [String] { seen.withLock { $0 } }
    var startedWorkers: [String] { started.withLock { $0 } }

    init() async throws {
        source = try await EmbeddedBroker.start(clusterId: "P", loop: try EventLoop())
        destination = try await EmbeddedBroker.start(clusterId: "D", loop: try EventLoop())
        let loop = try EventLoop()
        var clients: [String: ClusterClient] = [:]
        var specs: [String: ClusterSpec] = [:]
        for (name, broker) in [("paris", source), ("dublin", destination)] {
            let server = HostAndPort(host: "127.0.0.1", port: broker.port)
            clients[name] = World.client(name, server, loop)
            specs[name] = ClusterSpec(name: name, place: World.place, bootstrapServers: [server])
        }
        self.clients = clients
        var link = LinkSpec(name: "a", place: World.place, source: "paris", destination: "dublin")
        link.workerCount = 0
        link.promoteTimeoutMs = 20_000
        desired = Mutex(DesiredState(clusters: specs, links: [link], digest: "d", fileCount: 1))
    }

    static let place = SourcePlace(file: "a.yaml", line: 1, column: 1)

    static func client(_ name: String, _ server: HostAndPort, _ loop: EventLoop) -> ClusterClient {
        let retry = RetryPolicy(attempts: 3, firstPauseMs: 10, maximumPauseMs: 50)
        return ClusterClient(
            name: name, bootstrapServers: [server],
            options: ConnectionOptions(connectTimeoutMs: 10_000, requestTimeoutMs: 5000), retry: retry, loop: loop)
    }

    var dublin: ClusterClient {
        get throws { try found(clients["dublin"], "the client of dublin") }
    }

    /// Another client of the destination, whose requests wait behind none of the others.
    func another() throws -> ClusterClient {
        World.client("dublin", HostAndPort(host: "127.0.0.1", port: destination.port), try EventLoop())
    }

    func close() async {
        for client in clients.values { await client.close() }
        await source.stop()
        await destination.stop()
    }

    // MARK: Manifests

    /// Changes the link's manifest.
    func declare(_ change: @Sendable (inout LinkSpec) -> Void) {
        desired.withLock { change(&$0.links[0]) }
    }

    /// Declares one mirror topic in a state, instead of an earlier entry for it.
    func declare(_ topic: String, _ state: MirrorTopicSpec.State = .active) {
        declare { link in
            link.mirrorTopics.removeAll { $0.name == topic }
            link.mirrorTopics.append(
                MirrorTopicSpec(name: topic, sourceName: topic, state: state, place: World.place))
        }
    }

    // MARK: Plan and apply

    func plan() async -> Plan {
        let state = desired.withLock { $0 }
        let live = await LiveStateReader(clients: clients) { _ in [] }.read(state, nowMs: 1)
        return Planner.plan(desired: state, live: live)
    }

    @discardableResult
    func apply(
        _ plan: Plan? = nil, workerProblems: [String] = [], _ change: (inout ApplyOptions) -> Void = { _ in }
    ) async -> ApplyResult {
        var options = ApplyOptions(holder: "host 1")
        options.emptyGroupMs = 0
        options.quietMs = 0
        change(&options)
        let wanted: Plan = if let plan { plan } else { await self.plan() }
        return await Applier(
            clients: clients, options: options,
            startWorkers: { link, indexes in
                self.started.withLock { $0.append("\(link) \(indexes)") }
                return workerProblems
            },
            stopWorkers: { _, _ in [] }, progress: { self.note($0) }
        ).apply(wanted)
    }

    private func note(_ event: ApplyEvent) {
        let text =
            switch event {
            case .started(let step): "\(step.number) started"
            case .waiting(let step, let what): "\(step.number) waiting: \(what)"
            case .ended(let step, let outcome, _): "\(step.number) \(outcome)"
            }
        seen.withLock { $0.append(text) }
    }

    /// Changes settings of a source topic; nil for the brokers' value.
    func setSource(_ topic: String, _ configs: [String: String?]) async {
        for (name, value) in configs { await source.setConfig(name, value, of: topic) }
    }

    // MARK: What is there

    /// Copies what the mirror of a partition lacks, as a worker does.
    func copy(_ topic: String, _ partition: Int32 = 0) async throws {
        let end = try found(await destination.logOffsets(topic, partition), "the mirror").logEnd
        for batch in await source.storedBatches(topic, partition) where batch.header.baseOffset >= end {
            await destination.appendStored(batch.slice, to: topic, partition)
        }
    }

    func contents() async throws -> StoreContents {
        try await StoreReader.read(try dublin) ?? StoreContents()
    }

    func mirror(_ topic: String) async throws -> MirrorRecord? {
        try await contents().mirrors[StoreContents.MirrorKey(link: "a", topic: topic)]
    }

    /// Reports of a worker that has obeyed the stop of a topic's partitions, and last saw the source a while ago.
    func reportStopped(
        _ topic: String, partitions: Int32, next: Int64, end: Int64, ageMs: Int64 = 0
    ) async throws {
        let record = try found(try await mirror(topic), "the record of \(topic)")
        let reports = (0..<partitions).map { partition in
            WorkerReport(
                link: "a", topic: topic, worker: "w",
                partition: PartitionReport(
                    partition: partition, state: .stopped, nextOffset: next, sourceEndOffset: end,
                    lastSuccessMs: WallClock.nowMs - ageMs, stoppedFor: record.stop?.requestId),
                atMs: WallClock.nowMs)
        }
        try await ReportWriter(try dublin).write(reports)
    }
}

/// A failure of the test's own set-up.
struct Missing: Error, CustomStringConvertible {
    let description: String
}

/// A value that must be there.
func found<Value>(_ value: Value?, _ what: String) throws -> Value {
    guard let value else { throw Missing(description: "\(what) is missing") }
    return value
}

extension ApplyResult {
    /// How each step ended, in order.
    var outcomes: [StepOutcome] { steps.map(\.outcome) }
}
