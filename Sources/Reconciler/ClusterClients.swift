import EventLoop
import KafkaClient
import KafkaModel

/// The clients of all declared clusters, on one event loop.
package struct ClusterClients: Sendable {
    /// The loop they live on.
    package let loop: EventLoop
    /// Clients by cluster name.
    package let byName: [String: ClusterClient]

    /// Clients for the clusters of a desired state; nothing is connected yet.
    package init(
        for clusters: [String: ClusterSpec], environment: [String: String], loop: EventLoop,
        clientId: String = "lockstep"
    ) throws(ReconcilerError) {
        self.loop = loop
        let factory = ClientFactory(environment: environment, loop: loop)
        var clients: [String: ClusterClient] = [:]
        for (name, spec) in clusters { clients[name] = try factory.client(for: spec, clientId: clientId) }
        byName = clients
    }

    /// The client of a cluster.
    package subscript(name: String) -> ClusterClient? { byName[name] }

    /// Closes all connections.
    package func close() async {
        for client in byName.values { await client.close() }
    }
}
