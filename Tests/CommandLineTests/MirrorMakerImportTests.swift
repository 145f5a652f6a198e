import TestSupport
import Testing
import Foundation

@testable import CommandLine

@Suite struct MirrorMakerImportTests {
    private static let properties = #"""
        # three data centres
        clusters = paris, dublin, us-east
        paris.bootstrap.servers = p0:9093, p1:9093
        dublin.bootstrap.servers = d0:9092
        us-east.bootstrap.servers = u0:9092
        paris.security.protocol = SASL_SSL
        paris.sasl.mechanism = SCRAM-SHA-256
        paris.sasl.jaas.config = org.apache.kafka.common.security.scram.ScramLoginModule required username="mm" password="hunter2";
        paris->dublin.enabled = true
        paris->dublin.topics = orders\\..*, payments, .*-audit
        paris->dublin.groups = shop-.*
        paris->dublin.sync.group.offsets.enabled = true
        paris->dublin.sync.group.offsets.interval.seconds = 20
        paris->dublin.topics.exclude = orders\\.tmp, __.*
        dublin->us-east.enabled = true
        dublin->us-east.topics = .*
        dublin->us-east.topics.exclude = tmp-.*
        dublin->us-east.replication.policy.class = org.apache.kafka.connect.mirror.IdentityReplicationPolicy
        us-east->paris.enabled = false
        us-east->paris.topics = x
        replication.factor = 3
        refresh.topics.interval.seconds = 60
        offset-syncs.topic.replication.factor = 3
        emit.checkpoints.interval.seconds = 10
        paris.consumer.fetch.min.bytes = 100
        what.is.this = 1

        """#

    @Test func `flows become links, and what links cannot do is listed`() async throws {
        let folder = try TemporaryDirectory("mirror-maker")
        try folder.write("mm2.properties", Self.properties)
        let run = try await CommandRun.run(
            [lockstepExecutable, "import", "mirror-maker", "mm2.properties"], directory: folder.path)
        #expect(run.exitCode == 0)
        #expect(
            run.output
                == "manifests/clusters.yaml\nmanifests/paris-to-dublin.yaml\nmanifests/dublin-to-us-east.yaml\n")
        let read = { (name: String) in try String(contentsOfFile: folder.file("manifests/\(name)"), encoding: .utf8) }
        #expect(
            try read("clusters.yaml") == """
                # Made by "lockstep import mirror-maker". Review it, then: lockstep plan
                # Not taken over:
                #   us-east->paris.topics: the flow us-east->paris is not enabled
                #   offset-syncs.topic.replication.factor: offsets stay equal, so there is nothing to translate
                #   emit.checkpoints.interval.seconds: offsets stay equal, so there are no checkpoints
                #   paris.consumer.fetch.min.bytes: the mirror's own reads cannot be tuned like a consumer; see \
                lockstep help configs
                #   what.is.this: it is not known
                apiVersion: lockstep/v1alpha1
                kind: Cluster
                metadata: {name: paris}
                spec:
                  access: READ_ONLY  # the source is never written to
                  bootstrapServers: ["p0:9093", "p1:9093"]
                  properties:
                    security.protocol: SASL_SSL
                    sasl.mechanism: SCRAM-SHA-256
                    sasl.jaas.config: "${file:../mm2.properties:paris.sasl.jaas.config}"
                ---
                apiVersion: lockstep/v1alpha1
                kind: Cluster
                metadata: {name: dublin}
                spec:
                  bootstrapServers: ["d0:9092"]
                ---
                apiVersion: lockstep/v1alpha1
                kind: Cluster
                metadata: {name: us-east}
                spec:
                  bootstrapServers: ["u0:9092"]

                """)
        #expect(
            try read("paris-to-dublin.yaml") == """
                # Made by "lockstep import mirror-maker" from the flow paris->dublin. Review it.
                # Topics that MirrorMaker has made already have other offsets: plans refuse to write into them. Give
                # the link a prefix of its own, or remove those topics first.
                # Not taken over:
                #   topics .*-audit: filters know names and prefixes, no regular expressions
                apiVersion: lockstep/v1alpha1
                kind: ClusterLink
                metadata: {name: paris-to-dublin}
                spec:
                  sourceKafkaCluster: {clusterRef: {name: paris}}
                  destinationKafkaCluster: {clusterRef: {name: dublin}}
                  mirrorTopicOptions:
                    prefix: paris.
                    replicationFactor: 3
                    autoCreateTopics:
                      enabled: true
                      topicFilters:
                        - {name: orders., patternType: PREFIXED, filterType: INCLUDE}
                        - {name: payments, patternType: LITERAL, filterType: INCLUDE}
                        - {name: orders.tmp, patternType: LITERAL, filterType: EXCLUDE}
                  consumerGroupFilters:
                    - {name: shop-, patternType: PREFIXED, filterType: INCLUDE}
                  configs:
                    consumer.offset.sync.enable: true
                    consumer.offset.sync.ms: 20000
                    metadata.max.age.ms: 60000

