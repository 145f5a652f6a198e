import Credentials
import EventLoop
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Reconciler

/// Asking a token endpoint over a socket: another's TLS, and peers that misbehave.
@Suite(.timeLimit(.minutes(1))) struct HTTPSExchangeTests {
    private static let answer =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 41\r\n\r\n"
        + #"{"access_token":"abc","expires_in": 3600}"#

    /// Asks in a task of its own: a test's own task waits for its turn among all others.
    private func ask(
        _ url: String, trusting file: String? = nil, names: NameResolution = .system,
        within limit: Duration = HTTPSExchange.limit
    ) async throws -> Result<String, HTTPSExchange.Failure> {
        let trusted = try file.map { Array(try String(contentsOfFile: $0, encoding: .utf8).utf8) }
        let request = TokenRequest(
            url: url, clientId: "c", clientSecret: Secret("s"), encodesCredentials: false, trustedCertificates: trusted)
        let loop = try EventLoop()
        let result = await Task {
            do throws(HTTPSExchange.Failure) {
                let response = try await HTTPSExchange.perform(request, loop, names: names, within: limit)
                return Result<String, HTTPSExchange.Failure>.success(String(decoding: response.body, as: UTF8.self))
            } catch {
                return .failure(error)
            }
        }.value
        loop.stop()
        return result
    }

    @Test func `asks over TLS with an authority of its own`() async throws {
        let authority = try await CertificateAuthority.shared()
        let server = try await AnsweringServer(Self.answer, try await authority.issue(commonName: "login"))
        let url = "https://localhost:\(server.port)/token"
        #expect(try await ask(url, trusting: authority.certificateFile).get().contains("\"access_token\":\"abc\""))
        let stranger = try await CertificateAuthority("Somebody else")
        let refused = try await ask(url, trusting: stranger.certificateFile)
        guard case .failure(let failure) = refused else {
            Issue.record("a stranger's certificate was trusted")
            return
        }
        #expect(
            failure.words.hasPrefix("cannot be asked over TLS: its certificate (CN=login) is issued by CN=Lockstep"),
            "\(failure.words)")
        #expect(
            failure.words.contains("Set tokenEndpointCaFile (with client properties: the JAAS option ssl.truststore."),
            "\(failure.words)")
        #expect(!failure.isRetriable && failure.advice == nil)
        try await server.stop()
    }

    @Test func `sends the request and reads the answer`() async throws {
        let seen = Mutex("")
        let peer = try ScriptedPeer { connection in
            var head: [UInt8] = []
            while !head.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) { head += try connection.read(1) }
            head += try connection.read(29)
            let text = String(decoding: head, as: UTF8.self)
            seen.withLock { $0 = text }
            for byte in Array(Self.answer.utf8) { try connection.write([byte]) }
            connection.readToEnd()
        }
        let result = try await ask("http://127.0.0.1:\(peer.port)/token")
        #expect(try result.get() == #"{"access_token":"abc","expires_in": 3600}"#)
        #expect(seen.withLock { $0 }.hasPrefix("POST /token HTTP/1.1\r\nHost: 127.0.0.1:\(peer.port)\r\n"))
        #expect(seen.withLock { $0 }.hasSuffix("\r\n\r\ngrant_type=client_credentials"))
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nabc", "closed the connection before its answer ended", true),
        ("", "closed the connection before its answer ended", true),
        ("SSH-2.0-OpenSSH\r\n", "does not speak HTTP", false),
        ("HTTP/1.1 2\r\n\r\n", "gave an answer that is not valid", false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n", "gave an answer of more than 1048576 bytes", false),
    ])
    func `says what a peer did wrong`(answer: String, words: String, isRetriable: Bool) async throws {
        let peer = try ScriptedPeer { connection in
            _ = try connection.read(20)
            try connection.write(answer)
            connection.closeWriting()
            connection.readToEnd()
        }
        let result = try await ask("http://127.0.0.1:\(peer.port)/")
        #expect(result == .failure(.init(words: words, isRetriable: isRetriable)))
    }

    @Test func `says that nobody is there`() async throws {
        let dead = try DeadPort()
        guard case .failure(let failure) = try await ask("http://127.0.0.1:\(dead.port)/") else {
            Issue.record("somebody was there")
            return
        }
        #expect(failure.words.hasPrefix("cannot be reached: "))
        #expect(failure.isRetriable)
    }

    /// The numeric address `host`, without a port.
    private static func address(_ host: String) async throws -> SocketAddress {
        let loop = try EventLoop()
        defer { loop.stop() }
        return try #require(
            try await NameResolution.system.addresses(host: host, port: 0, within: .seconds(50), on: loop).first)
    }

    @Test func `an address that was connected to has all of the time`() async throws {
        let isLate = DispatchSemaphore(value: 0)
        let peer = try ScriptedPeer { connection in
            _ = try connection.read(20)
            // Longer than a sixteenth of the limit.
            _ = isLate.wait(timeout: .now() + .milliseconds(800))
            try connection.write(Self.answer)
            connection.readToEnd()
        }
        let names = NameResolution(maximumThreads: 1) { _ in
            .success(Array(repeating: .loopback(port: 0), count: 16))
        }
        let result = try await ask("http://login.example:\(peer.port)/", names: names)
        #expect(try result.get().contains("abc"))
        #expect(peer.accepted == 1)
    }

    @Test func `an address that answered is the last one`() async throws {
        let peer = try ScriptedPeer { connection in
            _ = try connection.read(20)
            try connection.write("HTTP/1.1 2\r\n\r\n")
            connection.readToEnd()
        }
        let names = NameResolution(maximumThreads: 1) { _ in .success(Array(repeating: .loopback(port: 0), count: 4)) }
        let result = try await ask("http://login.example:\(peer.port)/", names: names)
        #expect(result == .failure(.init(words: "gave an answer that is not valid", isRetriable: false)))
        #expect(peer.accepted == 1)
    }

    @Test(arguments: [["127.0.0.1", "224.0.0.1"], ["224.0.0.1", "127.0.0.1"]])
    func `tells of the address that matters`(hosts: [String]) async throws {
        let dead = try DeadPort()
        var addresses: [SocketAddress] = []
        for host in hosts { addresses.append(try await Self.address(host)) }
        let found = addresses
        let names = NameResolution(maximumThreads: 1) { _ in .success(found) }
        guard case .failure(let failure) = try await ask("http://login.example:\(dead.port)/", names: names) else {
            Issue.record("somebody was there")
            return
        }
        // Nobody connects to a multicast address: the network is unreachable.
        #expect(failure.words == "cannot be reached: connect: Connection refused")
    }

    @Test func `looking up and asking share one deadline`() async throws {
        let port = try SwallowingPort()
        let isLate = DispatchSemaphore(value: 0)
        let names = NameResolution(maximumThreads: 1) { _ in
            _ = isLate.wait(timeout: .now() + .milliseconds(1800))
            return .success([.loopback(port: 0)])
        }
        // With a deadline each it would take 3.8 s every time; a busy machine may delay it now and then.
        var seen: [(words: String, time: Duration)] = []
        func isRight(_ words: String, _ time: Duration) -> Bool {
            words == "cannot be reached: it does not answer" && time < .milliseconds(3700)
        }
        while seen.count < 4, !seen.contains(where: isRight) {
            let start = ContinuousClock.now
            let result = try await ask("http://login.example:\(port.port)/", names: names, within: .seconds(2))
            let time = start.duration(to: .now)
            guard case .failure(let failure) = result else {
                Issue.record("somebody was there")
                return
            }
            #expect(failure.words.hasPrefix("cannot be reached: "), "\(failure.words)")
            seen.append((failure.words, time))
        }
        #expect(seen.contains(where: isRight), "\(seen)")
    }

    @Test func `ends when it is cancelled`() async throws {
        let peer = try ScriptedPeer { $0.readToEnd() }
        let loop = try EventLoop()
        let request = TokenRequest(
            url: "http://127.0.0.1:\(peer.port)/", clientId: "c", clientSecret: Secret("s"), encodesCredentials: false)
        let task = Task { try await HTTPSExchange.perform(request, loop) }
        try await waitUntil("it is connected", within: .seconds(10)) { peer.accepted == 1 }
        task.cancel()
        await #expect(throws: HTTPSExchange.Failure.self) { try await task.value }
        loop.stop()
    }
}
