import Foundation
import TestSupport
import Testing

@testable import CommandLine

/// `lockstep import`, from files as they are found in the field.
@Suite struct Import {
    private static let source = #"""
        # the link's side of the old cluster
        bootstrap.servers=kafka-0.paris.example.net:9093,kafka-1.paris.example.net:9093
        security.protocol=SASL_SSL
        sasl.mechanism=PLAIN
        sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
            username="link" password="hunter2";
        auto.create.mirror.topics.enable=true
        consumer.offset.sync.enable=true
        consumer.offset.sync.ms=10000
        consumer.group.prefix.enable=true
        topic.config.sync.ms=10000
        metadata.max.age.ms=30000
        num.cluster.link.fetchers=4
        cluster.link.prefix=eu.
        cluster.link.paused=true
        link.mode=DESTINATION
        mirror.start.offset.spec=earliest
        replica.socket.receive.buffer.bytes=65536
        local.listener.name=INTERNAL
        some.other.key=1

        """#
    private static let destination = #"""
        bootstrap.servers=kafka-0.dublin.example.net:9093
        security.protocol=SASL_SSL
        sasl.mechanism=SCRAM-SHA-512
        sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="a" password="hunter3";

        """#
    private static let topics = """
        {"topicFilters": [
          {"name": "*", "patternType": "LITERAL", "filterType": "INCLUDE"},
          {"name": "tmp-", "patternType": "PREFIXED", "filterType": "EXCLUDE"}
        ]}
        """

    private static let groups = #"{"groupFilters": [{"name": "*", "patternType": "LITERAL", "filterType": "INCLUDE"}]}"#

    private func folder() throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory("import")
        try folder.write("source.config", Self.source)
        try folder.write("destination.config", Self.destination)
        try folder.write("filters/topic_filter.json", Self.topics)
        try folder.write("group_filter.json", Self.groups)
        return folder
    }

    private func run(_ folder: TemporaryDirectory, _ words: String...) async throws -> CommandRun {
        try await CommandRun.run([lockstepExecutable] + words, directory: folder.path)
    }

    private func text(_ folder: TemporaryDirectory, _ name: String) throws -> String {
        try String(contentsOfFile: folder.file(name), encoding: .utf8)
    }

    private static let flags = [
        "import", "cluster-link", "--link", "shop", "--config-file", "source.config", "--command-config",
        "destination.config", "--topic-filters-json-file", "filters/topic_filter.json",
        "--consumer-group-filters-json-file", "group_filter.json",
    ]

    @Test func `a cluster link becomes manifests that point at its files`() async throws {
        let folder = try folder()
        let run = try await CommandRun.run(
            [lockstepExecutable] + Self.flags + ["--cluster-id", "Qx3v0dQ2T5mS1kXh2p7wLA", "--out", "deploy/kafka"],
            directory: folder.path)
        #expect(run.exitCode == 0)
        #expect(run.output == "deploy/kafka/shop-clusters.yaml\ndeploy/kafka/shop.yaml\n")
        #expect(
            run.errorOutput == """
                lockstep: not taken over: replica.socket.receive.buffer.bytes: the system sizes receive buffers by \
                itself, better than a fixed number
                lockstep: not taken over: local.listener.name: no broker opens connections for a link, so none has a \
                listener for it
                lockstep: not taken over: some.other.key: it is not known
                lockstep: source.config holds secrets (sasl.jaas.config); the manifest only points at it: keep the \
                file out of git, and put it there wherever Lockstep runs
                lockstep: destination.config holds secrets (sasl.jaas.config); the manifest only points at it: keep \
                the file out of git, and put it there wherever Lockstep runs

                """)
        #expect(
            try text(folder, "deploy/kafka/shop-clusters.yaml") == """
                apiVersion: lockstep/v1alpha1
                kind: Cluster
                metadata: {name: shop-source}
                spec:
                  clusterId: Qx3v0dQ2T5mS1kXh2p7wLA
                  access: READ_ONLY  # the source is never written to
                  propertiesFile: "../../source.config"
                ---
                apiVersion: lockstep/v1alpha1
                kind: Cluster
                metadata: {name: shop-destination}
                spec:
                  propertiesFile: "../../destination.config"

