import Credentials
import EmbeddedBroker
import EventLoop
import Foundation
import KafkaClient
import KafkaConnection
import KafkaModel
import LinkStore
import TestSupport

/// Two embedded clusters, `a` and `b`, a folder for manifests, and the built program beside them.
final class TwoClusters: Sendable {
    let folder: TemporaryDirectory
    let source: EmbeddedBroker
    let destination: EmbeddedBroker
    private let loops: [EventLoop]

    /// The password of every user of clusters that expect SASL.
    static let password = Secret("secret")

    /// - Parameters:
    ///   - authorizer: of both clusters; nil lets everybody do everything.
    ///   - users: who is let in; nil lets everybody in.
    init(authorizer: AuthorizerOptions? = nil, users: [String]? = nil) async throws {
        folder = try TemporaryDirectory("commands")
        loops = [try EventLoop(), try EventLoop()]
        var options = BrokerOptions(clusterId: "SourceCluster000000000")
        options.authorizer = authorizer
        options.sasl = try users.map {
            try SASLOptions(users: Dictionary(uniqueKeysWithValues: $0.map { ($0, Self.password) }))
        }
        source = try await EmbeddedBroker.start(options, loop: loops[0])
        options.clusterId = "DestinationCluster0000"
        destination = try await EmbeddedBroker.start(options, loop: loops[1])
        try folder.write("m/clusters.yaml", Self.clusters(source.bootstrap, destination.bootstrap))
    }

    /// Declares both clusters with one of their users logging in.
    func declareLogin(of user: String) throws {
        let login = "{type: SCRAM-SHA-512, username: \(user), password: \"${file:../password}\"}"
        try folder.write("password", Self.password.reveal())
        try folder.write(
            "m/clusters.yaml",
            Self.clusters(source.bootstrap, destination.bootstrap).replacing(
                "\"]}", with: "\"], authentication: \(login)}"))
    }

    /// Stops both clusters and ends every worker that a test left behind.
    func stop() async {
        for pid in workerPids() { kill(pid, SIGKILL) }
        await source.stop()
        await destination.stop()
        for loop in loops { loop.stop() }
    }

    static func with(
        authorizer: AuthorizerOptions? = nil, users: [String]? = nil, _ body: (TwoClusters) async throws -> Void
    ) async throws {
        let clusters = try await TwoClusters(authorizer: authorizer, users: users)
        do {
            try await body(clusters)
        } catch {
            await clusters.stop()
            throw error
        }
        await clusters.stop()
    }

    static func clusters(_ source: String, _ destination: String, sourceId: String? = nil) -> String {
        """
        apiVersion: lockstep/v1alpha1
        kind: Cluster
        metadata: {name: a}
        spec: {bootstrapServers: ["\(source)"]\(sourceId.map { ", clusterId: \($0)" } ?? "")}
        ---
        apiVersion: lockstep/v1alpha1
        kind: Cluster
        metadata: {name: b}
        spec: {bootstrapServers: ["\(destination)"]}

        """
    }

    static func link(_ rest: String, workers: String = "{mode: external}") -> String {
        """
        apiVersion: lockstep/v1alpha1
        kind: ClusterLink
        metadata: {name: l}
        spec:
          sourceKafkaCluster: {clusterRef: {name: a}}
          destinationKafkaCluster: {clusterRef: {name: b}}
          workers: \(workers)
        \(rest.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }.joined(separator: "\n"))

        """
    }

    /// Where the manifests are.
    var manifests: String { folder.file("m") }
    /// Where the workers' files are.
    var state: String { folder.file("state") }

    /// The process ids in the state folder that still run.
    func workerPids() -> [Int32] { WorkerFiles.runningWorkers(in: state) }

    /// Runs the program with these manifests.
    func run(_ words: String..., within limit: Duration = .seconds(60)) async throws -> CommandRun {
        try await CommandRun.run(
            [lockstepExecutable] + words + ["-f", manifests], environment: ["LOCKSTEP_STATE_DIR": state], within: limit)
    }

    /// Starts the program beside the test.
    func start(_ words: String...) throws -> RunningCommand {
        try RunningCommand(
            [lockstepExecutable] + words + ["-f", manifests], environment: ["LOCKSTEP_STATE_DIR": state])
    }

    /// Everything that the destination's state topic holds.
    func stored() async throws -> StoreContents {
        let client = client(of: destination)
        let contents = try await StoreReader.read(client)
        await client.close()
        return contents ?? StoreContents()
    }

    /// The settings of a topic of the destination.
    func topicConfigs(_ topic: String) async throws -> [String: TopicConfig] {
        let client = client(of: destination)
        let configs = try await client.topicConfigs(topic)
        await client.close()
        return configs
    }

    /// Does something with a client, as a user of a cluster that expects SASL.
    func withClient<Value>(
        of broker: EmbeddedBroker, as user: String? = nil, _ body: (ClusterClient) async throws -> Value
    ) async throws -> Value {
        let client = client(of: broker, as: user)
        do {
            let value = try await body(client)
            await client.close()
            return value
        } catch {
            await client.close()
            throw error
        }
    }

    private func client(of broker: EmbeddedBroker, as user: String? = nil) -> ClusterClient {
        let sasl = user.map { SASLCredentials.scram(.sha256, username: $0, password: Self.password) }
        return ClusterClient(
            name: "test", bootstrapServers: [HostAndPort(host: "127.0.0.1", port: broker.port)],
            security: FixedSecurity(ConnectionSecurity(sasl: sasl)), retry: RetryPolicy(),
            loop: loops[0])
    }

    /// Waits until a mirror topic's partitions end at these offsets.
    func untilMirrored(_ topic: String, _ ends: [Int64]) async throws {
        try await waitUntil("\(topic) ends at \(ends)", within: .seconds(20)) {
            for (partition, end) in ends.enumerated() {
                guard await self.destination.logOffsets(topic, Int32(partition))?.logEnd == end else { return false }
            }
            return true
        }
    }

    /// Text with this test's paths and ports taken out.
    func neutral(_ text: String) -> String {
        var text = text
        for (found, shown) in [
            (folder.path, "DIR"), (source.bootstrap, "SOURCE"), (destination.bootstrap, "DESTINATION"),
        ] {
            text = text.replacingOccurrences(of: found, with: shown)
        }
        return text.replacingOccurrences(
            of: #"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"#, with: "TIME", options: .regularExpression)
    }
}
