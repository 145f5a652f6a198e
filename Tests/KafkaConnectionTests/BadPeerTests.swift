import Bytes
import EventLoop
import Foundation
import KafkaConnection
import KafkaProtocol
import TestSupport
import Testing

/// Peers that are no Kafka brokers, or bad ones: each is named, with what to do.
@Suite(.timeLimit(.minutes(1))) struct BadPeerTests {
    private static let quick = ConnectionOptions(connectTimeoutMs: 300, requestTimeoutMs: 300)

    private func opening(_ script: @escaping @Sendable (PeerConnection) throws -> Void) async throws -> String {
        try await ScriptedBroker.with(script) { broker in
            await broker.failureOfOpening().replacing(broker.name, with: "here")
        }
    }

    private func beating(
        _ options: ConnectionOptions = ConnectionOptions(),
        _ script: @escaping @Sendable (PeerConnection) throws -> Void
    ) async throws -> String {
        try await ScriptedBroker.withConnection(script, options: options) { broker, connection in
            await failure { () async throws(ConnectionError) in try await connection.beat() }
                .replacing(broker.name, with: "here")
        }
    }

    /// What is said when a second request fails, after the first was answered.
    private func beatingAgain(_ script: @escaping @Sendable (PeerConnection) throws -> Void) async throws -> String {
        try await ScriptedBroker.withConnection {
            try $0.answer(try $0.readRequest(), number: 0)
            try script($0)
        } _: { broker, connection in
            await failure { () async throws(ConnectionError) in
                try await connection.beat()
                try await connection.beat()
            }.replacing(broker.name, with: "here")
        }
    }

    @Test func `HTTP on the port`() async throws {
        let text = try await opening {
            _ = try $0.readRequest()
            try $0.write("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        }
        #expect(text == "broker here: speaks HTTP, not Kafka. Is the port right?")
    }

    @Test func `a TLS alert`() async throws {
        let text = try await opening {
            _ = try $0.read(4)
            try $0.write([0x15, 3, 3, 0, 2, 2, 0x46])
            $0.readToEnd()
        }
        #expect(
            text == "broker here: speaks TLS, but this manifest declares none. "
                + "Declare tls, or use the port of a plaintext listener.")
    }

    @Test func `a text protocol`() async throws {
        let text = try await opening {
            try $0.write("SSH-2.0-OpenSSH_9.6\r\n")
            $0.readToEnd()
        }
        #expect(
            text == "broker here: sent text that begins with \"SSH-\", not Kafka frames. Is the port right?")
    }

    @Test(arguments: [0, 3, 134_217_729, 2_147_483_648, .max] as [UInt32])
    func `an absurd frame size`(size: UInt32) async throws {
        let text = try await opening {
            _ = try $0.readRequest()
            try $0.write(bigEndian(size))
            $0.readToEnd()
        }
        #expect(
            text
                == "broker here: sent a frame of \(size) bytes; 4 to 134217728 are accepted. "
                + "Is this a Kafka broker's port?")
    }

    @Test func `a frame that nobody asked for`() async throws {
        let text = try await ScriptedBroker.withConnection {
            try $0.write(PeerRequest.frame(7, [0]))
            $0.readToEnd()
        } _: { broker, connection in
            try await waitUntil("the frame is seen") { await connection.ended != nil }
            return await failure { () async throws(ConnectionError) in try await connection.beat() }
                .replacing(broker.name, with: "here")
        }
        #expect(text == "broker here: sent 5 bytes that nobody asked for. Is this a Kafka broker's port?")
    }

    @Test(arguments: [false, true])
    func `a close before the first answer`(withReset: Bool) async throws {
        let text = try await opening {
            _ = try $0.readRequest()
            if withReset { $0.resetOnClose() }
        }
        #expect(
            text
                == "broker here: closed the connection before its first answer. "
                + "Does this listener expect TLS or SASL while this manifest declares none?")
    }

    @Test func `a close in the middle of an answer`() async throws {
        let text = try await beating {
            let request = try $0.readRequest()
            try $0.write(Array(PeerRequest.frame(request.correlationId, [0, 0]).dropLast()))
        }
        #expect(
            text
                == "broker here: closed the connection in the middle of an answer. Was the broker stopped? "
                + "Its log says why.")
    }

    @Test(arguments: [false, true])
    func `a close instead of the first answer that not everybody gets`(withReset: Bool) async throws {
        let text = try await beating {
            _ = try $0.readRequest()
            if withReset { $0.resetOnClose() }
        }
        #expect(
            text
                == "broker here: told its versions and closed the connection at the first request. Does this listener "
                + "expect SASL while this manifest declares no authentication, or was the broker stopped?")
    }

    @Test func `a close between answers`() async throws {
        let text = try await beatingAgain { _ = try $0.readRequest() }
        #expect(
            text
                == "broker here: closed the connection. Was the broker stopped, or does it refuse the request? "
                + "Its log says why.")
    }

    @Test func `a reset between answers`() async throws {
        let text = try await beatingAgain {
            _ = try $0.readRequest()
            $0.resetOnClose()
        }
        #expect(
            text
                == "broker here: the connection broke (recv: Connection reset by peer). "
                + "Was the broker stopped, or does something between us cut connections?")
    }

    @Test func `no first answer`() async throws {
        let text = try await ScriptedBroker.with {
            $0.readToEnd()
        } _: { broker in
            await broker.failureOfOpening(Self.quick).replacing(broker.name, with: "here")
        }
        #expect(
            text == "broker here: connected, but no answer to ApiVersions within 300 ms. Is this a Kafka broker's port?"
        )
    }

    @Test func `no later answer`() async throws {
        let text = try await beating(ConnectionOptions(requestTimeoutMs: 300)) { $0.readToEnd() }
        #expect(
            text
                == "broker here: no answer to Heartbeat within 300 ms. "
                + "Is the broker overloaded, or the network between us down?")
    }

    @Test func `an answer to another request`() async throws {
        let text = try await beating {
            let request = try $0.readRequest()
            try $0.write(PeerRequest.frame(request.correlationId + 5, [0, 0]))
            $0.readToEnd()
        }
        #expect(text == "broker here: answered request 7 where 2 was due. Does a proxy between us mix connections up?")
    }

    @Test func `answers in another order end every request`() async throws {
        try await ScriptedBroker.withConnection {
            let first = try $0.readRequest()
            let second = try $0.readRequest()
            try $0.answer(second, number: 2)
            try $0.answer(first, number: 1)
            $0.readToEnd()
        } _: { _, connection in
            let texts = await withTaskGroup { group in
                for _ in 0..<2 {
                    group.addTask { await failure { () async throws(ConnectionError) in try await connection.beat() } }
                }
                return await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(texts.count == 1)
            #expect(texts.first?.contains("answered request 3 where 2 was due.") == true)
        }
    }

    @Test func `an answer that is too short`() async throws {
        let text = try await beating {
            try $0.answer(try $0.readRequest(), [0])
            $0.readToEnd()
        }
        #expect(
            text
                == "broker here: its answer to Heartbeat does not have the expected form: "
                + "errorCode at byte 0: needs 2 bytes, 1 left. Is this a Kafka broker, "
                + "and nothing between us that changes answers?")
    }

    @Test func `a broker that refuses to tell its versions`() async throws {
        let text = try await opening {
            while true { try $0.answer(try $0.readRequest(), [0, 58, 0, 0, 0, 0]) }
        }
        #expect(
            text
                == "broker here: refused ApiVersions with SASL_AUTHENTICATION_FAILED (58): "
                + "\(ErrorCode(58).meaning). Is this a Kafka broker's port?")
    }

    @Test func `a port where nobody listens`() async throws {
        let dead = try DeadPort()
        let loop = try EventLoop()
        defer { loop.stop() }
        let text = await failure { () async throws(ConnectionError) in
            try await Connection.open(host: "127.0.0.1", port: dead.port, options: Self.quick, on: loop).close()
        }
        #expect(
            text
                == "broker 127.0.0.1:\(dead.port): connect: Connection refused. "
                + "Is the broker running, and is the port right?")
    }

    @Test func `a host that swallows packets`() async throws {
        let port = try SwallowingPort()
        let loop = try EventLoop()
        defer { loop.stop() }
        let text = await failure { () async throws(ConnectionError) in
            try await Connection.open(host: "127.0.0.1", port: port.port, options: Self.quick, on: loop).close()
        }
        #expect(
            text
                == "broker 127.0.0.1:\(port.port): no connection within 300 ms. "
                + "Is the host up, and does a firewall between us drop packets?")
    }

    @Test func `a name without an address`() async throws {
        let names = NameResolution(maximumThreads: 1) { host in
            .failure(ResolutionError(host: host, meaning: "Name or service not known"))
        }
        let loop = try EventLoop()
        defer { loop.stop() }
        let text = await failure { () async throws(ConnectionError) in
            try await Connection.open(host: "k1.lan", port: 9092, options: Self.quick, on: loop, names: names).close()
        }
        #expect(
            text
                == "broker k1.lan:9092: cannot resolve \"k1.lan\": Name or service not known. "
                + "Check the host name, and this machine's name servers.")
    }
}
