/// A cluster as it was found.
package struct LiveCluster: Hashable, Sendable, Codable {
    /// Name in the manifests.
    package var name: String
    /// Cluster id it reports; nil when it could not be reached.
    package var clusterId: String?
    /// Number of brokers.
    package var brokerCount: Int
    /// Why it could not be read, as a sentence with what to do next; nil when it was read.
    package var problem: String?

    /// A cluster of its parts.
    package init(name: String, clusterId: String?, brokerCount: Int, problem: String? = nil) {
        self.name = name
        self.clusterId = clusterId
        self.brokerCount = brokerCount
        self.problem = problem
    }
}

/// A link as it was found: what the `__lockstep` topic holds and what both clusters say.
package struct LiveLink: Hashable, Sendable {
    /// Name of the link.
    package var name: String
    /// What is stored about the link; nil when it does not exist yet.
    package var record: LinkRecord?
    /// Whether the `__lockstep` topic exists on the destination.
    package var storeExists: Bool
    /// Mirror topics of this link by name on the destination.
    package var mirrors: [String: MirrorRecord]
    /// Mirror topics of other links on the same destination: link by topic.
    package var otherLinksMirrors: [String: String]
    /// Source topics by name: each one that is declared, stored or selected by a filter.
    package var sourceTopics: [String: TopicPresence]
    /// Destination topics by name: each one that is declared, stored or would be created.
    package var destinationTopics: [String: TopicPresence]
    /// All topic names of the source that the principal sees; nil when nothing selects by filter or it is unreadable.
    package var sourceTopicNames: [String]?
    /// Lag in records by mirror topic, for those that are to be promoted; missing = unknown.
    package var lag: [String: Int64]
    /// Synced groups that have members on the source, by mirror topic, for those that are to be promoted; missing =
    /// unknown.
    package var activeGroups: [String: [String]]
    /// Workers that run: processes of this machine for local, members of the group for external.
    package var workersRunning: Int
    /// Why the workers could not be counted, as a sentence; nil when they were.
    package var workersProblem: String?
    /// Which local workers run, by number from 0; nil = unknown, then the first `workersRunning` are assumed.
    package var runningWorkerIndexes: [Int]?
    /// Reason by mirror topic, for those that a worker reported as FAILED.
    package var failures: [String: String]
    /// ACLs of both sides; nil when the link syncs none.
    package var acls: LiveAcls?
    /// Why what is stored about the link could not be read, as a sentence; nil when it was read.
    package var problem: String?

    /// An empty finding for a link.
    package init(name: String) {
        self.name = name
        record = nil
        storeExists = false
        mirrors = [:]
        otherLinksMirrors = [:]
        sourceTopics = [:]
        destinationTopics = [:]
        sourceTopicNames = nil
        lag = [:]
        activeGroups = [:]
        workersRunning = 0
        workersProblem = nil
        runningWorkerIndexes = nil
        failures = [:]
        acls = nil
        problem = nil
    }
}

/// The ACLs of both sides of a link as they were found.
package enum LiveAcls: Hashable, Sendable {
    /// What the next sync starts from.
    case listed(AclSync)
    /// Why they could not be listed, as a sentence with what to do next.
    case unreadable(String)
}

/// Everything that was read from the clusters for one plan.
package struct LiveSnapshot: Hashable, Sendable {
    /// Clusters by name.
    package var clusters: [String: LiveCluster]
    /// Links by name.
    package var links: [String: LiveLink]
    /// When it was read, in milliseconds since 1970.
    package var readAtMs: Int64

    /// A finding of its parts.
    package init(clusters: [String: LiveCluster], links: [String: LiveLink], readAtMs: Int64) {
        self.clusters = clusters
        self.links = links
        self.readAtMs = readAtMs
    }
}
