import KafkaConnection
import KafkaModel

/// How a cluster is reached, which may change while its client lives.
struct ClusterAccess: Sendable {
    /// Where to begin.
    let bootstrapServers: [HostAndPort]
    /// Limits and names of connections.
    let options: ConnectionOptions
    /// How connections are protected.
    let security: any SecurityProvider
}
