import Bytes
import Credentials
import EventLoop
import Foundation
import KafkaConnection
import KafkaProtocol
import Synchronization
import TestSupport
import Testing

/// SASL on a connection, with a peer that plays the broker's part.
@Suite(.timeLimit(.minutes(1))) struct AuthenticationTests {
    private static let spoken =
        ScriptedBroker.spoken + [
            (key: APIKey.saslHandshake.rawValue, versions: 0...1),
            (key: APIKey.saslAuthenticate.rawValue, versions: 0...1),
        ]

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

    private static func open(
        _ broker: ScriptedBroker, _ provider: any SecurityProvider
    ) async throws(ConnectionError) -> Connection {
        // In a task of its own, see `ScriptedBroker.open`.
        let opening = Task { () -> Result<Connection, ConnectionError> in
            do throws(ConnectionError) {
                return .success(
                    try await Connection.open(
                        host: "127.0.0.1", port: broker.peer.port, options: ConnectionOptions(), security: provider,
                        on: broker.loop))
            } catch {
                return .failure(error)
            }
        }
        return try await opening.value.get()
    }

    private static func failure(
        _ provider: any SecurityProvider, _ script: @escaping @Sendable (PeerConnection) throws -> Void
    ) async throws -> (text: String, connections: Int) {
        try await ScriptedBroker.with(script) { broker in
            let text = await KafkaConnectionTests.failure { () async throws(ConnectionError) in
                try await Self.open(broker, provider).close()
            }
            return (text.replacing(broker.name, with: "here"), broker.peer.accepted)
        }
    }

    // MARK: The first time

    @Test func `the exchange comes after the versions and before everything else`() async throws {
        let keys = Mutex<[Int16]>([])
        try await ScriptedBroker.with {
            try $0.greet(Self.spoken)
            for _ in 0..<3 {
                let request = try $0.readRequest()
                keys.withLock { $0.append(request.key) }
                switch request.key {
                case 17: try $0.offer(request)
                case 36:
                    guard request.bytes.ends(with: [0, 0, 0, 13] + Array("\0alice\0secret".utf8)) else { return }
                    try $0.letIn(request)
                default: try $0.answer(request, number: 7)
                }
            }
            $0.readToEnd()
        } _: { broker in
            let connection = try await Self.open(broker, Provider(password: "secret"))
            #expect(try await connection.beat() == 7)
            #expect(keys.withLock { $0 } == [17, 36, 12])
            await connection.close()
        }
    }

    @Test func `a refusal is told in the broker's words, without what could harm a terminal`() async throws {
        let seen = try await Self.failure(Provider(password: "hunter2")) {
            try $0.greet(Self.spoken)
            try $0.offer(try $0.readRequest())
            try $0.refuse(try $0.readRequest(), "go\u{1b}[31m away.")
        }
        #expect(
            seen.text
                == "broker here: refused to authenticate with PLAIN: go?[31m away. Check the user name and the "
                + "password in this cluster's authentication.")
    }

    @Test func `a mechanism that is off, and a listener without SASL`() async throws {
        let off = try await Self.failure(Provider(password: "x")) {
            try $0.greet(Self.spoken)
            try $0.offer(try $0.readRequest(), error: 33, ["GSSAPI", "AWS"])
        }
        #expect(
            off.text
                == "broker here: does not offer the SASL mechanism PLAIN on this listener; it offers AWS, GSSAPI. "
                + "Declare one of them, or enable PLAIN in sasl.enabled.mechanisms on the broker.")
        let none = try await Self.failure(Provider(password: "x")) {
            try $0.greet(Self.spoken)
            try $0.offer(try $0.readRequest(), error: 34, [])
        }
        #expect(none.text.contains("expects no SASL on this listener, but authentication is declared."))
        let old = try await Self.failure(Provider(password: "x")) {
            try $0.greet(ScriptedBroker.spoken)
            $0.readToEnd()
        }
        #expect(old.text == "broker here: does not offer SaslHandshake. Its Kafka version is too old for this.")
    }

    @Test(arguments: [17, 36] as [Int16])
    func `an end within the exchange is told as one`(_ key: Int16) async throws {
        let seen = try await Self.failure(Provider(password: "x")) {
            try $0.greet(Self.spoken)
            if key == 36 { try $0.offer(try $0.readRequest()) }
            _ = try $0.readRequest()
        }
        #expect(
            seen.text
                == "broker here: closed the connection within the SASL exchange. The broker's log says why it does not "
                + "accept these credentials.")
    }

    @Test func `without leave, or without knowing how, nobody is connected to`() async throws {
        let plain = ConnectionSecurity(sasl: .plain(username: "alice", password: Secret("hunter2")))
        let exposed = try await Self.failure(FixedSecurity(plain)) { $0.readToEnd() }
        #expect(exposed.text.hasPrefix("broker here: PLAIN would send the password unencrypted, so nothing was"))
        let token = ConnectionSecurity(sasl: .oauthBearer(token: Secret("t")))
        #expect(try await Self.failure(FixedSecurity(token)) { $0.readToEnd() }.text.contains("would send the token"))
        let unknown = try await Self.failure(Provider(.failure(SecurityError("the file ca.pem is gone.")))) {
            $0.readToEnd()
        }
        #expect(unknown.text == "broker here: the file ca.pem is gone.")
        #expect(exposed.connections == 0 && unknown.connections == 0)
    }

    // MARK: Again

    @Test func `a session is renewed with the credentials of then, while new requests wait`() async throws {
        let order = Mutex<[String]>([])
        let isAgain = DispatchSemaphore(value: 0)
        let mayGoOn = DispatchSemaphore(value: 0)
        try await ScriptedBroker.with {
            try $0.greet(Self.spoken)
            try $0.offer(try $0.readRequest())
            try $0.letIn(try $0.readRequest(), lifetimeMs: 600)
            let early = try $0.readRequest()
            let handshake = try $0.readRequest()
            order.withLock { $0 += ["\(early.key)", "\(handshake.key)"] }
            isAgain.signal()
            mayGoOn.wait()
            // As a broker does: what came before is answered before.
            try $0.answer(early, number: 1)
            try $0.offer(handshake)
            let proof = try $0.readRequest()
            let isNew = proof.bytes.ends(with: Array("\0alice\0second".utf8))
            order.withLock { $0.append("\(proof.key) \(isNew)") }
            try $0.letIn(proof)
            let late = try $0.readRequest()
            order.withLock { $0.append("\(late.key)") }
            try $0.answer(late, number: 2)
            $0.readToEnd()
        } _: { broker in
            let provider = Provider(
                .success(Provider.plain("alice", "first")), .success(Provider.plain("alice", "second")))
            let connection = try await Self.open(broker, provider)
            async let early = connection.beat()
            try await waitUntil("the session is renewed") { isAgain.wait(timeout: .now()) == .success }
            async let late = connection.beat()
            try await waitUntil("the late request waits") { await connection.waitingRequests == 3 }
            mayGoOn.signal()
            let numbers = [try await early, try await late]
            #expect(numbers == [1, 2])
            #expect(order.withLock { $0 } == ["12", "17", "36 true", "12"])
            #expect(provider.asked == 2)
            await connection.close()
        }
    }

    @Test func `credentials that are missing for a moment are asked for again`() async throws {
        let isRenewed = DispatchSemaphore(value: 0)
        try await ScriptedBroker.with {
            try $0.greet(Self.spoken)
            try $0.offer(try $0.readRequest())
            try $0.letIn(try $0.readRequest(), lifetimeMs: 2_000)
            try $0.offer(try $0.readRequest())
            try $0.letIn(try $0.readRequest())
            isRenewed.signal()
            $0.readToEnd()
        } _: { broker in
            let known = Provider.Answer.success(Provider.plain("alice", "secret"))
            let missing = Provider.Answer.failure(SecurityError("the token endpoint does not answer"))
            let provider = Provider(known, missing, missing, known)
            let connection = try await Self.open(broker, provider)
            try await waitUntil("the session is renewed") { isRenewed.wait(timeout: .now()) == .success }
            #expect(provider.asked == 4)
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
        try await ScriptedBroker.with {
            try $0.greet(Self.spoken)
            try $0.offer(try $0.readRequest())
            try $0.letIn(try $0.readRequest(), lifetimeMs: 500)
            $0.readToEnd()
        } _: { broker in
            let provider = Provider(.success(Provider.plain("alice", "secret")), answer)
            let connection = try await Self.open(broker, provider)
            try await waitUntil("the connection ends") { await connection.ended != nil }
            let ended = try #require(await connection.ended)
            #expect("\(ended)".contains(said) && ended.isRetriable, "\(ended)")
        }
    }

    /// A broker refuses to renew a session too soon (34), or as another principal (58): the next connection tells.
    @Test(arguments: [33, 34, 58] as [Int16])
    func `a renewal that is refused ends the connection, so that another one is opened`(_ error: Int16) async throws {
        try await ScriptedBroker.with {
            try $0.greet(Self.spoken)
            try $0.offer(try $0.readRequest())
            try $0.letIn(try $0.readRequest(), lifetimeMs: 500)
            let handshake = try $0.readRequest()
            try $0.offer(handshake, error: error == 58 ? 0 : error)
            if error == 58 { try $0.refuse(try $0.readRequest(), "Cannot change principals") }
            $0.readToEnd()
        } _: { broker in
            let connection = try await Self.open(broker, Provider(password: "secret"))
            try await waitUntil("the connection ends") { await connection.ended != nil }
            let ended = try #require(await connection.ended)
            #expect("\(ended)".contains("was closed on this side") && ended.isRetriable, "\(ended)")
        }
    }
}

extension [UInt8] {
    fileprivate func ends(with other: [UInt8]) -> Bool { suffix(other.count) == other[...] }
}

extension PeerConnection {
    /// Answers SaslHandshake.
    fileprivate func offer(_ request: PeerRequest, error: Int16 = 0, _ mechanisms: [String] = ["PLAIN"]) throws {
        let names = mechanisms.flatMap { bigEndian(Int16($0.utf8.count)) + Array($0.utf8) }
        try answer(request, bigEndian(error) + bigEndian(Int32(mechanisms.count)) + names)
    }

    /// Answers SaslAuthenticate.
    fileprivate func letIn(_ request: PeerRequest, lifetimeMs: Int64 = 0) throws {
        try answer(request, bigEndian(Int16(0)) + bigEndian(Int16(-1)) + bigEndian(Int32(0)) + bigEndian(lifetimeMs))
    }

    /// Refuses in answer to SaslAuthenticate.
    fileprivate func refuse(_ request: PeerRequest, _ words: String) throws {
        let message = bigEndian(Int16(words.utf8.count)) + Array(words.utf8)
        try answer(request, bigEndian(Int16(58)) + message + bigEndian(Int32(0)) + bigEndian(Int64(0)))
    }
}
