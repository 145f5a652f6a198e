import Foundation
import TestSupport
import Testing

/// `lockstep describe` about the security of both sides.
@Suite struct DescribeSecurity {
    private static let secrets = ["Zebra-Plain-1", "Zebra-Jaas-2", "Zebra-Env-3", "Zebra-File-4"]

    private func folder() throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory("describe-security")
        try folder.write("secrets/key", Self.secrets[3])
        try folder.write(
            "m/clusters.yaml",
            """
            apiVersion: lockstep/v1alpha1
            kind: Cluster
            metadata: {name: a}
            spec:
              bootstrapServers: ["127.0.0.1:1"]
              tls: {enabled: true}
              authentication: {type: PLAIN, username: mirror, password: "${env:PW}"}
            ---
            apiVersion: lockstep/v1alpha1
            kind: Cluster
            metadata: {name: b}
            spec:
              bootstrapServers: ["127.0.0.1:2"]
              propertiesFile: b.config

            """)
        try folder.write(
            "m/b.config",
            """
            security.protocol=SASL_SSL
            sasl.mechanism=PLAIN
            sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="u" \
            password="\(Self.secrets[1])";
            ssl.keystore.location=client.p12
            ssl.keystore.password=\(Self.secrets[0])
            ssl.key.password=${file:../secrets/key}

            """)
        try folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: [{name: t}]"))
        return folder
    }

    private func describe(_ words: String...) async throws -> CommandRun {
        let folder = try folder()
        let run = try await CommandRun.run(
            [lockstepExecutable, "describe", "-f", "m"] + words, environment: ["PW": Self.secrets[2]],
            directory: folder.path)
        withExtendedLifetime(folder) {}
        return run
    }

    @Test func `names protocol, mechanism, files and where secrets come from, with lines`() async throws {
        let run = try await describe()
        // Nobody answers at these addresses; what is declared is told all the same.
        #expect(run.exitCode == 1)
        let lines = run.output.split(separator: "\n").map {
            $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
        for line in [
            "Security of source a", "security.protocol m/clusters.yaml:6 SASL_SSL",
            "tls.caFile DEFAULT the system's certificates", "tls.verifyHostname DEFAULT true",
            "sasl.mechanism m/clusters.yaml:7 PLAIN", "authentication.username m/clusters.yaml:7 mirror",
            "authentication.password m/clusters.yaml:7 ${env:PW}", "Security of destination b",
            "propertiesFile m/clusters.yaml:14 m/b.config", "security.protocol m/b.config:1 SASL_SSL",
            "sasl.jaas.config: username m/b.config:3 u",
            "sasl.jaas.config: password m/b.config:3 written in plain text",
            "ssl.keystore.location m/b.config:4 m/client.p12",
            "ssl.keystore.password m/b.config:5 written in plain text",
            "ssl.key.password m/b.config:6 ${file:../secrets/key}",
        ] {
            #expect(lines.contains(line), "\(line)\n\(run.output)")
        }
    }

    @Test func `tells programs the same`() async throws {
        let run = try await describe("-o", "json")
        let document = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        let link = try #require((document["links"] as? [[String: Any]])?.first)
        let source = try #require(link["source_security"] as? [[String: Any]])
        let password = try #require(source.first { $0["name"] as? String == "authentication.password" })
        #expect(password["value"] as? String == "${env:PW}")
        #expect(password["secret"] as? Bool == true)
        #expect((password["place"] as? [String: Any])?["line"] as? Int == 7)
        let trust = try #require(source.first { $0["name"] as? String == "tls.caFile" })
        #expect(
            trust["source"] as? String == "DEFAULT" && trust["place"] is NSNull && trust["secret"] as? Bool == false)
        let destination = try #require(link["destination_security"] as? [[String: Any]])
        #expect(destination.first?["name"] as? String == "propertiesFile")
        #expect(destination.count == 10)
    }

    @Test(arguments: ["text", "json"])
    func `shows no secret`(_ format: String) async throws {
        let run = try await describe("-o", format)
        let shown = run.output + run.errorOutput
        #expect(shown.contains("ssl.keystore.password"))
        for secret in Self.secrets { #expect(!shown.contains(secret), "\(format)") }
    }
}
