import KafkaModel
import YAMLDocument

/// The fields of a `Cluster`'s spec.
enum ClusterFields {
    private static let plaintextHint = "only PLAINTEXT connections work in this version"

    static let clusterId = Field(
        "clusterId", "Id the cluster must report; any other cluster is refused.", clusterIdShape)
    static let access = Field(
        "access", "READ_ONLY: Lockstep never writes here.",
        Shape<ClusterSpec.Access>.choice(["READ_WRITE": .readWrite, "READ_ONLY": .readOnly]), fallback: "READ_WRITE")
    static let bootstrapServers = Field(
        "bootstrapServers", "Brokers to ask first, as host:port.",
        Shape<[Located<HostAndPort>]>.nonEmptyList(of: .hostAndPort),
        required: true)
    static let tls = Field("tls", "TLS to the brokers.", TLSFields.shape)
    static let authentication = Field(
        "authentication", "How Lockstep authenticates.", AuthenticationFields.shape, unavailable: { _ in true },
        hint: plaintextHint)
    static let propertiesFile = Field(
        "propertiesFile", "A Kafka client properties file, relative to the manifest.", Shape<String>.text,
        unavailable: { _ in true }, hint: "write the properties under \"properties\"")
    static let properties = Field(
        "properties", "Kafka client properties, with Kafka's names.", ConfigTable.clientProperties.shape)

    static let all: [any FieldDescription] = [
        clusterId, access, bootstrapServers, tls, authentication, propertiesFile, properties,
    ]

    /// The spec without name and place, which are the document's.
    static let spec = Shape<ClusterSpec>.object(all) { reader in
        let clusterId = reader.take(Self.clusterId)?.value
        let access = reader.take(Self.access)?.value ?? .readWrite
        let servers = reader.take(bootstrapServers)
        _ = reader.take(tls)
        _ = reader.take(authentication)
        _ = reader.take(propertiesFile)
        let properties = reader.take(Self.properties)?.value ?? [:]
        guard let servers else { return nil }
        return ClusterSpec(
            name: "", place: reader.spot.place, clusterId: clusterId, access: access,
            bootstrapServers: servers.value.map(\.value), properties: properties.compactMapValues(\.value))
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

/// The fields of `tls`.
enum TLSFields {
    private static let hint = "only PLAINTEXT connections work in this version"

    static let enabled = Field(
        "enabled", "Whether connections use TLS.", Shape<Bool>.boolean, fallback: false, unavailable: { $0 }, hint: hint
    )
    static let caFile = file("caFile", "Certificates to trust, as PEM; the system's when absent.")
    static let certFile = file("certFile", "The client's certificate, as PEM.")
    static let keyFile = file("keyFile", "The client's key, as PEM.")
    static let serverName = file("serverName", "Name expected in the brokers' certificates.")
    static let verifyHostname = Field(
        "verifyHostname", "Whether the certificate must name the broker's host.", Shape<Bool>.boolean, fallback: true,
        unavailable: { !$0 }, hint: hint)

    static let all: [any FieldDescription] = [enabled, caFile, certFile, keyFile, serverName, verifyHostname]

    /// Nothing of it is used in this version; everything is checked.
    static let shape = Shape<Bool>.object(all) { reader in
        let isEnabled = reader.take(enabled)?.value ?? false
        for field in [caFile, certFile, keyFile, serverName] { _ = reader.take(field) }
        _ = reader.take(verifyHostname)
        return isEnabled
    }

    private static func file(_ name: String, _ about: String) -> Field<String> {
        Field(name, about, .text, unavailable: { _ in true }, hint: hint)
    }
}

/// The fields of `authentication`.
enum AuthenticationFields {
    static let type = Field(
        "type", "SASL mechanism.",
        Shape<String>.choice(
            ["PLAIN": "PLAIN", "SCRAM-SHA-256": "SCRAM-SHA-256", "SCRAM-SHA-512": "SCRAM-SHA-512"]), required: true)
    static let username = Field("username", "User name.", Shape<String>.text, required: true)
    static let password = Field(
        "password", "Password, as ${env:NAME}, ${file:path} or ${file:path:key}.", Shape<String>.secret, required: true)

    static let all: [any FieldDescription] = [type, username, password]

    /// Nothing of it is used in this version; everything is checked, and no value is kept.
    static let shape = Shape<String>.object(all) { reader in
        let mechanism = reader.take(type)?.value
        _ = reader.take(username)
        _ = reader.take(password)
        return mechanism ?? ""
    }
}
