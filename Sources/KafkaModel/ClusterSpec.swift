import Diagnostics

/// How a cluster is reached, from a `Cluster` manifest (design: product.md §3).
package struct ClusterSpec: Hashable, Sendable {
    /// Whether Lockstep may write to the cluster.
    package enum Access: String, Sendable, Codable, CaseIterable {
        /// Topics may be created and written.
        case readWrite = "READ_WRITE"
        /// Nothing is ever written here.
        case readOnly = "READ_ONLY"
    }

    /// `metadata.name`.
    package var name: String
    /// Where the document stands.
    package var place: SourcePlace
    /// The id that the cluster must report, when one is given.
    package var clusterId: String?
    /// Whether Lockstep may write here.
    package var access: Access
    /// `host:port` of brokers to ask first; at least one.
    package var bootstrapServers: [HostAndPort]
    /// Kafka client properties, verbatim.
    package var properties: [String: String]

    /// A cluster as declared.
    package init(
        name: String, place: SourcePlace, clusterId: String? = nil, access: Access = .readWrite,
        bootstrapServers: [HostAndPort], properties: [String: String] = [:]
    ) {
        self.name = name
        self.place = place
        self.clusterId = clusterId
        self.access = access
        self.bootstrapServers = bootstrapServers
        self.properties = properties
    }
}
