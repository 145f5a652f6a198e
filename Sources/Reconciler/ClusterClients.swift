import EventLoop
import KafkaClient
import KafkaModel

/// The clients of all declared clusters, on one event loop.
package struct ClusterClients: Sendable {
    /// The loop they live on.
    package let loop: EventLoop
    /// Clients by cluster name.
    package let byName: [String: ClusterClient]
    private let factory: ClientFactory
    private let clientId: String

    /// Clients for the clusters of a desired state; nothing is connected yet.
    ///
    /// - Parameter log: gets sentences about files with secrets that cannot be used for the moment.
    package init(
        for clusters: [String: ClusterSpec], environment: [String: String], loop: EventLoop,
        clientId: String = "lockstep", log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(ReconcilerError) {
        self.loop = loop
        self.clientId = clientId
        factory = ClientFactory(environment: environment, loop: loop, log: log)
        var clients: [String: ClusterClient] = [:]
        for (name, spec) in clusters { clients[name] = try factory.client(for: spec, clientId: clientId) }
        byName = clients
    }

    /// The client of a cluster.
    package subscript(name: String) -> ClusterClient? { byName[name] }

    /// Has a client reach its cluster as it is declared now; returns what was done, in sentences, none for nothing.
    ///
    /// - Parameter name: the name that the client was made under.
    package func reconfigure(
        _ name: String, from old: ClusterSpec, to new: ClusterSpec
    ) async throws(ReconcilerError) -> [String] {
        guard let client = byName[name] else { return [] }
        var sentences: [String] = []
        let differences = old.differences(inReaching: new)
        if !differences.isEmpty {
            let settings = try factory.settings(for: new, clientId: clientId)
            await client.reconfigure(
                bootstrapServers: new.bootstrapServers, options: settings.options, security: settings.security)
            sentences.append("cluster \(name): \(differences.joined(separator: ", ")) changed; connecting anew")
            if settings.retry != client.retry {
                sentences.append("cluster \(name): other pauses between attempts hold after a restart")
            }
        }
        if old.clusterId != new.clusterId {
            sentences.append("cluster \(name): clusterId changed; it is compared after a restart")
        }
        return sentences
    }

    /// Closes all connections.
    package func close() async {
        for client in byName.values { await client.close() }
    }
}
