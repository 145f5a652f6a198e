import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// Every way in which a secured connection fails gives one sentence that says what to do.
    @Suite(
        "Doctor on secured clusters", .enabled(if: KafkaInstallation.release("4.") != nil), .serialized,
        .timeLimit(.minutes(5)))
    struct DoctorSecurityTests {
        /// A connection that cannot work, and what is said about it.
        struct Case: Sendable, CustomTestStringConvertible {
            var testDescription: String
            var listener = SecuredListener.secure
            /// Fields beside `bootstrapServers`; CA and STRANGER stand for the files of two authorities.
            var spec: String
            var sentence: String
            /// How the finding begins.
            var begins = "no bootstrap server answers. broker localhost:"
        }

        private static let tls = "tls: {caFile: CA}\n"
        private static let mirror = #"authentication: {type: SCRAM-SHA-512, username: mirror, password: "${env:PW}"}"#

        static let cases = [
            Case(
                testDescription: "wrong password",
                spec: tls + #"authentication: {type: SCRAM-SHA-512, username: mirror, password: "${env:WRONG}"}"#,
                sentence: "Check the user name and the password in this cluster's authentication."),
            Case(
                testDescription: "wrong authority", spec: "tls: {caFile: STRANGER}\n" + mirror,
                sentence: "tls.caFile"),
            Case(
                testDescription: "wrong host name", listener: .misnamed, spec: tls + mirror,
                sentence: "elsewhere.example"),
            Case(testDescription: "expired certificate", listener: .expired, spec: tls + mirror, sentence: "expired"),
            Case(
                testDescription: "disabled mechanism", listener: .bare,
                spec: #"authentication: {type: SCRAM-SHA-256, username: mirror, password: "${env:PW}"}"#,
                sentence: "PLAIN, SCRAM-SHA-512"),
            Case(testDescription: "plaintext to a TLS port", spec: mirror, sentence: "TLS"),
            Case(testDescription: "TLS to a plaintext port", listener: .bare, spec: tls + mirror, sentence: "TLS"),
            Case(
                testDescription: "no client certificate", listener: .mutual, spec: tls,
                sentence: "Set tls.certFile and tls.keyFile"),
            Case(
                testDescription: "no variable",
                spec: tls + #"authentication: {type: SCRAM-SHA-512, username: mirror, password: "${env:NOT_SET}"}"#,
                sentence: "the environment variable NOT_SET is not set; set it where lockstep runs.",
                begins: "no connection can be made: the password: "),
            Case(
                testDescription: "no file", spec: "tls: {caFile: nowhere.pem}\n" + mirror,
                sentence: "nowhere.pem\" cannot be read: no such file or directory.",
                begins: "no connection can be made: the certificates to trust: "),
            Case(
                testDescription: "no token endpoint",
                spec: tls + """
                    authentication:
                      {type: OAUTHBEARER, tokenEndpoint: "https://127.0.0.1:1/", clientId: c, clientSecret: "${env:PW}"}
                    """, sentence: "the token endpoint https://127.0.0.1:1/ cannot be reached",
                begins: "no connection can be made: "),
        ]

        @Test(arguments: cases) func `says what is wrong, once, and in time`(_ one: Case) async throws {
            let cluster = try await SharedClusters.secured(KafkaInstallation.required("4."), .source)
            let stranger = try await CertificateAuthority("Stranger")
            let spec = one.spec.replacingOccurrences(of: "CA}", with: "\(cluster.authority.certificateFile)}")
                .replacingOccurrences(of: "STRANGER", with: stranger.certificateFile)
            let folder = try TemporaryDirectory("doctor")
            let started = ContinuousClock.now
            let run = try await Self.doctor(folder, "bootstrapServers: [\"\(cluster.servers(one.listener))\"]\n\(spec)")
            #expect(run.exitCode == 1)
            let lines = run.output.split(separator: "\n")
            #expect(lines.count == 1, "\(run.output)")
            #expect(lines.first?.hasPrefix("problem  cluster paris: \(one.begins)") == true)
            #expect(run.output.contains(one.sentence), "\(run.output)")
            #expect(!(run.output + run.errorOutput).contains("-password"))
            // The default of socket.connection.setup.timeout.ms, and what starting takes.
            #expect(started.duration(to: .now) < .seconds(20))
        }

        private static func doctor(_ folder: TemporaryDirectory, _ spec: String) async throws -> CommandRun {
            try folder.write(
                "manifests/cluster.yaml",
                """
                apiVersion: lockstep/v1alpha1
                kind: Cluster
                metadata: {name: paris}
                spec:
                  \(spec.replacingOccurrences(of: "\n", with: "\n  "))
                """)
            return try await CommandRun.run(
                ["\(builtProducts)/lockstep", "doctor", "-f", folder.file("manifests")],
                environment: [
                    "PW": SecuredCluster.password(of: "mirror"), "WRONG": "no-such-password",
                    "TOKEN": SecuredCluster.unsecuredToken("mirror"), "STORE": "store-secret",
                ], within: .seconds(60))
        }

        /// Each way to say who Lockstep is, as people write it, comes in.
        @Test func `is let in whichever way it is declared`() async throws {
            let cluster = try await SharedClusters.secured(KafkaInstallation.required("4."), .source)
            let authority = cluster.authority
            let client = try await authority.issue(commonName: "mirror")
            let files = Declarations(
                cluster: cluster, client: client, encryptedKey: try await client.encryptedKey(password: "store-secret"),
                store: try await client.pkcs12(password: "store-secret"))
            let endpoint = try await AnsweringServer(
                AnsweringServer.token(SecuredCluster.unsecuredToken("mirror")), authority.issue(commonName: "login"))
            for (spec, words) in files.all(endpoint: endpoint.port) {
                let folder = try TemporaryDirectory("doctor")
                for mechanism in ["PLAIN", "OAUTHBEARER"] {
                    let properties = try await cluster.clientProperties("mirror", mechanism: mechanism)
                    let lines = properties.merging(["bootstrap.servers": cluster.servers(.secure)]) { $1 }
                    try folder.write(
                        "manifests/\(mechanism.lowercased()).config",
                        lines.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined())
                }
                let run = try await Self.doctor(folder, spec)
                #expect(run.exitCode == 0, "\(spec)\n\(run.output)\(run.errorOutput)")
                #expect(run.output.contains(", 1 broker, \(words)\n"), "\(run.output)")
                #expect(run.errorOutput == "")
            }
            try await endpoint.stop()
        }

        /// Specs of a cluster with the words that a plan has for them.
        private struct Declarations {
            let cluster: SecuredCluster
            let client: IssuedCertificate
            let encryptedKey: String
            let store: String

            func all(endpoint: UInt16) -> [(spec: String, words: String)] {
                let ca = cluster.authority.certificateFile
                func fields(_ listener: SecuredListener, _ rest: String) -> String {
                    "bootstrapServers: [\"\(cluster.servers(listener))\"]\n\(rest)"
                }
                let tls = "tls: {caFile: \(ca)}\n"
                return [
                    (
                        fields(
                            .secure, tls + #"authentication: {type: PLAIN, username: mirror, password: "${env:PW}"}"#),
                        "as mirror (PLAIN, TLS, password set)"
                    ),
                    (
                        fields(
                            .bare,
                            #"authentication: {type: PLAIN, username: mirror, password: "${env:PW}", allowPlaintext: true}"#
                        ),
                        "as mirror (PLAIN, no TLS, password set)"
                    ),
                    (
                        fields(
                            .secure,
                            tls + #"authentication: {type: SCRAM-SHA-256, username: mirror, password: "${env:PW}"}"#),
                        "as mirror (SCRAM-SHA-256, TLS, password set)"
                    ),
                    (
                        fields(.secure, tls + #"authentication: {type: OAUTHBEARER, token: "${env:TOKEN}"}"#),
                        "(OAUTHBEARER, TLS, token set)"
                    ),
                    (
                        fields(
                            .secure,
                            tls + """
                                authentication:
                                  type: OAUTHBEARER
                                  tokenEndpoint: https://localhost:\(endpoint)/token
                                  tokenEndpointCaFile: \(ca)
                                  clientId: lockstep
                                  clientSecret: ${env:PW}
                                """), "as lockstep (OAUTHBEARER, TLS, client secret set)"
                    ),
                    (
                        fields(
                            .mutual,
                            "tls: {caFile: \(ca), certFile: \(client.certificateFile), keyFile: \(encryptedKey), "
                                + "keyPassword: \"${env:STORE}\"}"), "(TLS, client certificate set)"
                    ),
                    (
                        fields(
                            .mutual,
                            """
                            properties:
                              security.protocol: SSL
                              ssl.truststore.type: PEM
                              ssl.truststore.location: \(ca)
                              ssl.keystore.location: \(store)
                              ssl.keystore.password: ${env:STORE}
                            """), "(TLS, client certificate set)"
                    ),
                    ("propertiesFile: plain.config", "as mirror (PLAIN, TLS, password set)"),
                    ("propertiesFile: oauthbearer.config", "as mirror (OAUTHBEARER, TLS, unsecured token)"),
                ]
            }
        }
    }
}
