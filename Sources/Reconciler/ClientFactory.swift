import Diagnostics
import EventLoop
import KafkaClient
import KafkaConnection
import KafkaModel
import Manifest

/// Makes clients from `Cluster` manifests; knows which Kafka client property becomes what.
package struct ClientFactory: Sendable {
    private let environment: [String: String]
    private let loop: EventLoop

    /// Makes clients that live on `loop`; references in properties are looked up in `environment`.
    package init(environment: [String: String], loop: EventLoop) {
        self.environment = environment
        self.loop = loop
    }

    /// A client of the cluster; nothing is connected yet.
    ///
    /// - Parameter clientId: name told to brokers where the manifest sets no `client.id`.
    package func client(
        for spec: ClusterSpec, clientId: String = "lockstep"
    ) throws(ReconcilerError) -> ClusterClient {
        guard spec.security == ClusterSecurity(), spec.propertiesFile == nil else {
            throw .property(
                cluster: spec.name, key: "security.protocol",
                reason: "only PLAINTEXT connections work in this version")
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
        return ClusterClient(
            name: spec.name, bootstrapServers: spec.bootstrapServers, expectedClusterId: spec.clusterId,
            options: options, retry: retry, loop: loop)
    }

    private func number(_ text: String, _ key: String, _ spec: ClusterSpec) throws(ReconcilerError) -> Int64 {
        guard let value = Int64(text), (0...Int64(Int32.max)).contains(value) else {
            throw .property(
                cluster: spec.name, key: key, reason: "it takes a whole number from 0 to \(Int32.max)")
        }
        return value
    }

    private func resolved(_ text: String, _ key: String, _ spec: ClusterSpec) throws(ReconcilerError) -> String {
        let folder = spec.place.file.lastIndex(of: "/").map { String(spec.place.file[...$0]) } ?? ""
        let reference: ReferencedText
        do throws(ReferencedText.Problem) {
            reference = try ReferencedText(text)
        } catch {
            throw .property(cluster: spec.name, key: key, reason: "\"${\" is not closed or names no known source")
        }
        do throws(ReferenceError) {
            return try reference.resolved(environment: { environment[$0] }) { path in
                ManifestFiles.read(path.hasPrefix("/") ? path : folder + path)
            }.reveal()
        } catch {
            throw .property(cluster: spec.name, key: key, reason: "\(error)")
        }
    }
}
