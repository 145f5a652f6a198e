import Bytes
import Diagnostics
import EmbeddedBroker
import EventLoop
import KafkaClient
import KafkaConnection
import KafkaModel
import KafkaRecords
import LinkStore
import LiveState

/// Two embedded clusters and a link between them, to be read.
final class LiveSite: Sendable {
    let source: EmbeddedBroker
    let destination: EmbeddedBroker
    let clients: [String: ClusterClient]

    /// - Parameters:
    ///   - demanded: cluster id that the manifest demands of the source.
    ///   - authorizer: of both clusters; nil lets everybody do everything.
    init(demanding demanded: String? = nil, authorizer: AuthorizerOptions? = nil) async throws {
        var options = BrokerOptions(clusterId: "P")
        options.authorizer = authorizer
        source = try await EmbeddedBroker.start(options, loop: try EventLoop())
        options.clusterId = "D"
        destination = try await EmbeddedBroker.start(options, loop: try EventLoop())
        let loop = try EventLoop()
        var clients: [String: ClusterClient] = [:]
        for (name, broker) in [("paris", source), ("dublin", destination)] {
            clients[name] = ClusterClient(
                name: name, bootstrapServers: [HostAndPort(host: "127.0.0.1", port: broker.port)],
                expectedClusterId: name == "paris" ? demanded : nil,
                options: ConnectionOptions(connectTimeoutMs: 10_000, requestTimeoutMs: 5000),
                retry: RetryPolicy(attempts: 2, firstPauseMs: 10, maximumPauseMs: 20), loop: loop)
        }
        self.clients = clients
    }

    /// What is read of one link.
    func read(
        workers: [Int] = [], clusters: [String: ClusterSpec] = [:], _ change: (inout LinkSpec) -> Void = { _ in }
    ) async -> (clusters: [String: LiveCluster], link: LiveLink) {
        let place = SourcePlace(file: "a.yaml", line: 1, column: 1)
        var link = LinkSpec(name: "a", place: place, source: "paris", destination: "dublin")
        change(&link)
        let desired = DesiredState(clusters: clusters, links: [link], digest: "d", fileCount: 1)
        let live = await LiveStateReader(clients: clients) { _ in workers }.read(desired, nowMs: 7)
        return (live.clusters, live.links["a"] ?? LiveLink(name: "nothing was read"))
    }

    /// What is read of everything, with one link declared.
    func readAll() async -> LiveSnapshot {
        let place = SourcePlace(file: "a.yaml", line: 1, column: 1)
        let link = LinkSpec(name: "a", place: place, source: "paris", destination: "dublin")
        let desired = DesiredState(clusters: [:], links: [link], digest: "d", fileCount: 1)
        return await LiveStateReader(clients: clients) { _ in [] }.read(desired, nowMs: 7)
    }

    /// Writes a record into the destination's store as it stands.
    func store(_ key: String, _ value: String) async {
        await destination.createTopic(StoreTopic.name, configs: ["cleanup.policy": "compact"])
        await destination.appendRecord(key: key, value: value, to: StoreTopic.name)
    }

    func close() async {
        for client in clients.values { await client.close() }
        await source.stop()
        await destination.stop()
    }
}

/// An entry for a mirror topic of the source topic of the same name.
func entry(_ name: String, _ state: MirrorTopicSpec.State = .active) -> MirrorTopicSpec {
    MirrorTopicSpec(
        name: name, sourceName: name, state: state, place: SourcePlace(file: "a.yaml", line: 2, column: 1))
}

/// The JSON of a mirror topic's record on link `a`.
func mirrorJSON(_ topic: String, _ state: MirrorTopicState = .active, link: String = "a") -> String {
    #"{"link":"\#(link)","restoreConfigs":{},"schema":1,"sinceMs":1,"sourceTopic":"\#(topic)","#
        + #""state":"\#(state.rawValue)","topic":"\#(topic)"}"#
}
