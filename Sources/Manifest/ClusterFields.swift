import KafkaModel
import YAMLDocument

/// A `Cluster`'s spec as read, before files are looked at.
struct ClusterSpecification {
    var clusterId: String?
    var access: ClusterSpec.Access
    /// nil when there are none, or only wrong ones.
    var bootstrapServers: Located<[Located<HostAndPort>]>?
    var tls: Located<TLSSpecification>?
    var authentication: Located<AuthenticationSpecification>?
    var propertiesFile: Located<String>?
    var properties: [String: Located<String?>]
    /// Keys that are there, with or without mistakes.
    var present: Set<String>
    /// Where findings about the spec as a whole point to.
    var spot: YAMLSpot
}

/// The fields of a `Cluster`'s spec.
enum ClusterFields {
    static let clusterId = Field(
        "clusterId", "Id the cluster must report; any other cluster is refused.", clusterIdShape)
    static let access = Field(
        "access", "READ_ONLY: Lockstep never writes here.",
        Shape<ClusterSpec.Access>.choice(["READ_WRITE": .readWrite, "READ_ONLY": .readOnly]), fallback: "READ_WRITE")
    static let bootstrapServers = Field(
        "bootstrapServers", "Brokers to ask first, as host:port; needed unless propertiesFile names them.",
        Shape<[Located<HostAndPort>]>.nonEmptyList(of: .hostAndPort))
    static let tls = Field("tls", "TLS to the brokers.", TLSFields.shape)
    static let authentication = Field(
        "authentication", "How Lockstep authenticates.", AuthenticationFields.shape)
    static let propertiesFile = Field(
        "propertiesFile", "A Kafka client properties file as the kafka-* tools take it, relative to the manifest.",
        PropertiesFile.path)
    static let properties = Field(
        "properties", "Kafka client properties, with Kafka's names.", ConfigTable.clientProperties.shape)

    static let all: [any FieldDescription] = [
        clusterId, access, bootstrapServers, tls, authentication, propertiesFile, properties,
    ]

    /// The spec as far as it can be read without other files.
    static let spec = Shape<ClusterSpecification>.object(all) { reader in
        ClusterSpecification(
            clusterId: reader.take(clusterId)?.value, access: reader.take(access)?.value ?? .readWrite,
            bootstrapServers: reader.take(bootstrapServers), tls: reader.take(tls),
            authentication: reader.take(authentication), propertiesFile: reader.take(propertiesFile),
            properties: reader.take(properties)?.value ?? [:], present: reader.presentKeys, spot: reader.spot)
    }

    private static let clusterIdShape = Shape<String>(["type": "string", "pattern": "^[A-Za-z0-9._-]{1,249}$"]) {
        node, path in
        guard let text = Shape<String>.text.read(node, path) else { return nil }
        // Kafka makes ids of 22 base64url characters; clusters may also be given other ids.
        guard TopicName.problem(text) == nil else {
            node.spot.report(
                ManifestCode.badValue, "\(path) must be a cluster id, not \(node.kindInWords)",
                hint: "\"kafka-cluster.sh cluster-id\" prints it")
            return nil
        }
        return text
    }
}
