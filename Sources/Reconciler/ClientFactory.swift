import Credentials
import Diagnostics
import EventLoop
import KafkaClient
import KafkaConnection
import KafkaModel
import Manifest

/// Makes clients from `Cluster` manifests; knows which Kafka client property becomes what.
package struct ClientFactory: Sendable {
    /// What a client is made with, beside names and addresses.
    package struct Settings: Sendable {
        /// Limits and names of connections.
        package var options: ConnectionOptions
        /// How requests are tried again.
        package var retry: RetryPolicy
        /// How connections are protected.
        package var security: any SecurityProvider
    }

    private let environment: [String: String]
    private let loop: EventLoop
    private let log: @Sendable (String) -> Void

    /// Makes clients that live on `loop`.
    ///
    /// - Parameters:
    ///   - environment: where references to variables are looked up.
    ///   - log: gets sentences about files with secrets that cannot be used for the moment.
    package init(
        environment: [String: String], loop: EventLoop, log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.environment = environment
        self.loop = loop
        self.log = log
    }

    /// A client of the cluster; nothing is connected yet.
    ///
    /// - Parameter clientId: name told to brokers where the manifest sets no `client.id`.
    package func client(
        for spec: ClusterSpec, clientId: String = "lockstep"
    ) throws(ReconcilerError) -> ClusterClient {
        let settings = try settings(for: spec, clientId: clientId)
        return ClusterClient(
            name: spec.name, bootstrapServers: spec.bootstrapServers, expectedClusterId: spec.clusterId,
            options: settings.options, security: settings.security, retry: settings.retry, loop: loop)
    }

    /// What a client of the cluster is made with.
    package func settings(
        for spec: ClusterSpec, clientId: String
    ) throws(ReconcilerError) -> Settings {
        guard !spec.bootstrapServers.isEmpty else {
            throw .property(
                cluster: spec.name, key: "bootstrap.servers",
                reason:
                    "the file \"\(spec.propertiesFile?.path ?? "")\" cannot be read, and the manifest names no servers")
        }
        var options = ConnectionOptions(clientId: clientId)
        var retry = RetryPolicy()
        for (key, written) in spec.properties.sorted(by: { $0.key < $1.key }) {
            let value = try resolved(written, key, spec)
            switch key {
            case "client.id": options.clientId = value
            case "request.timeout.ms": options.requestTimeoutMs = try number(value, key, spec)
            case "socket.connection.setup.timeout.ms": options.connectTimeoutMs = try number(value, key, spec)
            case "retries": retry.attempts = Int(clamping: try number(value, key, spec)) &+ 1
            case "retry.backoff.ms": retry.firstPauseMs = try number(value, key, spec)
            case "retry.backoff.max.ms": retry.maximumPauseMs = try number(value, key, spec)
            // Which properties exist and which have no effect is the manifest's business.
            default: break
            }
        }
        let isProtected = spec.security != ClusterSecurity() || spec.propertiesFile != nil
        let security: any SecurityProvider =
            isProtected
            ? DeclaredSecurity(spec, environment: environment, loop: loop, log: log) : FixedSecurity()
        return Settings(options: options, retry: retry, security: security)
    }

    private func number(_ text: String, _ key: String, _ spec: ClusterSpec) throws(ReconcilerError) -> Int64 {
        let wanted = PropertiesReading.expectation(of: key, violatedBy: text)
        guard wanted == nil, let value = Int64(text) else {
            throw .property(cluster: spec.name, key: key, reason: "it takes \(wanted ?? "a whole number")")
        }
        return value
    }

    private func resolved(_ text: String, _ key: String, _ spec: ClusterSpec) throws(ReconcilerError) -> String {
        let folder = spec.place.file.lastIndex(of: "/").map { String(spec.place.file[...$0]) } ?? ""
        do throws(ReferenceError) {
            return try ReferencedText(literally: text).resolved(environment: { environment[$0] }) { path in
                ManifestFiles.readRegular(path.hasPrefix("/") ? path : folder + path)
            }.reveal()
        } catch {
            throw .property(cluster: spec.name, key: key, reason: "\(error)")
        }
    }
}
