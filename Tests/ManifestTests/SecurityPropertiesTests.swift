import Credentials
import Diagnostics
import KafkaModel
import Manifest
import Testing

/// Kafka's own names under `properties`.
@Suite struct SecurityPropertiesTests {
    private func load(_ properties: [String: String], attachments: [String: String] = [:]) -> ManifestFixture {
        let lines = properties.sorted { $0.key < $1.key }.map { "  \($0.key): '\($0.value)'\n" }.joined()
        return ManifestFixture(
            Sample.cluster("paris", "bootstrapServers: [a:1]\nproperties:\n" + lines), attachments: attachments)
    }

    private func security(_ properties: [String: String]) throws -> ClusterSecurity {
        let fixture = load(properties)
        #expect(fixture.text == "")
        return try #require(fixture.load.desired?.clusters["paris"]).security
    }

    private static let plain = "org.apache.kafka.common.security.plain.PlainLoginModule required "
    private static let scram = "org.apache.kafka.common.security.scram.ScramLoginModule required "
    private static let oauth = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required "
    private static let user = "username=\"u\" password=\"${env:P}\";"
    private static let ssl = ["security.protocol": "SSL"]
    private static let saslPlain = [
        "security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", "sasl.jaas.config": plain + user,
    ]
    private static let saslOAuth = ["security.protocol": "SASL_SSL", "sasl.mechanism": "OAUTHBEARER"]
    private static let handlers = "org.apache.kafka.common.security.oauthbearer."
    private static let saslFile = saslOAuth.merging([
        "sasl.oauthbearer.token.endpoint.url": "file:///run/token", "sasl.jaas.config": oauth + ";",
    ]) { $1 }

    @Test func `reads PLAIN and SCRAM`() throws {
        let plain = try security(Self.saslPlain)
        #expect(plain.tls == TLSDeclaration())
        #expect(plain.authentication == .plain(username: Secret("u"), password: Secret("${env:P}")))
        let scram = try security([
            "security.protocol": "sasl_plaintext", "sasl.mechanism": "SCRAM-SHA-256",
            "sasl.jaas.config": Self.scram + Self.user,
        ])
        #expect(scram.tls == nil)
        #expect(scram.authentication == .scram(.sha256, username: Secret("u"), password: Secret("${env:P}")))
    }

    @Test func `keeps a JAAS text that is behind a reference`() throws {
        let properties = Self.saslPlain.merging(["sasl.jaas.config": "${file:jaas.conf}"]) { $1 }
        guard case .referenced("PLAIN", let kept)? = try security(properties).authentication else {
            Issue.record("the reference was not kept")
            return
        }
        #expect(kept["sasl.jaas.config"] == Secret("${file:jaas.conf}"))
    }