                """)
        let second = try read("dublin-to-us-east.yaml")
        #expect(
            !second.contains("prefix:") && second.contains("- {name: \"*\", patternType: LITERAL, filterType: INCLUDE}")
        )
        for line in [
            "not taken over: topics .*-audit: filters know names and prefixes, no regular expressions",
            "not taken over: us-east->paris.topics: the flow us-east->paris is not enabled",
            "not taken over: offset-syncs.topic.replication.factor: offsets stay equal, so there is nothing to translate",
            "not taken over: emit.checkpoints.interval.seconds: offsets stay equal, so there are no checkpoints",
            "not taken over: paris.consumer.fetch.min.bytes: the mirror's own reads cannot be tuned like a consumer; "
                + "see lockstep help configs",
            "not taken over: what.is.this: it is not known",
            "mm2.properties holds secrets (paris.sasl.jaas.config); the manifest only refers to them: keep the file out "
                + "of git, and put it there wherever Lockstep runs",
        ] {
            #expect(run.errorOutput.split(separator: "\n").contains(Substring("lockstep: \(line)")), "\(line)")
        }
        #expect(!run.errorOutput.contains("hunter2"))
        let validate = try await CommandRun.run([lockstepExecutable, "validate"], directory: folder.path)
        #expect(validate.output == "Valid: 3 Cluster, 2 ClusterLink in 3 files.\n")
    }

    /// Imports a file with two clusters, a flow between them, and what else is given.
    private func imported(
        _ lines: String, from path: String = "mm2.properties", in folder: TemporaryDirectory
    ) async throws -> (run: CommandRun, clusters: String, link: String) {
        try folder.write(
            path,
            "clusters = a, b\na.bootstrap.servers = a:1\nb.bootstrap.servers = b:1\na->b.enabled = true\n" + lines)
        let run = try await CommandRun.run(
            [lockstepExecutable, "import", "mirror-maker", path, "--out", "deploy/m"], directory: folder.path)
        #expect(run.exitCode == 0, "\(run.errorOutput)")
        let validate = try await CommandRun.run(
            [lockstepExecutable, "validate", "-f", "deploy/m"], directory: folder.path)
        #expect(validate.exitCode == 0, "\(validate.errorOutput)")
        let read = { (name: String) in try String(contentsOfFile: folder.file("deploy/m/\(name)"), encoding: .utf8) }
        return (run, try read("clusters.yaml"), try read("a-to-b.yaml"))
    }

    @Test func `tokens of an endpoint, and files beside the properties, mean the same in the manifests`() async throws {
        let folder = try TemporaryDirectory("mirror-maker")
        let (_, clusters, _) = try await imported(
            #"""
            a.security.protocol = SASL_SSL
            a.sasl.mechanism = OAUTHBEARER
            a.sasl.oauthbearer.token.endpoint.url = https://login.example.net/oauth2/token
            a.sasl.jaas.config = org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required               clientId="mm" clientSecret="hunter2";
            a.ssl.truststore.location = certs/ca.p12
            a.ssl.truststore.password = hunter2
            b.security.protocol = SASL_SSL
            b.sasl.mechanism = OAUTHBEARER
            b.sasl.oauthbearer.token.endpoint.url = file:token.jwt
            b.sasl.jaas.config = org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required ;
            b.ssl.truststore.type = PEM
            b.ssl.truststore.location = /etc/ca.pem
            """#, in: folder)
        for line in [
            "sasl.oauthbearer.token.endpoint.url: \"https://login.example.net/oauth2/token\"",
            "sasl.jaas.config: \"${file:../../mm2.properties:a.sasl.jaas.config}\"",
            "ssl.truststore.location: \"../../certs/ca.p12\"",
            "ssl.truststore.password: \"${file:../../mm2.properties:a.ssl.truststore.password}\"",
            "sasl.oauthbearer.token.endpoint.url: \"file:../../token.jwt\"",
            "ssl.truststore.location: \"/etc/ca.pem\"",
        ] {
            #expect(clusters.contains("\n    \(line)\n"), "\(line)\n\(clusters)")
        }
        #expect(!clusters.contains("hunter2") && !clusters.contains("To check:"))
    }

    @Test func `relative paths of a file in another folder are to be checked`() async throws {
        let folder = try TemporaryDirectory("mirror-maker")
        let (run, clusters, _) = try await imported(
            "a.security.protocol = SSL\na.ssl.truststore.type = PEM\na.ssl.truststore.location = ca.pem\n",
            from: "old/mm2.properties", in: folder)
        #expect(clusters.contains("    ssl.truststore.location: \"../../old/ca.pem\"\n"))
        let doubt =
            "a.ssl.truststore.location: its path is relative, and is taken as starting from the folder of "
            + "old/mm2.properties"
        #expect(clusters.contains("# To check:\n#   \(doubt)\n"), "\(clusters)")
        #expect(run.errorOutput.contains("lockstep: to check: \(doubt)\n"))
    }

    @Test(arguments: [
        ("", ["console-consumer-", "connect-"]), ("groups = shop-.*, con.*", ["console-consumer-", "connect-"]),
        ("groups = connect-s3", ["connect-"]), ("groups = shop-.*", []),
        ("groups.exclude = tmp-.*", ["tmp-"]),
    ])
    func `groups that MirrorMaker leaves out by default are left out here`(
        _ groups: String, _ excluded: [String]
    ) async throws {
        let folder = try TemporaryDirectory("mirror-maker")
        let (run, _, link) = try await imported(
            "topics.exclude = tmp\nsync.group.offsets.enabled = true\n\(groups)\n", in: folder)
        let filters = link.split(separator: "consumerGroupFilters:").dropFirst().joined()
        let found = filters.split(separator: "\n").filter { $0.hasSuffix("PREFIXED, filterType: EXCLUDE}") }
        #expect(found.map { $0.split(separator: " ")[2].dropLast() } == excluded.map { Substring($0) }, "\(link)")
        let isDoubt = !excluded.isEmpty && !groups.contains("exclude")
        #expect(run.errorOutput.contains("to check: groups.exclude: it is not set") == isDoubt)
        #expect(link.contains("#   groups.exclude: it is not set") == isDoubt)
    }

    @Test func `what does nothing and what lost its line is said, on one line each, without secrets`() async throws {
        let folder = try TemporaryDirectory("mirror-maker")
        let (run, clusters, _) = try await imported(
            #"""
            a.client.rack = r1
            a.client.dns.lookup = use_all_dns_ips
            eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln
            what.is\nspec = 1
            """#, in: folder)
        #expect(
            clusters.hasPrefix(
                """
                # Made by "lockstep import mirror-maker". Review it, then: lockstep plan
                # Not taken over:
                #   a.client.rack: records are read from the leaders of partitions
                #   a line that is no setting: it is not known, and is not shown
                apiVersion
                """), "\(clusters)")
        #expect(clusters.contains("    client.dns.lookup: use_all_dns_ips\n") && !clusters.contains("client.rack: r1"))
        #expect(!run.errorOutput.contains("eyJ"))
    }

    @Test(arguments: [
        (".*", MirrorMakerPatterns.Pattern.all),
        ("orders", .literal("orders", isLoose: false)),
        (#"orders\.v1"#, .literal("orders.v1", isLoose: false)),
        ("orders.v1", .literal("orders.v1", isLoose: true)),
        ("orders.*", .prefix("orders", isLoose: false)),
        (#"^orders\..*$"#, .prefix("orders.", isLoose: false)),
        ("a.b.*", .prefix("a.b", isLoose: true)),
        (".*-audit", .expression(".*-audit")),
        ("(a|b)", .expression("(a|b)")),
        ("a+", .expression("a+")),
        ("[ab].*", .expression("[ab].*")),
        (#"a\d"#, .expression(#"a\d"#)),
    ])
    func `a pattern is a name, a prefix, everything, or nothing filters can say`(
        _ text: String, _ pattern: MirrorMakerPatterns.Pattern
    ) {
        #expect(MirrorMakerPatterns.patterns(text) == [pattern])
    }

    @Test func `lists lose blanks and empty parts`() {
        #expect(
            MirrorMakerPatterns.patterns(" a , ,b.*,")
                == [.literal("a", isLoose: false), .prefix("b", isLoose: false)])
    }
}
