import Credentials
import EventLoop
import Foundation
import KafkaClient
import KafkaConnection
import KafkaModel
import Synchronization
import TLS
import TestSupport

extension SecuredCluster {
    /// Trusts the cluster's authority.
    func tls(identity: TLSIdentity? = nil) throws -> TLSOptions {
        TLSOptions(trustedCertificates: try fileBytes(authority.certificateFile), identity: identity)
    }

    /// Kafka's name of a mechanism, with the credentials of a user.
    static func credentials(_ mechanism: String, _ user: String = "admin") -> SASLCredentials {
        let password = Secret(Self.password(of: user))
        return switch mechanism {
        case "PLAIN": .plain(username: user, password: password)
        case "SCRAM-SHA-256": .scram(.sha256, username: user, password: password)
        case "SCRAM-SHA-512": .scram(.sha512, username: user, password: password)
        default: .oauthBearer(token: Secret(unsecuredToken(user)))
        }
    }

    /// A client on one listener.
    func client(
        _ listener: SecuredListener, _ security: ConnectionSecurity, options: ConnectionOptions = ConnectionOptions()
    ) throws -> ClusterClient {
        try client(servers(listener), FixedSecurity(security), options: options)
    }

    /// A client of any servers.
    func client(
        _ servers: String, _ security: any SecurityProvider, options: ConnectionOptions = ConnectionOptions()
    ) throws -> ClusterClient {
        ClusterClient(
            name: "here", bootstrapServers: servers.split(separator: ",").compactMap { HostAndPort(String($0)) },
            options: options, security: security, loop: try EventLoop())
    }

    /// A client certificate that the cluster trusts.
    func identity(_ user: String) async throws -> TLSIdentity {
        let certificate = try await authority.issue(commonName: user)
        return .pem(
            certificateChain: try fileBytes(certificate.certificateFile),
            key: Secret(String(decoding: try fileBytes(certificate.keyFile), as: UTF8.self)), password: nil)
    }
}

func fileBytes(_ file: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: file)))
}

/// A provider whose answer a test changes, and that counts how often it was asked.
final class ChangingSecurity: SecurityProvider {
    private let state: Mutex<(security: ConnectionSecurity, asked: Int)>

    init(_ security: ConnectionSecurity) { state = Mutex((security, 0)) }

    var asked: Int { state.withLock { $0.asked } }

    func change(_ change: (inout ConnectionSecurity) -> Void) { state.withLock { change(&$0.security) } }

    func current() async throws(SecurityError) -> ConnectionSecurity {
        state.withLock {
            $0.asked += 1
            return $0.security
        }
    }
}
