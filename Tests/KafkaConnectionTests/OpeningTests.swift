import Bytes
import EventLoop
import Foundation
import KafkaConnection
import KafkaProtocol
import Synchronization
import TestSupport
import Testing

/// From the name to the agreed versions, within one deadline.
@Suite(.timeLimit(.minutes(1))) struct OpeningTests {
    /// Opens from the loop itself, which then stands still until `isReady` is signalled: what the peer did meanwhile is
    /// told together with "connected".
    private actor Opener {
        let loop: EventLoop
        nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

        init(_ loop: EventLoop) { self.loop = loop }

        func open(_ port: UInt16, after isReady: DispatchSemaphore) async throws(ConnectionError) {
            loop.atEndOfTurn { isReady.wait() }
            try await Connection.open(
                host: "127.0.0.1", port: port, options: ConnectionOptions(connectTimeoutMs: 3000), on: loop
            ).close()
        }

        /// What is said when opening fails, and how long opening took as the loop sees it.
        ///
        /// In a task of its own: a test's task goes on only in its turn among those of all other tests.
        static func outcome(
            _ loop: EventLoop, _ port: UInt16, _ options: ConnectionOptions, _ names: NameResolution
        ) async -> (text: String, time: Duration) {
            await Task { await Opener(loop).outcome(port, options, names) }.value
        }

        private func outcome(
            _ port: UInt16, _ options: ConnectionOptions, _ names: NameResolution
        ) async -> (text: String, time: Duration) {
            let start = ContinuousClock.now
            var text = "no failure"
            do throws(ConnectionError) {
                try await Connection.open(host: "slow.example", port: port, options: options, on: loop, names: names)
                    .close()
            } catch {
                text = "\(error)"
            }
            return (text, start.duration(to: .now))
        }
    }

    @Test func `bytes that arrive along with the connection are read`() async throws {
        let isReady = DispatchSemaphore(value: 0)
        try await ScriptedBroker.with {
            try $0.write("220 mail.example ESMTP\r\n")
            isReady.signal()
            $0.readToEnd()
        } _: { broker in
            let opener = Opener(broker.loop)
            // In a task of its own, see `Opener.outcome`.
            let text = await Task {
                await failure { () async throws(ConnectionError) in
                    try await opener.open(broker.peer.port, after: isReady)
                }
            }.value
            #expect(text.hasSuffix("sent text that begins with \"220 \", not Kafka frames. Is the port right?"))
        }
    }

    @Test func `an end that arrives along with the connection is seen`() async throws {
        let isReady = DispatchSemaphore(value: 0)
        try await ScriptedBroker.with {
            $0.closeWriting()
            isReady.signal()
            $0.readToEnd()
        } _: { broker in
            let opener = Opener(broker.loop)
            // In a task of its own, see `Opener.outcome`.
            let text = await Task {
                await failure { () async throws(ConnectionError) in
                    try await opener.open(broker.peer.port, after: isReady)
                }
            }.value
            #expect(text.contains("closed the connection before its first answer."))
        }
    }

    @Test func `a broker that does not know our ApiVersions is asked in version 0`() async throws {
        let versions = Mutex<[Int16]>([])
        try await ScriptedBroker.with {
            var request = try $0.readRequest()
            versions.withLock { $0.append(request.version) }
            // As Kafka answers a version it does not know: in version 0, with the range of ApiVersions (KIP-511).
            try $0.answer(request, [0, 35, 0, 0, 0, 1, 0, 18, 0, 0, 0, 2])
            request = try $0.readRequest()
            versions.withLock { $0.append(request.version) }
            try $0.answer(request, [0, 0, 0, 0, 0, 2, 0, 18, 0, 0, 0, 2, 0, 12, 0, 0, 0, 1])
            $0.readToEnd()
        } _: { broker in
            let connection = try await broker.open()
            #expect(try await connection.negotiated(HeartbeatRequest.api) == 1)
            #expect(versions.withLock { $0 } == [3, 0])
            await connection.close()
        }
    }

    @Test func `looking up and connecting share one deadline`() async throws {
        let port = try SwallowingPort()
        let loop = try EventLoop()
        defer { loop.stop() }
        // The name service takes most of the time, and the host swallows the rest.
        let names = NameResolution(maximumThreads: 1) { _ in
            _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(4500))
            return .success([.loopback(port: 0)])
        }
        // With a deadline each it would take 9.5 s every time; a busy machine may delay it now and then.
        var seen: [(text: String, time: Duration)] = []
        func isRight(_ text: String, _ time: Duration) -> Bool {
            text.contains("no connection within 5000 ms.") && time < .milliseconds(9400)
        }
        while seen.count < 4, !seen.contains(where: isRight) {
            let (text, time) = await Opener.outcome(loop, port.port, ConnectionOptions(connectTimeoutMs: 5000), names)
            #expect(text.contains("no connection within 5000 ms.") || text.contains("no answer within 5000 ms"))
            seen.append((text, time))
        }
        #expect(seen.contains(where: isRight), "\(seen)")
    }

    @Test func `a look-up that hangs ends at the deadline, also off the loop`() async throws {
        let turn = DispatchSemaphore(value: 0)
        let names = NameResolution(maximumThreads: 1) { _ in
            turn.wait()
            return .success([])
        }
        let loop = try EventLoop()
        defer { loop.stop() }
        let text = await failure { () async throws(ConnectionError) in
            try await Connection.open(
                host: "slow.example", port: 9092, options: ConnectionOptions(connectTimeoutMs: 50), on: loop,
                names: names
            ).close()
        }
        turn.signal()
        #expect(
            text
                == "broker slow.example:9092: cannot resolve \"slow.example\": no answer within 50 ms. "
                + "Check the host name, and this machine's name servers.")
    }

    @Test func `a second address has its turn when the first swallows packets`() async throws {
        let dead = try SwallowingPort()
        let living = try ScriptedPeer(secondAt: dead.port) {
            try $0.greet(ScriptedBroker.spoken)
            $0.readToEnd()
        }
        let loop = try EventLoop()
        defer {
            living.stop()
            loop.stop()
        }
        let second = try await NameResolution.system.addresses(
            host: "127.0.0.2", port: 0, within: .seconds(50), on: loop)
        let names = NameResolution(maximumThreads: 1) { _ in .success([.loopback(port: 0)] + second) }
        // All of the time for the first one would leave none for the second.
        let (text, _) = await Opener.outcome(loop, dead.port, ConnectionOptions(connectTimeoutMs: 10_000), names)
        #expect(text == "no failure")
        #expect(living.accepted == 1)
    }

    @Test(arguments: [["127.0.0.1", "224.0.0.1"], ["224.0.0.1", "127.0.0.1"]])
    func `what is told is the failure of the address that matters`(hosts: [String]) async throws {
        let dead = try DeadPort()
        let loop = try EventLoop()
        defer { loop.stop() }
        var addresses: [SocketAddress] = []
        for host in hosts {
            // Nobody connects to a multicast address: the network is unreachable.
            addresses += try await NameResolution.system.addresses(host: host, port: 0, within: .seconds(50), on: loop)
        }
        let found = addresses
        let names = NameResolution(maximumThreads: 1) { _ in .success(found) }
        let (text, _) = await Opener.outcome(loop, dead.port, ConnectionOptions(), names)
        #expect(text.contains("connect: Connection refused."), "\(text)")
    }

    /// A provider that notes where it is asked.
    private final class NotingSecurity: SecurityProvider {
        let loop: EventLoop
        let isOnLoop = Mutex(false)

        init(_ loop: EventLoop) { self.loop = loop }

        func current() async throws(SecurityError) -> ConnectionSecurity {
            isOnLoop.withLock { $0 = loop.isCurrent }
            return ConnectionSecurity()
        }
    }

    @Test func `a provider is asked on the loop, however busy the other threads are`() async throws {
        let dead = try DeadPort()
        let loop = try EventLoop()
        defer { loop.stop() }
        let security = NotingSecurity(loop)
        let text = await failure { () async throws(ConnectionError) in
            try await Connection.open(
                host: "127.0.0.1", port: dead.port, options: ConnectionOptions(), security: security, on: loop
            ).close()
        }
        #expect(text.contains("Connection refused"))
        #expect(security.isOnLoop.withLock { $0 })
    }

    /// A provider that is stuck, as one that reads a file of a server that is gone, until it is freed.
    private final class StuckSecurity: SecurityProvider {
        private let gate = AsyncStream.makeStream(of: Void.self)

        func free() { gate.continuation.finish() }

        func current() async throws(SecurityError) -> ConnectionSecurity {
            // Whoever waits in a task of its own is not cancelled with this one.
            await Task { for await _ in gate.stream {} }.value
            return ConnectionSecurity()
        }
    }

    @Test func `a provider that is stuck ends at the deadline`() async throws {
        let loop = try EventLoop()
        let stuck = StuckSecurity()
        defer {
            stuck.free()
            loop.stop()
        }
        let text = await failure { () async throws(ConnectionError) in
            try await Connection.open(
                host: "127.0.0.1", port: 1, options: ConnectionOptions(connectTimeoutMs: 50), security: stuck, on: loop
            ).close()
        }
        #expect(text == "broker 127.0.0.1:1: how to connect could not be found out within 50 ms")
    }

    @Test func `a cancelled task leaves at once`() async throws {
        let swallowing = try SwallowingPort()
        let loop = try EventLoop()
        defer { loop.stop() }
        let start = ContinuousClock.now
        let text = await withTaskGroup(of: String.self) { group in
            group.addTask {
                await failure { () async throws(ConnectionError) in
                    try await Connection.open(
                        host: "127.0.0.1", port: swallowing.port, options: ConnectionOptions(connectTimeoutMs: 600_000),
                        on: loop
                    ).close()
                }
            }
            group.cancelAll()
            return await group.next() ?? ""
        }
        #expect(text == "broker 127.0.0.1:\(swallowing.port): the request was cancelled.")
        #expect(start.duration(to: .now) < .seconds(30))
    }
}
