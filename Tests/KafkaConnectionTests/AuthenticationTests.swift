import Bytes
import Credentials
import EmbeddedBroker
import EventLoop
import KafkaConnection
import KafkaProtocol
import Synchronization
import TestSupport
import Testing

/// SASL on a connection to the embedded broker.
@Suite(.timeLimit(.minutes(1))) struct AuthenticationTests {
    /// Gives its answers one after the other, the last again and again, and counts.
    private final class Provider: SecurityProvider {
        typealias Answer = Result<ConnectionSecurity, SecurityError>

        private let answers: [Answer]
        private let count = Mutex(0)

        init(_ answers: Answer...) { self.answers = answers }

        convenience init(password: String) { self.init(.success(Self.plain("alice", password))) }

        static func plain(_ username: String, _ password: String) -> ConnectionSecurity {
            ConnectionSecurity(
                sasl: .plain(username: username, password: Secret(password)), allowsPlainWithoutTLS: true)
        }

        var asked: Int { count.withLock { $0 } }

        func current() async throws(SecurityError) -> ConnectionSecurity {
            let turn = count.withLock { count in
                count += 1
                return count
            }
            return try answers[min(turn, answers.count) - 1].get()
        }
    }

    /// Runs `body` with a broker that knows alice and bob, whose password is "secret".
    private static func withBroker(
        sessionMs: Int64 = 0, mechanisms: Set<SASLMechanism> = Set(SASLMechanism.allCases),
        configure: (inout BrokerOptions) -> Void = { _ in }, _ body: (EmbeddedBroker) async throws -> Void
    ) async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        var options = BrokerOptions(clusterId: "authentication")
        var sasl = try SASLOptions(users: ["alice": Secret("secret"), "bob": Secret("secret")], mechanisms: mechanisms)
        sasl.maximumSessionMs = sessionMs
        options.sasl = sasl
        configure(&options)
        let broker = try await EmbeddedBroker.start(options, loop: loop)
        do {
            try await body(broker)
        } catch {
            await broker.stop()
            throw error
        }
        await broker.stop()
    }

    private static func open(
        _ broker: EmbeddedBroker, _ provider: any SecurityProvider
    ) async throws(ConnectionError) -> Connection {
        try await open(broker.host, broker.port, on: broker.loop, provider)
    }

    private static func open(
        _ host: String, _ port: UInt16, on loop: EventLoop, _ provider: any SecurityProvider
    ) async throws(ConnectionError) -> Connection {
        // In a task of its own, see `ScriptedBroker.open`.
        let opening = Task { () -> Result<Connection, ConnectionError> in
            do throws(ConnectionError) {
                return .success(
                    try await Connection.open(
                        host: host, port: port, options: ConnectionOptions(), security: provider, on: loop))
            } catch {
                return .failure(error)
            }
        }
        return try await opening.value.get()
    }

    private static func failure(_ broker: EmbeddedBroker, _ provider: any SecurityProvider) async -> String {
        await KafkaConnectionTests.failure { () async throws(ConnectionError) in
            try await open(broker, provider).close()
        }.replacing(broker.bootstrap, with: "here")
    }

    // MARK: The first time

    @Test(arguments: [
        SASLCredentials.plain(username: "alice", password: Secret("secret")),
        .scram(.sha256, username: "alice", password: Secret("secret")),
        .scram(.sha512, username: "alice", password: Secret("secret")),
        .oauthBearer(token: Secret(SecuredCluster.unsecuredToken("alice"))),
    ])
    func `the exchange comes after the versions and before everything else`(
        _ credentials: SASLCredentials
    ) async throws {
        try await Self.withBroker { broker in
            let security = ConnectionSecurity(sasl: credentials, allowsPlainWithoutTLS: true)
            let connection = try await Self.open(broker, FixedSecurity(security))
            // The broker hears of nothing else before.
            #expect(ErrorCode(try await connection.beat()) == .invalidGroupId)
            #expect(await broker.requestCount(.saslHandshake) == 1)
            await connection.close()
        }
    }

    @Test func `a refusal is told in the broker's words`() async throws {
        try await Self.withBroker { broker in
            #expect(
                await Self.failure(broker, Provider(password: "hunter2"))
                    == "broker here: refused to authenticate with PLAIN: Authentication failed: Invalid username or "
                    + "password. Check the user name and the password in this cluster's authentication.")
        }
    }

    @Test func `words that could harm a terminal are not shown as they are`() async throws {
        let spoken = [APIKey.saslHandshake, .saslAuthenticate].map { (key: $0.rawValue, versions: Int16(0)...1) }
        try await ScriptedBroker.with {
            try $0.greet(spoken)
            try $0.answer(try $0.readRequest(), bigEndian(Int16(0)) + bigEndian(Int32(0)))
            let words = Array("go\u{1b}[31m away.".utf8)
            let refusal = bigEndian(Int16(58)) + bigEndian(Int16(words.count)) + words
            try $0.answer(try $0.readRequest(), refusal + bigEndian(Int32(0)) + bigEndian(Int64(0)))
        } _: { broker in
            let provider = Provider(password: "hunter2")
            let text = await KafkaConnectionTests.failure { () async throws(ConnectionError) in
                try await Self.open("127.0.0.1", broker.peer.port, on: broker.loop, provider).close()
            }
            #expect(text.contains("refused to authenticate with PLAIN: go?[31m away."), "\(text)")
        }
    }

    @Test func `a mechanism that is off, and a listener without SASL`() async throws {
        let provider = Provider(password: "x")
        try await Self.withBroker(mechanisms: [.scram(.sha512), .oauthBearer]) { broker in
            #expect(
                await Self.failure(broker, provider)
                    == "broker here: does not offer the SASL mechanism PLAIN on this listener; it offers OAUTHBEARER, "
                    + "SCRAM-SHA-512. Declare one of them, or enable PLAIN in sasl.enabled.mechanisms on the broker.")
        }
        try await Self.withBroker(configure: { $0.sasl = nil }) { broker in
            let text = await Self.failure(broker, provider)
            #expect(text.contains("expects no SASL on this listener, but authentication is declared."), "\(text)")
        }
        try await Self.withBroker(configure: { $0.versions = [.saslHandshake: nil] }) { broker in
            #expect(
                await Self.failure(broker, provider)
                    == "broker here: does not offer SaslHandshake. Its Kafka version is too old for this.")
        }
    }

    @Test(arguments: [APIKey.saslHandshake, .saslAuthenticate])
    func `an end within the exchange is told as one`(_ key: APIKey) async throws {
        try await Self.withBroker { broker in
            await broker.intercept(key) { _ in .dropBefore }
            #expect(
                await Self.failure(broker, Provider(password: "secret"))
                    == "broker here: closed the connection within the SASL exchange. The broker's log says why it does "
                    + "not accept these credentials.")
        }
    }

    @Test func `without leave, or without knowing how, nobody is connected to`() async throws {
        try await Self.withBroker { broker in
            let plain = ConnectionSecurity(sasl: .plain(username: "alice", password: Secret("hunter2")))
            let exposed = await Self.failure(broker, FixedSecurity(plain))
            #expect(exposed.hasPrefix("broker here: PLAIN would send the password unencrypted, so nothing was"))
            let token = ConnectionSecurity(sasl: .oauthBearer(token: Secret("t")))
            #expect(await Self.failure(broker, FixedSecurity(token)).contains("would send the token"))
            let unknown = Provider(.failure(SecurityError("the file ca.pem is gone.")))
            #expect(await Self.failure(broker, unknown) == "broker here: the file ca.pem is gone.")
            #expect(await broker.requestCount(.apiVersions) == 0)
        }
    }

    // MARK: Again

    /// Opens a connection and asks something on the loop itself: before a short session ends, however busy others are.
    private actor Asker {
        let loop: EventLoop
        nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

        init(_ loop: EventLoop) { self.loop = loop }

        func open(
            _ broker: EmbeddedBroker, _ provider: any SecurityProvider
        ) async throws -> (connection: Connection, answer: Task<Int16, any Error>) {
            let connection = try await Connection.open(
                host: broker.host, port: broker.port, options: ConnectionOptions(), security: provider, on: loop)
            return (connection, Task { try await connection.beat() })
        }
    }

    @Test func `a session is renewed with the credentials of then, while new requests wait`() async throws {
        try await Self.withBroker(sessionMs: 600) { broker in
            let gate = RequestGate()
            await broker.intercept(.heartbeat) { _ in .hold(until: gate) }
            let provider = Provider(
                .success(Provider.plain("alice", "secret")), .success(Provider.plain("alice", "second")))
            let (connection, early) = try await Asker(broker.loop).open(broker, provider)
            // The broker answers what came before first, and ends the exchange when anything comes between.
            try await waitUntil("the session is being renewed") {
                let waiting = await connection.waitingRequests
                return provider.asked >= 2 && waiting == 2
            }
            async let late = connection.beat()
            try await waitUntil("the late request waits") { await connection.waitingRequests == 3 }
            #expect(await broker.requestCount(.saslHandshake) == 1)
            try await broker.setPassword(Secret("second"), of: "alice")
            await broker.setMaximumSession(ms: 0)
            gate.open()
            let codes = [ErrorCode(try await early.value), ErrorCode(try await late)]
            #expect(codes == [.invalidGroupId, .invalidGroupId])
            #expect(await broker.requestCount(.saslHandshake) >= 2)
            await connection.close()
        }
    }

    @Test func `credentials that are missing for a moment are asked for again`() async throws {
        try await Self.withBroker(sessionMs: 2_000) { broker in
            let known = Provider.Answer.success(Provider.plain("alice", "secret"))
            let missing = Provider.Answer.failure(SecurityError("the token endpoint does not answer"))
            let provider = Provider(known, missing, missing, known)
            let connection = try await Self.open(broker, provider)
            try await waitUntil("the session is renewed") { await broker.requestCount(.saslAuthenticate) >= 2 }
            #expect(provider.asked >= 4)
            #expect(await connection.ended == nil)
            await connection.close()
        }
    }

    @Test(arguments: [
        (Result<ConnectionSecurity, SecurityError>.success(Provider.plain("bob", "secret")), "was closed on this side"),
        (.success(ConnectionSecurity()), "was closed on this side"),
        (.failure(SecurityError("the file token is gone.")), "the file token is gone."),
    ])
    private func `a session that cannot be renewed ends, and says why`(
        _ answer: Result<ConnectionSecurity, SecurityError>, _ said: String
    ) async throws {
        try await Self.withBroker(sessionMs: 500) { broker in
            let provider = Provider(.success(Provider.plain("alice", "secret")), answer)
            let connection = try await Self.open(broker, provider)
            try await waitUntil("the connection ends") { await connection.ended != nil }
            let ended = try #require(await connection.ended)
            #expect("\(ended)".contains(said) && ended.isRetriable, "\(ended)")
        }
    }

    /// A broker refuses to renew a session too soon, or as another principal: the next connection tells.
    @Test(arguments: [
        (APIKey.saslHandshake, ErrorCode.unsupportedSaslMechanism), (.saslHandshake, .illegalSaslState),
        (.saslAuthenticate, .saslAuthenticationFailed),
    ])
    func `a renewal that is refused ends the connection, so that another one is opened`(
        _ api: APIKey, _ code: ErrorCode
    ) async throws {
        try await Self.withBroker(sessionMs: 500) { broker in
            let connection = try await Self.open(broker, Provider(password: "secret"))
            await broker.intercept(api, .always) { _ in .fail(code) }
            try await waitUntil("the connection ends") { await connection.ended != nil }
            let ended = try #require(await connection.ended)
            #expect("\(ended)".contains("was closed on this side") && ended.isRetriable, "\(ended)")
        }
    }
}