                """)
        #expect(
            try text(folder, "deploy/kafka/shop.yaml") == """
                # Made by "lockstep import cluster-link". Review it, then: lockstep plan
                # Not taken over:
                #   replica.socket.receive.buffer.bytes: the system sizes receive buffers by itself, better than a \
                fixed number
                #   local.listener.name: no broker opens connections for a link, so none has a listener for it
                #   some.other.key: it is not known
                apiVersion: lockstep/v1alpha1
                kind: ClusterLink
                metadata: {name: shop}
                spec:
                  sourceKafkaCluster: {clusterRef: {name: shop-source}}
                  destinationKafkaCluster: {clusterRef: {name: shop-destination}}
                  state: PAUSED
                  mirrorTopicOptions:
                    prefix: eu.
                    autoCreateTopics:
                      enabled: true
                      topicFiltersFile: "../../filters/topic_filter.json"
                  consumerGroupFiltersFile: "../../group_filter.json"
                  configs:
                    consumer.offset.sync.enable: true
                    consumer.offset.sync.ms: 10000
                    consumer.group.prefix.enable: true
                    topic.config.sync.ms: 10000
                    metadata.max.age.ms: 30000
                    num.cluster.link.fetchers: 4

                """)
        let validate = try await self.run(folder, "validate", "-f", "deploy/kafka")
        #expect(validate.exitCode == 0)
        for output in [run.output, run.errorOutput, validate.output, validate.errorOutput] {
            #expect(!output.contains("hunter"))
        }
    }

    @Test func `nothing is written over without --force, and filters may be copied`() async throws {
        let folder = try folder()
        let run = { (more: [String]) in
            try await CommandRun.run([lockstepExecutable] + Self.flags + more, directory: folder.path)
        }
        #expect(try await run([]).exitCode == 0)
        try folder.write("manifests/shop.yaml", "mine")
        let again = try await run([])
        #expect(again.exitCode == 1)
        #expect(again.errorOutput.contains("exists already; pass --force to write over it"))
        #expect(try text(folder, "manifests/shop.yaml") == "mine")
        #expect(try await run(["--force", "--inline-filters", "--source-name", "old"]).exitCode == 0)
        let link = try text(folder, "manifests/shop.yaml")
        #expect(link.contains("sourceKafkaCluster: {clusterRef: {name: old}}"))
        #expect(
            link.contains(
                """
                      topicFilters:
                        - {name: "*", patternType: LITERAL, filterType: INCLUDE}
                        - {name: tmp-, patternType: PREFIXED, filterType: EXCLUDE}

                """))
    }

    @Test func `settings on the command line become properties, secrets references`() async throws {
        let folder = try TemporaryDirectory("import")
        let run = try await self.run(
            folder, "import", "cluster-link", "--link", "x", "--config",
            "bootstrap.servers=[a:1,b:2],security.protocol=SASL_SSL,sasl.mechanism=PLAIN",
            "--config", "sasl.jaas.config=hunter2,auto.create.mirror.topics.enable=true", "--bootstrap-server", "c:9",
            "--topic-filters-json", #"{"topicFilters":[{"name":"o.","patternType":"PREFIXED","filterType":"INCLUDE"}]}"#
        )
        #expect(run.exitCode == 0)
        #expect(
            run.errorOutput
                == "lockstep: put the value of sasl.jaas.config into the environment variable "
                + "LOCKSTEP_X_SOURCE_SASL_JAAS_CONFIG\n")
        let clusters = try text(folder, "manifests/x-clusters.yaml")
        #expect(clusters.contains("  bootstrapServers: [\"a:1\", \"b:2\"]\n"))
        #expect(clusters.contains("    sasl.jaas.config: \"${env:LOCKSTEP_X_SOURCE_SASL_JAAS_CONFIG}\"\n"))
        #expect(!clusters.contains("hunter2"))
        #expect(
            try text(folder, "manifests/x.yaml").contains("- {name: o., patternType: PREFIXED, filterType: INCLUDE}"))
        #expect(try await self.run(folder, "validate").exitCode == 0)
    }

    @Test func `token endpoints and paths on the command line become properties that mean the same`() async throws {
        let folder = try TemporaryDirectory("import")
        let run = try await self.run(
            folder, "import", "cluster-link", "--link", "x", "--config",
            "bootstrap.servers=a:1,security.protocol=SASL_SSL,sasl.mechanism=OAUTHBEARER,"
                + "sasl.oauthbearer.token.endpoint.url=https://login.example.net/token,sasl.jaas.config=x,"
                + "ssl.truststore.type=PEM,ssl.truststore.location=ca.pem,client.rack=r1,reconnect.backoff.ms=50",
            "--bootstrap-server", "c:9")
        #expect(run.exitCode == 0, "\(run.errorOutput)")
        let clusters = try text(folder, "manifests/x-clusters.yaml")
        #expect(
            clusters.contains(
                """
                    sasl.oauthbearer.token.endpoint.url: "https://login.example.net/token"
                    sasl.jaas.config: "${env:LOCKSTEP_X_SOURCE_SASL_JAAS_CONFIG}"
                    ssl.truststore.type: PEM
                    ssl.truststore.location: "../ca.pem"

