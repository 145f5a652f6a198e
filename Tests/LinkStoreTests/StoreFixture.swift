import EventLoop
import KafkaClient
import KafkaConnection
import KafkaModel
import TestSupport

/// A client of a test cluster, with its own loop.
func makeClient(_ bootstrapServers: String) throws -> ClusterClient {
    let servers = bootstrapServers.split(separator: ",").compactMap { HostAndPort(String($0)) }
    return ClusterClient(name: "dublin", bootstrapServers: servers, loop: try EventLoop())
}
