import Bytes
import Credentials
import EmbeddedBroker
import KafkaConnection
import KafkaProtocol
import TLS
import TestSupport
import Testing

/// Who is let in by SASL and who is not, asked of the embedded broker and of real ones.
@Suite("Authentication conformance", .timeLimit(.minutes(5)), .serialized)
struct AuthenticationConformanceTests {
    @Test(arguments: ConformanceCluster.all)
    func `every mechanism lets a user in, and then nothing of it is expected`(
        _ cluster: ConformanceCluster
    ) async throws {
        try await ListenerSite.run(cluster, .secure) { site in
            for mechanism in site.listener.mechanisms {
                let connection = try await site.connect()
                let answer = try await connection.exchange(ListenerSite.credentials("admin", mechanism))
                #expect(answer.errorCode == 0 && answer.errorMessage == "", "\(mechanism): \(answer)")
                // A token has an end, and a session with an end may be renewed.
                #expect((answer.sessionLifetimeMs > 0) == (mechanism == "OAUTHBEARER"), "\(mechanism): \(answer)")
                #expect(await connection.isLetIn(), "\(mechanism)")
                let late = try await connection.say([0])
                #expect(ErrorCode(late.errorCode) == .illegalSaslState)
                #expect(late.errorMessage == "SaslAuthenticate request received after successful authentication")
                if mechanism != "OAUTHBEARER" {
                    let again = try await connection.choose(mechanism)
                    #expect(ErrorCode(again.errorCode) == .illegalSaslState)
                    #expect(again.mechanisms == [])
                }
                #expect(await connection.isLetIn(), "\(mechanism)")
                await connection.close()
            }
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `whoever is let in is asked for his rights under his own name`(_ cluster: ConformanceCluster) async throws {
        try await ListenerSite.run(cluster, .secure) { site in
            for (user, code) in [("admin", ErrorCode(0)), ("alice", .clusterAuthorizationFailed)] {
                for mechanism in site.listener.mechanisms {
                    let connection = try await site.connect(ListenerSite.credentials(user, mechanism))
                    let answer = try await connection.send(
                        DescribeAclsRequest {
                            $0.resourceTypeFilter = 2
                            $0.resourceNameFilter = "no-such-topic"
                            $0.patternTypeFilter = 3
                            $0.principalFilter = nil
                            $0.hostFilter = nil
                            $0.operation = 1
                            $0.permissionType = 1
                        })
                    #expect(ErrorCode(answer.errorCode) == code, "\(user) with \(mechanism)")
                    await connection.close()
                }
            }
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `a mechanism that is off is refused with those that are on`(_ cluster: ConformanceCluster) async throws {
        try await ListenerSite.run(cluster, .bare) { site in
            for mechanism in ["SCRAM-SHA-256", "OAUTHBEARER", "plain", "", "GSSAPI"] {
                let connection = try await site.connect()
                let answer = try await connection.choose(mechanism)
                #expect(ErrorCode(answer.errorCode) == .unsupportedSaslMechanism)
                #expect(answer.mechanisms.sorted() == ["PLAIN", "SCRAM-SHA-512"])
                try await connection.waitUntilClosed()
            }
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `our client tells every mistake in the same words`(_ cluster: ConformanceCluster) async throws {
        let tls = TLSOptions(
            trustedCertificates: try fileBytes(try await CertificateAuthority.shared().certificateFile))
        let stranger = try await CertificateAuthority("Stranger")
        let strange = TLSOptions(trustedCertificates: try fileBytes(stranger.certificateFile))
        let sasl = ListenerSite.credentials("admin", "SCRAM-SHA-512")
        let cases: [(SecuredListener, ConnectionSecurity, String)] = [
            (.secure, ConnectionSecurity(), "speaks TLS, but this manifest declares none."),
            (.bare, ConnectionSecurity(tls: tls, sasl: sasl), "closed the connection during the TLS handshake"),
            (
                .secure, ConnectionSecurity(tls: strange, sasl: sasl),
                "is issued by CN=Lockstep test authority, which is"
            ),
            (.expired, ConnectionSecurity(tls: tls, sasl: sasl), "its certificate (CN=localhost) expired on 20"),
            (.misnamed, ConnectionSecurity(tls: tls, sasl: sasl), "its certificate is for elsewhere.example, not for"),
            (.mutual, ConnectionSecurity(tls: tls), "wants a client certificate, and none is declared."),
            (.mutual, ConnectionSecurity(tls: tls, sasl: sasl), "wants a client certificate, and none is declared."),
        ]
        for (listener, security, said) in cases {
            try await ListenerSite.run(cluster, listener) { site in
                let error = await #expect(throws: ConnectionError.self) { try await site.connect(security) }
                let text = "\(try present(error))"
                #expect(text.contains(said), "\(listener): \(text)")
            }
        }
    }

    // MARK: The order

    private struct Early: Sendable {
        let what: String
        let send: @Sendable (Connection) async throws -> Void
    }

    @Test(arguments: ConformanceCluster.all)
    func `nothing but the exchange is heard of strangers`(_ cluster: ConformanceCluster) async throws {
        let requests = [
            Early(what: "Metadata") { _ = try await $0.send(MetadataRequest()) },
            Early(what: "SaslAuthenticate first") { _ = try await $0.say(Array("\0admin\0admin-secret".utf8)) },
            Early(what: "ApiVersions twice") {
                _ = try await $0.send(
                    ApiVersionsRequest {
                        $0.clientSoftwareName = "conformance"
                        $0.clientSoftwareVersion = "1"
                    })
            },
        ]
        try await ListenerSite.run(cluster, .secure) { site in
            for request in requests {
                let connection = try await site.connect()
                let error = await #expect(throws: ConnectionError.self, "\(request.what)") {
                    try await request.send(connection)
                }
                guard case .closedByPeer = error?.code else {
                    Issue.record("\(request.what): \(String(describing: error))")
                    continue
                }
            }
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `another request within the exchange is refused, and ends it`(_ cluster: ConformanceCluster) async throws {
        try await ListenerSite.run(cluster, .secure) { site in
            let other = try await site.connect()
            #expect(try await other.choose("PLAIN").errorCode == 0)
            #expect(ErrorCode(try await other.send(DescribeClusterRequest()).errorCode) == .illegalSaslState)
            try await other.waitUntilClosed()
            let twice = try await site.connect()
            #expect(try await twice.choose("PLAIN").errorCode == 0)
            #expect(ErrorCode(try await twice.choose("PLAIN").errorCode) == .illegalSaslState)
            try await twice.waitUntilClosed()
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `the exchange may begin without versions, and go without headers`(_ cluster: ConformanceCluster) async throws {
        try await ListenerSite.run(cluster, .bare) { site in
            for (password, isRight) in [("admin-secret", true), ("admin-secre", false)] {
                let raw = try RawConnection(port: site.port)
                // SaslHandshake of version 0, no client id, "PLAIN".
                try raw.send([0, 17, 0, 0, 0, 0, 0, 5, 0xff, 0xff, 0, 5] + Array("PLAIN".utf8))
                #expect(try raw.receive()?.prefix(6) == [0, 0, 0, 5, 0, 0])
                try raw.send(Array("\0admin\0\(password)".utf8))
                #expect(try raw.receive() == (isRight ? [] : nil))
                guard isRight else { continue }
                // DescribeCluster of version 0 without tags.
                try raw.send([0, 60, 0, 0, 0, 0, 0, 6, 0xff, 0xff, 0, 0, 0])
                #expect(try raw.receive()?.prefix(4) == [0, 0, 0, 6])
            }
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `strangers may not send much`(_ cluster: ConformanceCluster) async throws {
        try await ListenerSite.run(cluster, .bare) { site in
            for (size, isHeard) in [(500_000, true), (600_000, false)] {
                let raw = try RawConnection(port: site.port)
                // SaslHandshake with a client id of no consequence, and what is behind it is passed over.
                let request = [0, 17, 0, 1, 0, 0, 0, 5, 0xff, 0xff, 0, 5] + Array("PLAIN".utf8)
                try? raw.send(request)
                _ = try raw.receive()
                let token = [UInt8](repeating: 0x61, count: size)
                // SaslAuthenticate of version 0.
                let length = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) }
                try? raw.send([0, 36, 0, 0, 0, 0, 0, 6, 0xff, 0xff] + length + token)
                #expect(try raw.receive()?.prefix(6) == (isHeard ? [0, 0, 0, 6, 0, 58] : nil), "\(size)")
            }
        }
    }
}
