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
            let kafka = try KafkaInstallation.required("4.")
            let cluster = try await SharedClusters.secured(kafka, .source)
            let stranger = try await CertificateAuthority("Stranger")
            let folder = try TemporaryDirectory("doctor")
            let spec = one.spec.replacingOccurrences(of: "CA}", with: "\(cluster.authority.certificateFile)}")
                .replacingOccurrences(of: "STRANGER", with: stranger.certificateFile)
            try folder.write(
                "manifests/cluster.yaml",
                """
                apiVersion: lockstep/v1alpha1
                kind: Cluster
                metadata: {name: paris}
                spec:
                  bootstrapServers: ["\(cluster.servers(one.listener))"]
                  \(spec.replacingOccurrences(of: "\n", with: "\n  "))
                """)
            let started = ContinuousClock.now
            let run = try await CommandRun.run(
                ["\(builtProducts)/lockstep", "doctor", "-f", folder.file("manifests")],
                environment: ["PW": SecuredCluster.password(of: "mirror"), "WRONG": "no-such-password"],
                within: .seconds(60))
            #expect(run.exitCode == 1)
            let lines = run.output.split(separator: "\n")
            #expect(lines.count == 1, "\(run.output)")
            #expect(lines.first?.hasPrefix("problem  cluster paris: \(one.begins)") == true)
            #expect(run.output.contains(one.sentence), "\(run.output)")
            #expect(!(run.output + run.errorOutput).contains("-password"))
            // The default of socket.connection.setup.timeout.ms, and what starting takes.
            #expect(started.duration(to: .now) < .seconds(20))
        }
    }
}
