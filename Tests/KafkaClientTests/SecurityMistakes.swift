import Credentials
import EventLoop
import Foundation
import KafkaClient
import KafkaConnection
import KafkaModel
import TLS
import TestSupport
import Testing

extension SecuredKafkaTests {
    /// What is said when the cluster is asked for its brokers, without the place; and how long it took.
    private static func mistake(
        _ secured: SecuredCluster, _ servers: String, _ security: ConnectionSecurity, within timeoutMs: Int64
    ) async throws -> (text: String, isRetriable: Bool, isMendable: Bool, time: Duration) {
        let client = try secured.client(
            servers, FixedSecurity(security), options: ConnectionOptions(connectTimeoutMs: timeoutMs))
        defer { client.loop.stop() }
        let start = ContinuousClock.now
        do throws(ClientError) {
            _ = try await client.metadata([])
        } catch {
            let place = "cluster here: no bootstrap server answers. broker \(servers): "
            return (
                "\(error)".replacing(place, with: ""), error.isRetriable, error.isMendable,
                start.duration(to: ContinuousClock.now)
            )
        }
        throw HarnessError("it was let in")
    }

    /// A mistake, and what must be said about it.
    private struct Mistake {
        let what: String
        let servers: String
        let security: ConnectionSecurity
        let said: String
        var isRetriable = false
    }