    @Test func `reads stores and certificates`() throws {
        let stores = try security([
            "security.protocol": "SSL", "ssl.truststore.location": "t.p12", "ssl.truststore.password": "${env:T}",
            "ssl.keystore.location": "/k.p12", "ssl.keystore.type": "PKCS12", "ssl.keystore.password": "${env:K}",
            "ssl.key.password": "${env:K}",
        ])
        #expect(
            stores.tls
                == TLSDeclaration(
                    trust: .store(file: "t.p12", password: Secret("${env:T}")),
                    identity: .store(file: "/k.p12", password: Secret("${env:K}"))))
        let files = try security([
            "security.protocol": "SSL", "ssl.truststore.type": "PEM", "ssl.truststore.location": "t.pem",
            "ssl.keystore.type": "PEM", "ssl.keystore.location": "k.pem", "ssl.key.password": "${env:K}",
        ])
        #expect(
            files.tls
                == TLSDeclaration(
                    trust: .pemFile("t.pem"),
                    identity: .pemFiles(certificate: "k.pem", key: "k.pem", password: Secret("${env:K}"))))
        let inline = try security([
            "security.protocol": "SSL", "ssl.truststore.type": "PEM", "ssl.truststore.certificates": "${file:t.pem}",
            "ssl.keystore.type": "PEM", "ssl.keystore.key": "${file:k}", "ssl.keystore.certificate.chain": "${file:c}",
        ])
        #expect(
            inline.tls
                == TLSDeclaration(
                    trust: .pem(Secret("${file:t.pem}")),
                    identity: .pem(chain: Secret("${file:c}"), key: Secret("${file:k}"), password: nil)))
    }

    @Test func `reads the ways to a token`() throws {
        let endpoint = try security(
            Self.saslOAuth.merging([
                "sasl.login.callback.handler.class":
                    "org.apache.kafka.common.security.oauthbearer.secured.OAuthBearerLoginCallbackHandler",
                "sasl.oauthbearer.token.endpoint.url": "https://login/token",
                "sasl.jaas.config": Self.oauth + "clientId=\"c\" clientSecret=\"${env:S}\" scope=\"kafka\" "
                    + "ssl.truststore.type=\"PEM\" ssl.truststore.location=\"login.pem\";",
            ]) { $1 })
        var expected = TokenEndpoint(
            url: "https://login/token", clientId: Secret("c"), clientSecret: Secret("${env:S}"), scope: "kafka")
        expected.trust = .pemFile("login.pem")
        #expect(endpoint.authentication == .token(.endpoint(expected)))
        let file = try security(
            Self.saslOAuth.merging([
                "sasl.oauthbearer.token.endpoint.url": "file:///run/token", "sasl.jaas.config": Self.oauth + ";",
            ]) { $1 })
        #expect(file.authentication == .token(.file("/run/token")))
        let unsecured = try security(
            Self.saslOAuth.merging([
                "sasl.jaas.config": Self.oauth + "unsecuredLoginStringClaim_sub=\"mirror\" "
                    + "unsecuredLoginNumberClaim_x=\"5\" unsecuredLoginListClaim_scope=\",a,b\" "
                    + "unsecuredLoginLifetimeSeconds=\"60\";"
            ]) { $1 })
        let token = UnsecuredToken(
            texts: ["sub": "mirror"], numbers: ["x": "5"], lists: ["scope": ["a", "b"]], lifetimeSeconds: 60)
        #expect(unsecured.authentication == .token(.unsecured(token)))
    }

    @Test(arguments: [
        (["security.protocol": "TLS"], "property \"security.protocol\" must be PLAINTEXT, SSL"),
        (["security.protocol": "${env:X}"], "property \"security.protocol\" takes no reference"),
        (["security.protocol": "SASL_SSL"], "\"sasl.mechanism\" is missing; Kafka's default, GSSAPI"),
        (["security.protocol": "SASL_SSL", "sasl.mechanism": "GSSAPI"], "SASL mechanism GSSAPI is not available"),
        (
            ["security.protocol": "SASL_SSL", "sasl.mechanism": "AWS_MSK_IAM"],
            "SASL mechanism AWS_MSK_IAM is not available"
        ),
        (["security.protocol": "SASL_SSL", "sasl.mechanism": "SCRAM"], "SASL mechanism \"SCRAM\" is not known"),
        (["security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN"], "\"sasl.jaas.config\" is missing"),
        (
            saslPlain.merging(["security.protocol": "SASL_PLAINTEXT"]) { $1 },
            "sasl.mechanism is PLAIN and security.protocol is SASL_PLAINTEXT: the password would travel unencrypted"
        ),
        (
            saslPlain.merging(["sasl.jaas.config": plain + "username=\"hunter2"]) { $1 },
            "property \"sasl.jaas.config\" has a quotation mark that is not closed"
        ),
        (
            saslPlain.merging(["sasl.jaas.config": plain + "username=\"hunter2\";"]) { $1 },
            "property \"sasl.jaas.config\" needs username and password"
        ),
        (
            saslPlain.merging(["sasl.jaas.config": scram + user]) { $1 },
            "property \"sasl.jaas.config\" has ScramLoginModule, but sasl.mechanism is PLAIN"
        ),
        (
            saslPlain.merging(["sasl.jaas.config": "com.sun.security.auth.module.Krb5LoginModule required;"]) { $1 },
            "SASL mechanism GSSAPI is not available"
        ),
        (saslOAuth.merging(["sasl.jaas.config": oauth + ";"]) { $1 }, "OAUTHBEARER needs to know where the token"),
        (
            saslOAuth.merging([
                "sasl.jaas.config": oauth + "extension_logicalCluster=\"x\";",
                "sasl.oauthbearer.token.endpoint.url": "https://a/",
            ]) { $1 }, "SASL extensions are not available"
        ),
        (
            saslOAuth.merging([
                "sasl.jaas.config": oauth + ";", "sasl.oauthbearer.token.endpoint.url": "http://a/",
            ]) { $1 }, "property \"sasl.oauthbearer.token.endpoint.url\" would send the client's secret unencrypted"
        ),
        (
            saslOAuth.merging([
                "sasl.jaas.config": oauth + ";", "sasl.oauthbearer.token.endpoint.url": "https://idp:99999/token",
            ]) { $1 },
            "property \"sasl.oauthbearer.token.endpoint.url\" has a port that is no number from 1 to 65535"
        ),
        (
            saslOAuth.merging(["sasl.jaas.config": oauth + ";", "sasl.login.callback.handler.class": "x.Y"]) { $1 },
            "property \"sasl.login.callback.handler.class\" names a class that is not Kafka's own"
        ),
        (
            saslPlain.merging(["sasl.login.callback.handler.class": "x.Y"]) { $1 },
            "property \"sasl.login.callback.handler.class\" names a class that is not Kafka's own"
        ),
        (
            saslFile.merging(["sasl.oauthbearer.jwt.retriever.class": handlers + "ClientCredentialsJwtRetriever"]) {
                $1
            },
            "property \"sasl.oauthbearer.jwt.retriever.class\" asks for client credentials, but "
                + "sasl.oauthbearer.token.endpoint.url is a file"
        ),
        (
            saslOAuth.merging([
                "sasl.jaas.config": oauth + "clientId=\"c\" clientSecret=\"${env:S}\";",
                "sasl.oauthbearer.token.endpoint.url": "https://a/",
                "sasl.oauthbearer.jwt.retriever.class": handlers + "FileJwtRetriever",
            ]) { $1 }, "property \"sasl.oauthbearer.jwt.retriever.class\" asks for a token in a file, but"
        ),
        (
            ssl.merging(["ssl.truststore.location": "t.jks"]) { $1 },
            "the key store \"t.jks\" is in Java's own format, which only Java reads"
        ),
        (
            ssl.merging(["ssl.truststore.location": "t", "ssl.truststore.type": "BCFKS"]) { $1 },
            "key stores of type BCFKS are not available"
        ),
        (
            ssl.merging(["ssl.truststore.certificates": "${file:x}"]) { $1 },
            "property \"ssl.truststore.certificates\" needs ssl.truststore.type PEM"
        ),
        (
            ssl.merging(["ssl.keystore.key": "${file:x}", "ssl.keystore.type": "PEM"]) { $1 },
            "ssl.keystore.key and ssl.keystore.certificate.chain belong together"
        ),
        (ssl.merging(["ssl.keystore.location": "k.p12"]) { $1 }, "\"ssl.keystore.password\" is missing"),
        (
            ssl.merging([
                "ssl.truststore.type": "PEM", "ssl.truststore.location": "a", "ssl.truststore.password": "${env:X}",
            ]) { $1 }, "property \"ssl.truststore.password\" does not go with PEM"
        ),
        (
            ssl.merging(["ssl.enabled.protocols": "TLSv1.1"]) { $1 },
            "property \"ssl.enabled.protocols\" asks for TLSv1.1"
        ),
        (
            ssl.merging(["ssl.endpoint.identification.algorithm": "LDAPS"]) { $1 },
            "property \"ssl.endpoint.identification.algorithm\" must be https or empty"
        ),
        (ssl.merging(["ssl.cipher.suites": "TLS_AES_128_GCM_SHA256"]) { $1 }, "\"ssl.cipher.suites\" is not available"),
        (["config.providers": "vault"], "config provider \"vault\" is not available"),
    ])
    func `refuses what cannot be honoured`(properties: [String: String], summary: String) {
        let fixture = load(properties)
        #expect(fixture.load.desired == nil)
        let errors = fixture.load.diagnostics.filter { $0.severity == .error }.map(\.summary)
        #expect(errors.contains { $0.hasPrefix(summary) }, "\(errors)")
        #expect(!fixture.text.contains("hunter2"))
    }

    @Test func `names the one command that converts a Java store`() {
        let jks = load(Self.ssl.merging(["ssl.truststore.location": "my certs/t.jks"]) { $1 })
        #expect(
            jks.load.diagnostics.first?.hint
                == "convert it: keytool -importkeystore -srckeystore 'my certs/t.jks' -destkeystore 'my certs/t.p12' "
                + "-deststoretype PKCS12; then name that file, with ssl.truststore.type PKCS12")
        // What a file is decides, whatever it is called.
        let properties = Self.ssl.merging(["ssl.truststore.location": "t", "ssl.truststore.type": "JKS"]) { $1 }
        #expect(load(properties, attachments: ["links/t": "0\u{2}"]).load.desired != nil)
        let pem = load(properties, attachments: ["links/t": "-----BEGIN CERTIFICATE-----\n"])
        #expect(pem.load.diagnostics.map(\.summary) == ["the file \"t\" is PEM"])
    }

    @Test(arguments: [
        (
            ["ssl.truststore.location": "x.pem"],
            "property \"ssl.truststore.location\" has no effect: security.protocol is"
        ),
        (["sasl.mechanism": "PLAIN"], "property \"sasl.mechanism\" has no effect: security.protocol is PLAINTEXT"),
        (
            ssl.merging(["ssl.endpoint.identification.algorithm": ""]) { $1 },
            "host names are not verified: any server with a certificate"
        ),
        (ssl.merging(["ssl.protocol": "TLSv1.2"]) { $1 }, "property \"ssl.protocol\" has no effect: TLS 1.3 or 1.2"),
        (
            ssl.merging(["ssl.truststore.password": "${env:X}"]) { $1 },
            "property \"ssl.truststore.password\" has no effect without ssl.truststore.location"
        ),
        (
            saslPlain.merging(["sasl.jaas.config": plain + "username=\"u\" password=\"hunter2\";"]) { $1 },
            "property \"sasl.jaas.config\" is a secret in plain text"
        ),
        (
            saslPlain.merging(["sasl.jaas.config": plain + "x=\"hunter2\" " + user]) { $1 },
            "JAAS option \"…\" has no effect"
        ),
        (
            saslPlain.merging(["sasl.login.callback.handler.class": handlers + "OAuthBearerLoginCallbackHandler"]) {
                $1
            },
            "property \"sasl.login.callback.handler.class\" has no effect: sasl.mechanism is PLAIN"
        ),
        (
            saslPlain.merging(["sasl.oauthbearer.scope": "kafka"]) { $1 },
            "property \"sasl.oauthbearer.scope\" has no effect: sasl.mechanism is PLAIN"
        ),
        (saslFile.merging(["sasl.oauthbearer.scope": "x"]) { $1 }, "property \"sasl.oauthbearer.scope\" has no effect"),
        (
            saslFile.merging(["sasl.jaas.config": oauth + "clientId=\"c\";"]) { $1 },
            "JAAS option \"clientId\" has no effect"
        ),
        (
            saslOAuth.merging([
                "sasl.jaas.config": oauth + "unsecuredLoginStringClaim_sub=\"u\";",
                "sasl.oauthbearer.token.endpoint.url": "https://a/",
                "sasl.login.callback.handler.class":
                    handlers + "internals.unsecured.OAuthBearerUnsecuredLoginCallbackHandler",
            ]) { $1 }, "property \"sasl.oauthbearer.token.endpoint.url\" has no effect: tokens are made"
        ),
        (
            saslOAuth.merging([
                "sasl.jaas.config": oauth + "clientId=\"c\" clientSecret=\"${env:S}\" ssl.truststore.hunter2=\"x\";",
                "sasl.oauthbearer.token.endpoint.url": "https://a/",
            ]) { $1 }, "JAAS option \"…\" has no effect"
        ),
        (["sasl.kerberos.service.name": "kafka"], "property \"sasl.kerberos.service.name\" has no effect"),
    ])
    func `warns about what has no effect or is unwise`(properties: [String: String], summary: String) {
        let fixture = load(properties)
        #expect(fixture.load.desired != nil)
        #expect(fixture.load.diagnostics.allSatisfy { $0.severity == .warning })
        #expect(fixture.load.diagnostics.contains { $0.summary.hasPrefix(summary) }, "\(fixture.summaries)")
        #expect(!fixture.text.contains("hunter2"))
    }

    @Test(arguments: [
        ["ssl.protocol": "TLSv1.3", "ssl.enabled.protocols": "TLSv1.2,TLSv1.3"], ["ssl.protocol": "TLS"],
        ["ssl.endpoint.identification.algorithm": "HTTPS"],
    ])
    func `accepts what is done anyway`(properties: [String: String]) throws {
        #expect(try security(Self.ssl.merging(properties) { $1 }).tls == TLSDeclaration())
    }

    @Test func `takes an explicit yes for PLAIN`() throws {
        let properties = Self.saslPlain.merging([
            "security.protocol": "SASL_PLAINTEXT", "lockstep.allow.plaintext": "true",
        ]) { $1 }
        #expect(try security(properties).tls == nil)
    }

    /// No property of Kafka's clients is silently ignored: it does something, is refused, or earns a warning.
    @Test(arguments: KafkaClientConfigNames.all)
    func `knows every property of Kafka's clients`(name: String) {
        let fixture = load([name: "1"])
        #expect(!fixture.load.diagnostics.contains { $0.code == "K034" }, "unknown: \(fixture.text)")
        let honoured = [
            "client.id", "request.timeout.ms", "retries", "retry.backoff.ms", "retry.backoff.max.ms",
            "socket.connection.setup.timeout.ms",
        ]
        if !honoured.contains(name) { #expect(!fixture.load.diagnostics.isEmpty) }
        for finding in fixture.load.diagnostics where finding.summary.hasSuffix("has no effect") {
            #expect(finding.hint != nil, "without a reason: \(fixture.text)")
        }
    }
}
