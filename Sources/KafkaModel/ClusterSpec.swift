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
    /// `host:port` of brokers to ask first; none only while `propertiesFile`, which names them, cannot be read.
    package var bootstrapServers: [HostAndPort]
    /// Kafka client properties that are not about security, as written.
    package var properties: [String: String]
    /// How connections are protected; of no account when there is a properties file.
    package var security: ClusterSecurity
    /// The file that says how connections are protected, read anew each time; nil for none.
    package var propertiesFile: PropertiesFileReference?
    /// Who Lockstep is there, in words without secrets, such as `as mirror (SCRAM-SHA-512, TLS, password set)`.
    package var identity: String?
    /// What decides how connections are protected, line by line, for people.
    package var securityFacts: [SecurityFact] = []

    /// A cluster as declared.
    package init(
        name: String, place: SourcePlace, clusterId: String? = nil, access: Access = .readWrite,
        bootstrapServers: [HostAndPort], properties: [String: String] = [:],
        security: ClusterSecurity = ClusterSecurity(), propertiesFile: PropertiesFileReference? = nil,
        identity: String? = nil
    ) {
        self.name = name
        self.place = place
        self.clusterId = clusterId
        self.access = access
        self.bootstrapServers = bootstrapServers
        self.properties = properties
        self.security = security
        self.propertiesFile = propertiesFile
        self.identity = identity
    }
}

extension ClusterSpec {
    /// What has to be done differently to reach the cluster as `other` says; empty for nothing.
    ///
    /// In the manifest's words, such as `bootstrapServers` and `tls`.
    package func differences(inReaching other: ClusterSpec) -> [String] {
        var found: [String] = []
        if bootstrapServers != other.bootstrapServers { found.append("bootstrapServers") }
        let (mine, theirs) = (security, other.security)
        // Paths and references mean other files in another folder.
        let isElsewhere = mine.folder != theirs.folder
        if mine.tls != theirs.tls || (mine.tls != nil && isElsewhere) { found.append("tls") }
        if mine.authentication != theirs.authentication || mine.allowsPlaintext != theirs.allowsPlaintext
            || (mine.authentication != nil && isElsewhere)
        {
            found.append("authentication")
        }
        if propertiesFile != other.propertiesFile || (propertiesFile != nil && identity != other.identity) {
            found.append("propertiesFile")
        }
        if properties != other.properties { found.append("properties") }
        return found
    }
}

/// A Kafka client properties file that holds the secrets of a cluster.
package struct PropertiesFileReference: Hashable, Sendable {
    /// Its path, seen from where Lockstep runs.
    package var path: String
    /// Whether the manifest says yes to secrets on unencrypted connections.
    package var allowsPlaintext: Bool

    /// The folder that paths in the file start from: empty for the working directory, else with a slash at its end.
    package var folder: String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "" }

    /// A file at a path.
    package init(path: String, allowsPlaintext: Bool = false) {
        self.path = path
        self.allowsPlaintext = allowsPlaintext
    }
}
