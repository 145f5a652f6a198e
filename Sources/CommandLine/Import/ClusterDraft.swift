/// A `Cluster` manifest in the making.
struct ClusterDraft {
    /// `metadata.name`.
    var name: String
    /// Whether Lockstep only reads from it.
    var isReadOnly = false
    /// The id it must report; nil for any.
    var clusterId: String?
    /// Brokers to ask first; empty when the properties file names them.
    var bootstrapServers: [String] = []
    /// Properties file, seen from the manifest; nil for none.
    var propertiesFile: String?
    /// Client properties with their values as written into the manifest; never a secret, only references.
    var properties: [(key: String, value: String)] = []

    /// The document.
    var text: String {
        var lines = [
            "apiVersion: lockstep/v1alpha1", "kind: Cluster", "metadata: {name: \(YAMLText.scalar(name))}", "spec:",
        ]
        if let clusterId { lines.append("  clusterId: \(YAMLText.scalar(clusterId))") }
        if isReadOnly { lines.append("  access: READ_ONLY  # the source is never written to") }
        if !bootstrapServers.isEmpty {
            let servers = bootstrapServers.map { "\"\($0)\"" }.joined(separator: ", ")
            lines.append("  bootstrapServers: [\(servers)]")
        }
        if let propertiesFile { lines.append("  propertiesFile: \(YAMLText.scalar(propertiesFile))") }
        if !properties.isEmpty {
            lines.append("  properties:")
            lines += properties.map { "    \($0.key): \(YAMLText.value($0.value))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