    @Test(arguments: releases)
    func `every mistake has its sentence, in time`(_ installation: KafkaInstallation) async throws {
        let secured = try await Self.cluster(installation)
        for mistake in try await Self.tlsMistakes(secured) + Self.saslMistakes(secured) {
            // What is wrong for good is told long before the time is up.
            let timeoutMs: Int64 = mistake.isRetriable ? 8_000 : 60_000
            let seen = try await Self.mistake(secured, mistake.servers, mistake.security, within: timeoutMs)
            #expect(seen.text.hasPrefix(mistake.said), "\(mistake.what): \(seen.text)")
            #expect(seen.isRetriable == mistake.isRetriable, "\(mistake.what)")
            #expect(seen.isMendable, "\(mistake.what)")
            #expect(seen.time < .seconds(60), "\(mistake.what): \(seen.time)")
            for secret in ["admin-secret", "hunter2"] { #expect(!seen.text.contains(secret), "\(mistake.what)") }
        }
    }

    private static func tlsMistakes(_ secured: SecuredCluster) async throws -> [Mistake] {
        let scram = SecuredCluster.credentials("SCRAM-SHA-512")
        let stranger = try await CertificateAuthority("Strange authority")
        let strange = TLSOptions(trustedCertificates: try fileBytes(stranger.certificateFile))
        let plaintext = "localhost:\(secured.cluster.ports[0])"
        let issued = try await stranger.issue(commonName: "admin")
        let foreign = TLSIdentity.pem(
            certificateChain: try fileBytes(issued.certificateFile),
            key: Secret(String(decoding: try fileBytes(issued.keyFile), as: UTF8.self)), password: nil)
        let good = ConnectionSecurity(tls: try secured.tls(), sasl: scram)
        return [
            Mistake(
                what: "expired", servers: secured.servers(.expired), security: good,
                said: "its certificate (CN=localhost) expired on 20"),
            Mistake(
                what: "another authority", servers: secured.servers(.secure),
                security: ConnectionSecurity(tls: strange, sasl: scram),
                said: "its certificate (CN=localhost) is issued by CN=Lockstep test authority, which is not trusted."),
            Mistake(
                what: "the system's authorities", servers: secured.servers(.secure),
                security: ConnectionSecurity(tls: TLSOptions(), sasl: scram),
                said: "its certificate (CN=localhost) is issued by CN=Lockstep test authority, which is not trusted."),
            Mistake(
                what: "another host", servers: secured.servers(.misnamed), security: good,
                said: "its certificate is for elsewhere.example, not for localhost. Connect by a name that it has"),
            Mistake(
                what: "no client certificate", servers: secured.servers(.mutual),
                security: ConnectionSecurity(tls: try secured.tls()),
                said: "wants a client certificate, and none is declared. Set tls.certFile and tls.keyFile"),
            Mistake(
                what: "a stranger's client certificate", servers: secured.servers(.mutual),
                security: ConnectionSecurity(tls: try secured.tls(identity: foreign)),
                said: "does not accept our client certificate (TLS alert"),
            Mistake(
                what: "plaintext to TLS", servers: secured.servers(.secure), security: ConnectionSecurity(),
                said: "speaks TLS, but this manifest declares none. Declare tls"),
            Mistake(
                what: "TLS to plaintext", servers: plaintext, security: ConnectionSecurity(tls: try secured.tls()),
                said: "closed the connection during the TLS handshake", isRetriable: true),
            Mistake(
                what: "TLS to SASL without TLS", servers: secured.servers(.bare), security: good,
                said: "closed the connection during the TLS handshake", isRetriable: true),
        ]
    }

    private static func saslMistakes(_ secured: SecuredCluster) throws -> [Mistake] {
        let tls = try secured.tls()
        let plaintext = "localhost:\(secured.cluster.ports[0])"
        let wrong = Secret("hunter2")
        func secure(_ sasl: SASLCredentials?) -> ConnectionSecurity { ConnectionSecurity(tls: tls, sasl: sasl) }
        return [
            Mistake(
                what: "wrong password, PLAIN", servers: secured.servers(.secure),
                security: secure(.plain(username: "admin", password: wrong)),
                said:
                    "refused to authenticate with PLAIN: Authentication failed: Invalid username or password. Check the "
                    + "user name and the password"),
            Mistake(
                what: "wrong password, SCRAM", servers: secured.servers(.secure),
                security: secure(.scram(.sha512, username: "admin", password: wrong)),
                said: "refused to authenticate with SCRAM-SHA-512: Authentication failed during authentication due to "
                    + "invalid credentials with SASL mechanism SCRAM-SHA-512. Check the user name"),
            Mistake(
                what: "unknown user", servers: secured.servers(.secure),
                security: secure(.scram(.sha256, username: "nobody", password: wrong)),
                said: "refused to authenticate with SCRAM-SHA-256: Authentication failed during authentication due to "
                    + "invalid credentials with SASL mechanism SCRAM-SHA-256. Check the user name"),
            Mistake(
                what: "expired token", servers: secured.servers(.secure),
                security: secure(.oauthBearer(token: Secret(SecuredCluster.unsecuredToken("admin", lifetime: -60)))),
                said: "refused to authenticate with OAUTHBEARER: {\"status\":\"invalid_token\"}"),
            Mistake(
                what: "a mechanism that is off", servers: secured.servers(.bare),
                security: ConnectionSecurity(sasl: SecuredCluster.credentials("SCRAM-SHA-256")),
                said:
                    "does not offer the SASL mechanism SCRAM-SHA-256 on this listener; it offers PLAIN, SCRAM-SHA-512."),
            Mistake(
                what: "SASL where none is expected", servers: plaintext,
                security: ConnectionSecurity(sasl: SecuredCluster.credentials("SCRAM-SHA-512")),
                said: "expects no SASL on this listener, but authentication is declared."),
            Mistake(
                what: "no SASL where it is expected", servers: secured.servers(.secure), security: secure(nil),
                said:
                    "told its versions and closed the connection at the first request. Does this listener expect SASL",
                isRetriable: true),
            Mistake(
                what: "PLAIN without TLS", servers: secured.servers(.bare),
                security: ConnectionSecurity(sasl: SecuredCluster.credentials("PLAIN")),
                said:
                    "PLAIN would send the password unencrypted, so nothing was sent. Declare tls, or say yes to it with "
                    + "authentication.allowPlaintext: true"),
            Mistake(
                what: "a line break in the password", servers: secured.servers(.secure),
                security: secure(.plain(username: "admin", password: Secret("admin-secret\n"))),
                said: "the password for PLAIN contains a line break."),
        ]
    }
}
