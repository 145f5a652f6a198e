/// Everything the manifests declare, after all checks.
package struct DesiredState: Hashable, Sendable {
    /// Clusters by name.
    package var clusters: [String: ClusterSpec]
    /// Links, sorted by name.
    package var links: [LinkSpec]
    /// SHA-256 over the manifests' names and bytes, in hexadecimal.
    package var digest: String
    /// Number of files read.
    package var fileCount: Int

    /// A desired state of its parts.
    package init(clusters: [String: ClusterSpec], links: [LinkSpec], digest: String, fileCount: Int) {
        self.clusters = clusters
        self.links = links
        self.digest = digest
        self.fileCount = fileCount
    }
}
