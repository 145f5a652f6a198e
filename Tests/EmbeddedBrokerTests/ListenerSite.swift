import Bytes
import Credentials
import EmbeddedBroker
import EventLoop
import Foundation
import KafkaConnection
import KafkaProtocol
import TLS
import TestSupport

/// One listener of a cluster with an authorizer, embedded or real, and the ways to it.
///
/// The users are those of secured clusters; `admin` may do everything, the others what ACLs grant.
struct ListenerSite: Sendable {
    let listener: SecuredListener
    let port: UInt16
    let loop: EventLoop
    let authority: CertificateAuthority
    /// Nil when the cluster is a real one.
    let broker: EmbeddedBroker?

    static let users = ["admin", "alice", "bob"]
    /// How long a session on the listener `brief` lasts.
    static let briefMs: Int64 = 3_000

    /// Runs `body` with a listener of a cluster.
    static func run(
        _ cluster: ConformanceCluster, _ listener: SecuredListener, _ body: (ListenerSite) async throws -> Void
    ) async throws {
        switch cluster {
        case .embedded: try await embedded(listener, body)
        case .real(let installation):
            let loop = try EventLoop()
            defer { loop.stop() }
            let secured = try await SharedClusters.secured(installation, .source)
            try await body(
                ListenerSite(
                    listener: listener, port: secured.ports(listener)[0], loop: loop, authority: secured.authority,
                    broker: nil))
        }
    }

    /// Runs `body` with a listener of an embedded broker.
    static func embedded(
        _ listener: SecuredListener, configure: (inout BrokerOptions) throws -> Void = { _ in },
        _ body: (ListenerSite) async throws -> Void
    ) async throws {
        let authority = try await CertificateAuthority.shared()
        let loop = try EventLoop()
        defer { loop.stop() }
        var options = BrokerOptions(clusterId: "secured")
        options.authorizer = AuthorizerOptions(superUsers: ["User:admin", "User:CN=admin"])
        if listener.securityProtocol.hasSuffix("SSL") {
            let authorities = try fileBytes(authority.certificateFile)
            let certificate =
                switch listener {
                case .expired: try await authority.issue(commonName: "localhost", flaw: .expired)
                case .misnamed: try await authority.issue(commonName: "elsewhere", names: "DNS:elsewhere.example")
                default: try await authority.issue(commonName: "localhost")
                }
            options.tls = try TLSContext.server(
                try certificate.identity(),
                clients: listener == .mutual ? .required(authorities: authorities) : .none)
        }
        if !listener.mechanisms.isEmpty {
            let passwords = users.map { ($0, Secret(SecuredCluster.password(of: $0))) }
            var sasl = try SASLOptions(
                users: Dictionary(uniqueKeysWithValues: passwords),
                mechanisms: Set(SASLMechanism.allCases.filter { listener.mechanisms.contains($0.name) }))
            if listener == .brief { sasl.maximumSessionMs = briefMs }
            options.sasl = sasl
        }
        try configure(&options)
        let broker = try await EmbeddedBroker.start(options, loop: loop)
        do {
            try await body(
                ListenerSite(listener: listener, port: broker.port, loop: loop, authority: authority, broker: broker))
        } catch {
            await broker.stop()
            throw error
        }
        await broker.stop()
    }

    // MARK: The way in

    /// How TLS is spoken with the listener; nil where there is none.
    func tls(_ identity: TLSIdentity? = nil) throws -> TLSOptions? {
        guard listener.securityProtocol.hasSuffix("SSL") else { return nil }
        return TLSOptions(trustedCertificates: try fileBytes(authority.certificateFile), identity: identity)
    }

    /// What a user authenticates with.
    static func credentials(_ user: String, _ mechanism: String = "PLAIN") -> SASLCredentials {
        let password = Secret(SecuredCluster.password(of: user))
        return switch mechanism {
        case "PLAIN": .plain(username: user, password: password)
        case "SCRAM-SHA-256": .scram(.sha256, username: user, password: password)
        case "SCRAM-SHA-512": .scram(.sha512, username: user, password: password)
        default: .oauthBearer(token: Secret(SecuredCluster.unsecuredToken(user)))
        }
    }

    /// A connection; without credentials one that has asked for the versions and nothing else.
    func connect(
        _ sasl: SASLCredentials? = nil, identity: TLSIdentity? = nil
    ) async throws(ConnectionError) -> Connection {
        try await connect(
            ConnectionSecurity(tls: (try? tls(identity)) ?? nil, sasl: sasl, allowsPlainWithoutTLS: true))
    }

    /// A connection that is protected like this.
    func connect(_ security: ConnectionSecurity) async throws(ConnectionError) -> Connection {
        // In a task of its own, whose turn does not depend on other tests.
        let opening = Task { () -> Result<Connection, ConnectionError> in
            do throws(ConnectionError) {
                return .success(
                    try await Connection.open(
                        host: "127.0.0.1", port: port, options: ConnectionOptions(), security: FixedSecurity(security),
                        on: loop))
            } catch {
                return .failure(error)
            }
        }
        return try await opening.value.get()
    }
}

extension Connection {
    /// Says which mechanism is to be used.
    func choose(_ mechanism: String) async throws(ConnectionError) -> SaslHandshakeResponse {
        try await send(SaslHandshakeRequest { $0.mechanism = mechanism })
    }

    /// Sends a message of an exchange.
    func say(_ message: [UInt8]) async throws(ConnectionError) -> SaslAuthenticateResponse {
        try await send(SaslAuthenticateRequest { $0.authBytes = ByteSlice(message) })
    }

    /// Goes through a whole exchange, as far as the broker lets it; returns the last answer.
    func exchange(_ credentials: SASLCredentials) async throws -> SaslAuthenticateResponse {
        let chosen = try await choose(credentials.mechanism)
        guard chosen.errorCode == 0 else { throw HarnessError("\(ErrorCode(chosen.errorCode))") }
        var exchange = try SASLExchange(credentials)
        var answer = try await say(exchange.firstMessage)
        while answer.errorCode == 0, let next = try exchange.answer(to: answer.authBytes.array) {
            answer = try await say(next)
        }
        return answer
    }

    /// Whether the broker answers a request that needs to be authenticated.
    func isLetIn() async -> Bool {
        (try? await send(DescribeClusterRequest()))?.errorCode == 0
    }

    /// Waits until the broker has closed it.
    nonisolated func waitUntilClosed() async throws {
        try await waitUntil("the connection is closed") { await self.ended != nil }
    }
}

func fileBytes(_ file: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: file)))
}

extension IssuedCertificate {
    /// The certificate with its key.
    func identity() throws -> TLSIdentity {
        .pem(
            certificateChain: try fileBytes(certificateFile),
            key: Secret(String(decoding: try fileBytes(keyFile), as: UTF8.self)), password: nil)
    }
}
