import KafkaModel

/// A cluster as the head of a plan shows it.
package struct PlannedCluster: Hashable, Sendable, Codable {
    /// Name in the manifests.
    package var name: String
    /// Id it reported; nil when it could not be reached.
    package var clusterId: String?
    /// Number of brokers; 0 when it could not be reached.
    package var brokerCount: Int
    /// Whether Lockstep may write there.
    package var access: ClusterSpec.Access
    /// Why nothing read from it may be used, as a sentence; nil when all is well.
    package var problem: String?
    /// Who Lockstep is there, such as `as mirror (SCRAM-SHA-512, TLS, password set)`; nil when nothing is declared.
    package var identity: String?
}
