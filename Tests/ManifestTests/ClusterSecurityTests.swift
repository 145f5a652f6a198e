import Credentials
import Diagnostics
import KafkaModel
import Manifest
import Testing

/// `tls` and `authentication` of a `Cluster`.
@Suite struct ClusterSecurityTests {
    private func cluster(_ spec: String, attachments: [String: String] = [:]) -> ManifestFixture {
        ManifestFixture(Sample.cluster("paris", "bootstrapServers: [a:1]\n" + spec), attachments: attachments)
    }

    private func security(_ spec: String) throws -> ClusterSecurity {
        let fixture = cluster(spec)
        #expect(fixture.text == "")
        return try #require(fixture.load.desired?.clusters["paris"]).security
    }

    @Test func `reads TLS with every field`() throws {
        let security = try security(
            """
            tls:
              caFile: certs/ca.pem
              certFile: certs/client.pem
              keyFile: /keys/client.key
              keyPassword: ${env:KEY_PASSWORD}
              serverName: kafka.internal
            """)
        let identity = TLSDeclaration.Identity.pemFiles(
            certificate: "certs/client.pem", key: "/keys/client.key", password: Secret("${env:KEY_PASSWORD}"))
        #expect(
            security
                == ClusterSecurity(
                    tls: TLSDeclaration(
                        trust: .pemFile("certs/ca.pem"), identity: identity, serverName: "kafka.internal"),
                    folder: "links/"))
        #expect(security.path("certs/ca.pem") == "links/certs/ca.pem")
        #expect(security.path("/keys/client.key") == "/keys/client.key")
    }

    @Test(arguments: [
        ("tls: {enabled: true}", true), ("tls: {caFile: a.pem}", true), ("tls: {enabled: false}", false),
        ("tls:", false),
        ("tls: {}", false), ("", false),
    ])
    func `uses TLS when it is asked for`(spec: String, isUsed: Bool) throws {
        #expect(try security(spec).tls.map { $0 == TLSDeclaration(trust: $0.trust) } == (isUsed ? true : nil))
    }

    @Test(arguments: [
        ("PLAIN", AuthenticationDeclaration.plain(username: Secret("u"), password: Secret("${env:P}"))),
        ("SCRAM-SHA-256", .scram(.sha256, username: Secret("u"), password: Secret("${env:P}"))),
        ("scram-sha-512", .scram(.sha512, username: Secret("u"), password: Secret("${env:P}"))),
    ])
    func `reads user names and passwords`(type: String, expected: AuthenticationDeclaration) throws {
        let spec = "tls: {enabled: true}\nauthentication: {type: \(type), username: u, password: \"${env:P}\"}"
        #expect(try security(spec).authentication == expected)
    }

    @Test func `reads tokens and their endpoints`() throws {
        let tls = "tls: {enabled: true}\n"
        #expect(
            try security(tls + "authentication: {type: OAUTHBEARER, token: \"${file:token}\"}").authentication
                == .token(.value(Secret("${file:token}"))))
        let endpoint = try security(
            tls + """
                authentication:
                  type: OAUTHBEARER
                  tokenEndpoint: https://login.example.net/token
                  tokenEndpointCaFile: login.pem
                  clientId: lockstep
                  clientSecret: ${env:S}
                  scope: kafka
                """)
        #expect(
            endpoint.authentication
                == .token(
                    .endpoint(
                        TokenEndpoint(
                            url: "https://login.example.net/token", clientId: Secret("lockstep"),
                            clientSecret: Secret("${env:S}"), scope: "kafka", trust: .pemFile("login.pem")))))
    }

    @Test(arguments: [
        (
            "authentication: {type: PLAIN, username: u, password: \"${env:P}\"}",
            "authentication.type PLAIN without tls: the password would travel unencrypted"
        ),
        (
            "tls: {enabled: false}\nauthentication: {type: PLAIN, username: u, password: \"${env:P}\"}",
            "authentication.type PLAIN without tls: the password would travel unencrypted"
        ),
        (
            "authentication: {type: OAUTHBEARER, token: \"${env:P}\"}",
            "authentication.type OAUTHBEARER without tls: the token would travel unencrypted"
        ),
        ("tls: {certFile: a.pem}", "tls.certFile needs tls.keyFile"),
        ("tls: {keyFile: a.pem}", "tls.keyFile needs tls.certFile"),
        ("tls: {keyPassword: \"${env:X}\"}", "tls.keyPassword needs tls.keyFile"),
        ("tls: {caFile: \"${env:X}\"}", "spec.tls.caFile takes the path of a file, not a reference"),
        ("tls: {ca: a}", "unknown key \"ca\" in spec.tls"),
        (
            "authentication: {type: GSSAPI}",
            "spec.authentication.type must be PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER, not \"GSSAPI\""
        ),
        (
            "authentication: {type: AWS_MSK_IAM}",
            "spec.authentication.type must be PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER, not \"AWS_MSK_IAM\""
        ),
        (
            "authentication: {type: SCRAM-SHA-512, username: u}",
            "\"password\" is missing in spec.authentication; SCRAM-SHA-512 needs it"
        ),
        (
            "authentication: {type: SCRAM-SHA-512, username: u, password: \"${env:P}\", token: \"${env:P}\"}",
            "authentication.token does not go with type SCRAM-SHA-512"
        ),
        (
            "tls: {enabled: true}\nauthentication: {type: OAUTHBEARER, username: u, token: \"${env:P}\"}",
            "authentication.username does not go with type OAUTHBEARER"
        ),
        (
            "tls: {enabled: true}\nauthentication: {type: OAUTHBEARER}",
            "OAUTHBEARER needs \"token\" or \"tokenEndpoint\" in spec.authentication"
        ),
        (
            "tls: {enabled: true}\n"
                + "authentication: {type: OAUTHBEARER, token: \"${env:P}\", tokenEndpoint: \"https://a/\"}",
            "authentication.token and authentication.tokenEndpoint exclude each other"
        ),
        (
            "tls: {enabled: true}\nauthentication: {type: OAUTHBEARER, tokenEndpoint: \"https://a/\"}",
            "\"clientId\" is missing in spec.authentication; a token endpoint needs it"
        ),
        (
            "tls: {enabled: true}\n"
                + "authentication: {type: OAUTHBEARER, tokenEndpoint: \"http://a/\", clientId: a, clientSecret: \"${env:P}\"}",
            "spec.authentication.tokenEndpoint would send the client's secret unencrypted"
        ),
        (
            "tls: {enabled: true}\nauthentication: {type: OAUTHBEARER, tokenEndpoint: a, clientId: a}",
            "spec.authentication.tokenEndpoint must be an address that begins with https://"
        ),
        (
            "tls: {enabled: true}\nproperties: {ssl.truststore.type: PEM}",
            "property \"ssl.truststore.type\" and tls exclude each other"
        ),
        (
            "tls: {enabled: true}\npropertiesFile: source.config",
            "propertiesFile and tls exclude each other"
        ),
        ("propertiesFile: secret.txt", "spec.propertiesFile must be a .properties, .config or .conf file"),
    ])
    func `refuses what makes no sense`(spec: String, summary: String) {
        let fixture = cluster(spec)
        #expect(fixture.load.desired == nil)
        let errors = fixture.load.diagnostics.filter { $0.severity == .error }.map(\.summary)
        #expect(errors.contains { $0.hasPrefix(summary) }, "\(errors)")
    }

    @Test func `says why a mechanism is refused, and what to do about PLAIN`() {
        let gssapi = cluster("authentication: {type: GSSAPI}").load.diagnostics.first { $0.code == "K016" }
        #expect(gssapi?.hint?.hasPrefix("Kerberos needs") == true)
        let plain = cluster("authentication: {type: PLAIN, username: u, password: \"${env:P}\"}").load.diagnostics
        #expect(plain.map(\.hint) == ["write tls: {enabled: true}, or say yes to it with allowPlaintext: true"])
    }

    @Test(arguments: [
        (
            "tls: {verifyHostname: false}",
            "host names are not verified: any server with a certificate of a trusted authority is believed"
        ),
        ("tls: {enabled: false, caFile: a.pem}", "tls.caFile has no effect while tls.enabled is false"),
        (
            "authentication: {type: SCRAM-SHA-512, username: u, password: hunter2}",
            "spec.authentication.password is a secret in plain text"
        ),
        (
            "tls: {certFile: a, keyFile: b, keyPassword: hunter2}",
            "spec.tls.keyPassword is a secret in plain text"
        ),
    ])
    func `warns and goes on`(spec: String, summary: String) {
        let fixture = cluster(spec)
        #expect(fixture.load.desired != nil)
        #expect(fixture.load.diagnostics.map(\.summary) == [summary])
        #expect(fixture.load.diagnostics.allSatisfy { $0.severity == .warning })
        #expect(!fixture.text.contains("hunter2"))
    }

    @Test func `takes an explicit yes for PLAIN`() throws {
        let spec = "authentication: {type: PLAIN, username: u, password: \"${env:P}\", allowPlaintext: true}"
        #expect(try security(spec).tls == nil)
    }

    @Test func `hides a misspelt password`() {
        let fixture = cluster("authentication: {type: SCRAM-SHA-512, username: u, pasword: hunter2}")
        #expect(fixture.text.contains("unknown key \"pasword\""))
        #expect(fixture.text.contains("did you mean \"password\"?"))
        #expect(!fixture.text.contains("hunter2"))
    }

    @Test func `checks the form of files that exist, and needs none`() {
        let spec = "tls: {caFile: ca.pem, certFile: client.pem, keyFile: client.key}"
        #expect(cluster(spec).text == "")
        let certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
        let key = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n"
        let good = ["links/ca.pem": certificate, "links/client.pem": certificate, "links/client.key": key]
        #expect(cluster(spec, attachments: good).text == "")
        let bad = [
            "links/ca.pem": key, "links/client.pem": "-----BEGIN CERTIFICATE-----\nMII", "links/client.key": "0",
        ]
        #expect(
            cluster(spec, attachments: bad).load.diagnostics.map(\.summary) == [
                "the file \"ca.pem\" holds no certificate as PEM, only encrypted private key",
                "the file \"client.pem\" ends in the middle of a block (certificate); was it cut off while it was "
                    + "written?",
                "the file \"client.key\" holds no private key as PEM",
            ])
    }

    @Test(arguments: [
        ("-----BEGIN PRIVATE KEY----- MIIB hunter2 MIIC -----END PRIVATE KEY-----", nil),
        ("-----BEGIN PRIVATE KEY-----MIIB-----END PRIVATE KEY-----", nil),
        ("-----BEGIN PRIVATE KEY-----\nMIIB hunter2\n-----END PRIVATE KEY-----", nil),
        (
            "-----BEGIN PRIVATE KEY----- MIIBhunter2",
            "ends in the middle of a block (private key); was it cut off while it was written?"
        ),
        (
            "-----BEGIN PRIVATE KEY----- MIIB hunter2! -----END PRIVATE KEY-----",
            "has a block (private key) that is not base64; was it damaged on its way?"
        ),
        // What has no label is no block, whatever stands between its dashes.
        ("-----BEGIN hunter2-----", "holds no private key as PEM"),
        (
            "-----BEGIN TRUSTED CERTIFICATE----- MIIB -----END TRUSTED CERTIFICATE-----",
            "holds no private key as PEM, only trusted certificate"
        ),
    ])
    func `takes blocks on one line, and shows nothing of them`(key: String, problem: String?) {
        let files = ["links/client.key": key]
        let fixture = cluster("tls: {certFile: client.pem, keyFile: client.key}", attachments: files)
        #expect(fixture.load.diagnostics.map(\.summary) == (problem.map { ["the file \"client.key\" \($0)"] } ?? []))
        #expect(!fixture.text.contains("hunter2"))
    }

    @Test func `does not promise to read trusted certificates`() {
        let trusted = "-----BEGIN TRUSTED CERTIFICATE-----\nMIIB\n-----END TRUSTED CERTIFICATE-----\n"
        let fixture = cluster("tls: {caFile: ca.pem}", attachments: ["links/ca.pem": trusted])
        #expect(
            fixture.load.diagnostics.map(\.summary)
                == ["the file \"ca.pem\" holds no certificate as PEM, only trusted certificate"])
    }

    @Test(arguments: [
        ("tls: {enabled: true}", "(TLS)"),
        ("tls: {certFile: a, keyFile: b}", "(TLS, client certificate set)"),
        (
            "tls: {enabled: true}\nauthentication: {type: SCRAM-SHA-512, username: mirror, password: \"${env:P}\"}",
            "as mirror (SCRAM-SHA-512, TLS, password set)"
        ),
        (
            "authentication: {type: SCRAM-SHA-256, username: \"${env:U}\", password: \"${env:P}\"}",
            "as ${env:U} (SCRAM-SHA-256, no TLS, password set)"
        ),
        (
            "tls: {enabled: true}\nauthentication: {type: OAUTHBEARER, token: \"${env:P}\"}",
            "(OAUTHBEARER, TLS, token set)"
        ),
    ])
    func `says in words who Lockstep is`(spec: String, words: String) throws {
        #expect(cluster(spec).load.desired?.clusters["paris"]?.identity == words)
    }

    @Test func `keeps no secret where something prints`() throws {
        let spec = """
            tls: {certFile: a, keyFile: b, keyPassword: hunter2}
            authentication: {type: SCRAM-SHA-512, username: u, password: hunter2}
            """
        let desired = try #require(cluster(spec).load.desired)
        var dumped = ""
        dump(desired, to: &dumped)
        #expect(!"\(desired) \(String(reflecting: desired)) \(dumped)".contains("hunter2"))
    }
}
