import Diagnostics
import KafkaModel
import Manifest
import Testing

/// What is told about the security of a cluster, and that no secret is among it.
@Suite struct SecurityFactsTests {
    /// The facts of a cluster, one a line: name, value, line of its declaration.
    private func facts(_ spec: String, _ attachments: [String: String] = [:]) throws -> [String] {
        let fixture = ManifestFixture(
            Sample.cluster("paris", "bootstrapServers: [localhost:9093]\n" + spec), attachments: attachments)
        let cluster = try #require(fixture.load.desired?.clusters["paris"], "\(fixture.text)")
        return cluster.securityFacts.map { fact in
            "\(fact.name) = \(fact.value)\(fact.isSecret ? " (secret)" : "")"
                + (fact.place.map { " @ \($0.file):\($0.line)" } ?? "")
        }
    }

    @Test func `says that nothing is protected`() throws {
        #expect(try facts("") == ["security.protocol = PLAINTEXT"])
    }

    @Test func `tells fields with the lines they stand in`() throws {
        let told = try facts(
            """
            tls:
              caFile: certs/ca.pem
              certFile: /etc/client.pem
              keyFile: certs/client.key
              keyPassword: "${file:secrets/key}"
              serverName: kafka.example.net
            authentication:
              type: SCRAM-SHA-512
              username: mirror
              password: "${env:PARIS_PASSWORD}"
            """)
        #expect(
            told == [
                "security.protocol = SASL_SSL @ links/a.yaml:7", "tls.caFile = links/certs/ca.pem @ links/a.yaml:7",
                "tls.certFile = /etc/client.pem @ links/a.yaml:8",
                "tls.keyFile = links/certs/client.key @ links/a.yaml:9",
                "tls.keyPassword = ${file:secrets/key} (secret) @ links/a.yaml:10",
                "tls.serverName = kafka.example.net @ links/a.yaml:11", "tls.verifyHostname = true",
                "sasl.mechanism = SCRAM-SHA-512 @ links/a.yaml:13",
                "authentication.username = mirror @ links/a.yaml:14",
                "authentication.password = ${env:PARIS_PASSWORD} (secret) @ links/a.yaml:15",
            ])
    }

    @Test func `tells a token's way, and the defaults`() throws {
        let endpoint = try facts(
            """
            tls: {enabled: true, verifyHostname: false}
            authentication:
              type: OAUTHBEARER
              tokenEndpoint: "https://login.example.net/token?key=hunter2"
              tokenEndpointCaFile: login.pem
              clientId: "${env:CLIENT}"
              clientSecret: "a-hunter2-${file:s.properties:secret}"
              scope: kafka
            """)
        #expect(
            endpoint == [
                "security.protocol = SASL_SSL @ links/a.yaml:6", "tls.caFile = the system's certificates",
                "tls.verifyHostname = false @ links/a.yaml:6", "sasl.mechanism = OAUTHBEARER @ links/a.yaml:8",
                "authentication.tokenEndpoint = https://login.example.net/token @ links/a.yaml:9",
                "authentication.tokenEndpointCaFile = links/login.pem @ links/a.yaml:10",
                "authentication.clientId = ${env:CLIENT} @ links/a.yaml:11",
                "authentication.clientSecret = plain text + ${file:s.properties:secret} (secret) @ links/a.yaml:12",
                "authentication.scope = kafka @ links/a.yaml:13",
            ])
        let token = try facts(
            """
            authentication: {type: OAUTHBEARER, token: hunter2, allowPlaintext: true}
            """)
        #expect(
            token == [
                "security.protocol = SASL_PLAINTEXT @ links/a.yaml:6",
                "sasl.mechanism = OAUTHBEARER @ links/a.yaml:6",
                "authentication.token = written in plain text (secret) @ links/a.yaml:6",
                "authentication.allowPlaintext = true @ links/a.yaml:6",
            ])
    }

    @Test func `tells properties of the manifest`() throws {
        let told = try facts(
            #"""
            properties:
              security.protocol: SASL_SSL
              sasl.mechanism: PLAIN
              sasl.jaas.config: >-
                org.apache.kafka.common.security.plain.PlainLoginModule required
                username="mirror" password="${env:PASSWORD}";
              ssl.keystore.location: client.p12
              ssl.keystore.password: ${env:STORE}
              ssl.endpoint.identification.algorithm: ""
            """#)
        #expect(
            told == [
                "security.protocol = SASL_SSL @ links/a.yaml:7", "sasl.mechanism = PLAIN @ links/a.yaml:8",
                "sasl.jaas.config: password = ${env:PASSWORD} (secret) @ links/a.yaml:9",
                "sasl.jaas.config: username = mirror @ links/a.yaml:9",
                "ssl.truststore.location = the system's certificates",
                "ssl.keystore.location = links/client.p12 @ links/a.yaml:12",
                "ssl.keystore.password = ${env:STORE} (secret) @ links/a.yaml:13",
                "ssl.endpoint.identification.algorithm = empty: host names are not verified @ links/a.yaml:14",
            ])
        let referenced = try facts(
            """
            properties:
              security.protocol: SASL_SSL
              sasl.mechanism: PLAIN
              sasl.jaas.config: ${file:secrets/jaas}
            """)
        #expect(referenced.contains("sasl.jaas.config = ${file:secrets/jaas} (secret) @ links/a.yaml:9"))
    }

    @Test func `tells a properties file with the lines of that file, and its absence`() throws {
        let file = #"""
            security.protocol=SASL_SSL
            sasl.mechanism=SCRAM-SHA-256
            sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \
                username="mirror" password="hunter2";
            ssl.truststore.type=PEM
            ssl.truststore.location=ca.pem
            """#
        let spec = "propertiesFile: conf/source.config"
        #expect(
            try facts(spec, ["links/conf/source.config": file]) == [
                "propertiesFile = links/conf/source.config @ links/a.yaml:6",
                "security.protocol = SASL_SSL @ links/conf/source.config:1",
                "sasl.mechanism = SCRAM-SHA-256 @ links/conf/source.config:2",
                "sasl.jaas.config: password = written in plain text (secret) @ links/conf/source.config:3",
                "sasl.jaas.config: username = mirror @ links/conf/source.config:3",
                "ssl.truststore.type = PEM @ links/conf/source.config:5",
                "ssl.truststore.location = links/conf/ca.pem @ links/conf/source.config:6",
                "ssl.endpoint.identification.algorithm = https",
            ])
        #expect(try facts(spec) == ["propertiesFile = links/conf/source.config @ links/a.yaml:6"])
    }

    /// Keys that no list of open ones names are taken for secrets, with certificates and keys written out among them.
    @Test func `takes what it does not know for a secret`() throws {
        let told = try facts(
            """
            properties:
              security.protocol: SSL
              ssl.truststore.type: PEM
              ssl.truststore.certificates: hunter2
              ssl.keystore.type: PEM
              ssl.keystore.certificate.chain: hunter2
              ssl.keystore.key: hunter2
            """)
        #expect(told.count { $0.contains("written in plain text (secret)") } == 3)
        #expect(!told.contains { $0.contains("hunter2") })
    }
}