                """), "\(clusters)")
        let link = try text(folder, "manifests/x.yaml")
        for line in [
            "client.rack: records are read from the leaders of partitions",
            "reconnect.backoff.ms: a connection is opened again with the next attempt of a request; set "
                + "retry.backoff.ms on the Cluster",
        ] {
            #expect(run.errorOutput.contains("lockstep: not taken over: \(line)\n"), "\(run.errorOutput)")
            #expect(link.contains("#   \(line)\n"))
        }
    }

    @Test func `relative paths in a file of another folder are to be checked`() async throws {
        let folder = try TemporaryDirectory("import")
        try folder.write(
            "old/source.config",
            "bootstrap.servers=a:1\nsecurity.protocol=SSL\nssl.truststore.type=PEM\nssl.truststore.location=ca.pem\n")
        let run = try await self.run(
            folder, "import", "cluster-link", "--link", "x", "--config-file", "old/source.config",
            "--bootstrap-server", "c:9")
        #expect(run.exitCode == 0, "\(run.errorOutput)")
        #expect(
            try text(folder, "manifests/x.yaml").contains(
                "# To check:\n#   ssl.truststore.location: a path in old/source.config is relative; it starts from the "
                    + "folder of that file here\n"))
    }

    @Test(arguments: [
        (["import"], 64, "import takes cluster-link, or mirror-maker and a file"),
        (["import", "cluster-link"], 64, "needs --link NAME"),
        (["import", "cluster-link", "--link", "x", "--config-file", "source.config"], 64, "needs the destination"),
        (
            ["import", "cluster-link", "--link", "x", "--config-file", "nope", "--bootstrap-server", "a:1"], 1,
            "nope cannot be read: no such file or directory"
        ),
        (
            [
                "import", "cluster-link", "--link", "x", "--config-file", "source.config", "--bootstrap-server", "a:1",
                "--topic-filters-json", "[]",
            ], 65, "--topic-filters-json:1:1: error[K027]: filters are one JSON object, not a list"
        ),
        (
            [
                "import", "cluster-link", "--link", "x", "--config", "security.protocol=SSL", "--bootstrap-server",
                "a:1",
            ],
            65, "makes no valid manifests"
        ),
        (["import", "mirror-maker"], 64, "needs a file"),
        (["import", "mirror-maker", "source.config"], 65, "names no clusters"),
        (["import", "mirror-maker", "source.config", "--link", "x"], 64, "--link is for import cluster-link"),
    ])
    func `what cannot be imported is said, and nothing is written`(
        _ words: [String], _ status: Int32, _ message: String
    ) async throws {
        let folder = try folder()
        let run = try await CommandRun.run([lockstepExecutable] + words, directory: folder.path)
        #expect(run.exitCode == status)
        #expect(run.errorOutput.contains(message), "\(run.errorOutput)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("manifests")))
    }
}
