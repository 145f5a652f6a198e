import Foundation

/// What a shared cluster is used as; source and destination are two clusters.
package enum ClusterRole: String, Sendable {
    case source
    case destination
    /// For cases about the `__lockstep` topic itself and its lock, of which a cluster has only one.
    case state
}

/// Clusters that all suites of a run share, each started when first asked for and gone with the process.
///
/// Starting one takes seconds and a few hundred megabytes, so cases share them and use topic names of their own
/// (`uniqueName`). A case that kills brokers starts a cluster of its own instead.
package actor SharedClusters {
    private static let shared = SharedClusters()
    private var clusters: [String: Task<RealCluster, any Error>] = [:]
    private var secured: [String: Task<SecuredCluster, any Error>] = [:]

    /// The cluster of this release, role and size, started now if it does not run yet.
    package static func cluster(
        _ installation: KafkaInstallation, _ role: ClusterRole, brokers: Int = 1
    ) async throws -> RealCluster {
        try await shared.cluster(installation, role, brokers)
    }

    private func cluster(
        _ installation: KafkaInstallation, _ role: ClusterRole, _ brokers: Int
    ) async throws -> RealCluster {
        let key = "\(installation.home) \(role) \(brokers)"
        let task = clusters[key] ?? Task { try await RealCluster.start(installation, brokers: brokers) }
        clusters[key] = task
        return try await task.value
    }

    /// The cluster of this release and role with TLS, SASL and an authorizer, started now if it does not run yet.
    ///
    /// Cases may change no certificate, user or ACL that others rely on, but those of names of their own.
    package static func secured(_ installation: KafkaInstallation, _ role: ClusterRole) async throws -> SecuredCluster {
        try await shared.secured(installation, role)
    }

    private func secured(_ installation: KafkaInstallation, _ role: ClusterRole) async throws -> SecuredCluster {
        let key = "\(installation.home) \(role)"
        let task = secured[key] ?? Task { try await SecuredCluster.start(installation) }
        secured[key] = task
        return try await task.value
    }

    /// Stops the shared clusters of a release when no later suite needs them, to give their memory back.
    package static func stopAll(of installation: KafkaInstallation) async {
        await shared.stop(prefix: "\(installation.home) ")
    }

    private func stop(prefix: String) async {
        for (key, task) in clusters where key.hasPrefix(prefix) {
            clusters[key] = nil
            await (try? task.value)?.stop()
        }
        for (key, task) in secured where key.hasPrefix(prefix) {
            secured[key] = nil
            await (try? task.value)?.cluster.stop()
        }
    }
}

/// A name nobody else uses on a shared cluster, such as "orders-3f9a01c2".
package func uniqueName(_ prefix: String) -> String {
    "\(prefix)-\(UUID().uuidString.prefix(8).lowercased())"
}
