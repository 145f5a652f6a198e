import Foundation
import TestSupport

/// A link between two clusters that demand TLS and SASL, with users, secrets and manifests of its own.
struct SecuredSite {
    let source: SecuredCluster
    let destination: SecuredCluster
    let probe: KafkaProbe
    let tools: KafkaTools
    let folder: TemporaryDirectory
    /// Name of the link, of its topic, and of the user on both clusters.
    let name: String
    /// Variables of commands.
    var environment: [String: String]

    /// How the user authenticates on the source.
    static let sourceMechanism = "SCRAM-SHA-512"
    /// How the user authenticates on the destination.
    static let destinationMechanism = "SCRAM-SHA-256"

    /// The newest Kafka's shared clusters, or these; users are made that may do everything, or nothing.
    init(
        source ownSource: SecuredCluster? = nil, destination ownDestination: SecuredCluster? = nil,
        sourcePassword: String, destinationPassword: String, mayDoEverything: Bool = true
    ) async throws {
        let kafka = try KafkaInstallation.required("4.")
        source = if let ownSource { ownSource } else { try await SharedClusters.secured(kafka, .source) }
        destination =
            if let ownDestination { ownDestination } else { try await SharedClusters.secured(kafka, .destination) }
        probe = try await KafkaProbe.shared(kafka)
        tools = KafkaTools(kafka)
        folder = try TemporaryDirectory("secured")
        name = uniqueName("secured")
        environment = ["LOCKSTEP_STATE_DIR": folder.file("state")]
        let users = [
            (source, sourcePassword, Self.sourceMechanism),
            (destination, destinationPassword, Self.destinationMechanism),
        ]
        for (cluster, password, mechanism) in users {
            try await cluster.changePassword(of: name, to: password, mechanisms: [mechanism])
            guard mayDoEverything else { continue }
            try await cluster.allow(
                name, ["--operation", "All", "--topic", "*", "--group", "*", "--cluster", "--transactional-id", "*"])
        }
        try await probe.createTopic(name, on: source.cluster.bootstrapServers, partitions: 3)
    }

    var manifests: String { folder.file("manifests") }

    /// Writes a file beside the manifests.
    func put(_ file: String, _ text: String) throws { try folder.write("manifests/\(file)", text) }

    /// Writes the manifests; `paris` and `dublin` are the clusters' specs beyond their kind and name.
    func declare(
        paris: String, dublin: String, workers: String = "{mode: external, count: 1}", state: String = "ACTIVE",
        more: String = "", configs: String = ""
    ) throws {
        func indented(_ spec: String) -> String { "  " + spec.replacingOccurrences(of: "\n", with: "\n  ") }
        try put(
            "link.yaml",
            """
            apiVersion: lockstep/v1alpha1
            kind: Cluster
            metadata: {name: paris}
            spec:
            \(indented(paris))
            ---
            apiVersion: lockstep/v1alpha1
            kind: Cluster
            metadata: {name: dublin}
            spec:
            \(indented(dublin))
            ---
            apiVersion: lockstep/v1alpha1
            kind: ClusterLink
            metadata: {name: \(name)}
            spec:
              sourceKafkaCluster: {clusterRef: {name: paris}}
              destinationKafkaCluster: {clusterRef: {name: dublin}}
              configs: {metadata.max.age.ms: 1000\(configs.isEmpty ? "" : ", \(configs)")}
              workers: \(workers)
              mirrorTopics: [{name: \(name), state: \(state)}]
            \(more)
            """)
    }

    /// Writes the manifests of users whose passwords are in the variables SOURCE_PASSWORD and DESTINATION_PASSWORD.
    func declareWithPasswords(state: String = "ACTIVE", more: String = "", configs: String = "") throws {
        func cluster(_ cluster: SecuredCluster, _ mechanism: String, _ password: String) -> String {
            """
            bootstrapServers: ["\(cluster.servers(.secure))"]
            tls: {caFile: \(cluster.authority.certificateFile)}
            authentication: {type: \(mechanism), username: \(name), password: "${env:\(password)}"}
            """
        }
        try declare(
            paris: "access: READ_ONLY\n" + cluster(source, Self.sourceMechanism, "SOURCE_PASSWORD"),
            dublin: cluster(destination, Self.destinationMechanism, "DESTINATION_PASSWORD"), state: state, more: more,
            configs: configs)
    }

    /// Runs `lockstep` with these manifests.
    func run(_ arguments: [String], within limit: Duration = .seconds(90)) async throws -> CommandRun {
        try await CommandRun.run(
            ["\(builtProducts)/lockstep"] + arguments + ["-f", manifests], environment: environment, within: limit)
    }

    /// Starts a worker process; it dies with the test.
    func startWorker() throws -> RunningCommand {
        try RunningCommand(
            ["\(builtProducts)/lockstep", "worker", "--link", name, "-f", manifests], environment: environment)
    }

    /// What differs between the topic on both sides; nil when nothing does.
    func difference(records: Int) async throws -> String? {
        try await waitUntil("\(name) is level", within: .seconds(60), every: .milliseconds(200)) {
            let ends = try await probe.offsets(of: name, on: source.cluster.bootstrapServers).ends
            return try await probe.offsets(of: name, on: destination.cluster.bootstrapServers).ends == ends
        }
        return try await probe.difference(
            name, source.cluster.bootstrapServers, destination.cluster.bootstrapServers, records: records)
    }

    /// A Kafka client properties file for the destination, whose sessions end after three seconds.
    func properties(password: String) -> String {
        """
        bootstrap.servers=\(destination.servers(.brief))
        security.protocol=SASL_SSL
        sasl.mechanism=\(Self.destinationMechanism)
        sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\
            username="\(name)" password="\(password)";
        ssl.truststore.type=PEM
        ssl.truststore.location=\(destination.authority.certificateFile)

        """
    }
}
