import Credentials
import EventLoop
import Foundation
import KafkaConnection
import KafkaModel
import Synchronization
import TestSupport
import Testing

@testable import Reconciler

/// How tokens are asked for, kept and renewed.
@Suite struct TokenEndpointTests {
    static let request = TokenRequest(
        url: "https://login.example.net/oauth2/token?x=1", clientId: "lock step", clientSecret: Secret("a:b&c"),
        scope: "kafka read", encodesCredentials: false, trustedCertificates: nil)

    @Test func `asks as RFC 6749 says`() throws {
        let bytes = try #require(Self.request.bytes)
        let expected = [
            "POST /oauth2/token?x=1 HTTP/1.1", "Host: login.example.net",
            "Authorization: Basic \(Data("lock step:a:b&c".utf8).base64EncodedString())",
            "Content-Type: application/x-www-form-urlencoded", "Content-Length: 46", "Accept: application/json",
            "User-Agent: lockstep", "Connection: close", "", "grant_type=client_credentials&scope=kafka+read",
        ]
        #expect(String(decoding: bytes, as: UTF8.self) == expected.joined(separator: "\r\n"))
        var encoded = Self.request
        encoded.encodesCredentials = true
        let text = String(decoding: try #require(encoded.bytes), as: UTF8.self)
        #expect(text.contains("Basic \(Data("lock+step:a%3Ab%26c".utf8).base64EncodedString())\r\n"))
    }

    @Test(arguments: [
        ("https://a", "true a 443 /"), ("https://a:8443/x", "true a 8443 /x"),
        ("http://[::1]:80/?q#f", "false ::1 80 /?q"),
        ("HTTPS://a?b", "true a 443 /?b"), ("https://[::1]/", "true ::1 443 /"), ("https://a:0/", "nil"),
        ("https://a:x/", "nil"), ("https:///x", "nil"), ("ftp://a", "nil"), ("", "nil"),
        ("https://a:65536/", "nil"), ("https://a:+1/", "nil"), ("https://a:/", "nil"), ("https://b@a/", "nil"),
        ("https://ä/", "nil"), ("https://[]/", "nil"),
    ])
    func `reads addresses`(url: String, expected: String) {
        var request = Self.request
        request.url = url
        let address = request.address.map { "\($0.isSecure) \($0.host) \($0.port) \($0.target)" }
        #expect(address ?? "nil" == expected)
    }

    private static func response(_ text: String, isEnd: Bool = true) throws -> HTTPResponse? {
        try HTTPResponse(Array(text.utf8), isEnd: isEnd)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc", "ab"),
        ("HTTP/1.0 200 OK\r\n\r\nabc", "abc"), ("HTTP/1.1 204 No Content\r\ncontent-length:0\r\n\r\n", ""),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\n\r\n", "abc"),
    ])
    func `reads answers, however they are cut`(text: String, body: String) throws {
        #expect(try Self.response(text)?.body == Array(body.utf8))
        // Bytes may come one by one; no part of an answer is taken for the whole.
        let head = text.utf8.count - (text.hasSuffix("abc") ? 3 : 0)
        for count in 0..<min(head, text.utf8.count - 1) {
            let part = try HTTPResponse(Array(text.utf8.prefix(count)), isEnd: false)
            #expect(part == nil || part?.body == Array(body.utf8))
        }
    }

    @Test(arguments: [
        ("SSH-2.0-x", HTTPResponse.Problem.notHTTP), ("\u{15}\u{3}", .notHTTP), ("HTTP/2", .notHTTP),
        ("HTTP/1.1 OK\r\n\r\n", .malformed), ("HTTP/1.1 99999 x\r\n\r\n", .malformed),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", .malformed),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", .tooLong),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", .malformed),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n", .malformed),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n", .malformed),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", .cutOff), ("HTTP/1.1 200 OK\r\nA: b", .cutOff),
    ])
    func `refuses what is no answer`(text: String, problem: HTTPResponse.Problem) {
        #expect(throws: problem) { _ = try Self.response(text) }
    }

    @Test func `has a limit`() {
        let head = Array("HTTP/1.0 200 OK\r\n\r\n".utf8)
        #expect(throws: HTTPResponse.Problem.tooLong) {
            _ = try HTTPResponse(head + [UInt8](repeating: 1, count: HTTPResponse.byteLimit), isEnd: false)
        }
        #expect(throws: HTTPResponse.Problem.malformed) {
            _ = try HTTPResponse(Array("HTTP/1.1".utf8) + [UInt8](repeating: 1, count: 70_000), isEnd: false)
        }
    }

    private static func answer(_ body: String, status: Int = 200) throws -> TokenAnswer {
        try TokenAnswer(HTTPResponse(status: status, body: Array(body.utf8)), nowSeconds: 1000)
    }

    @Test(arguments: [
        (#"{"access_token": "t", "expires_in": 300, "token_type": "Bearer"}"#, "t 300.0"),
        (#"{"access_token": "t", "expires_in": "60"}"#, "t 60.0"), (#"{"id_token": "i"}"#, "i nil"),
        (#"{"access_token": "e30.eyJleHAiOjEzMDB9."}"#, "e30.eyJleHAiOjEzMDB9. 300.0"),
        (#"{"access_token": "a.b.c"}"#, "a.b.c nil"), (#"{"access_token": "t", "expires_in": "nan"}"#, "t nil"),
        (#"{"access_token": "t", "expires_in": "inf"}"#, "t nil"),
        (#"{"access_token": "e30.eyJleHAiOjEzMDB9.", "expires_in": "nan"}"#, "e30.eyJleHAiOjEzMDB9. 300.0"),
    ])
    func `takes tokens`(body: String, expected: String) throws {
        let answer = try Self.answer(body)
        #expect("\(answer.token.reveal()) \(answer.lifetimeSeconds.map { "\($0)" } ?? "nil")" == expected)
    }

    @Test(arguments: [
        (
            401, #"{"error": "invalid_client", "error_description": "no such\u0007 client"}"#,
            "answered 401: invalid_client: no such? client", false
        ),
        (503, "<html>", "answered 503", true), (429, "", "answered 429", true),
        (200, "{}", "answered without an access_token", false),
        (200, "hello", "answered without an access_token", false),
    ])
    func `says why there is none`(status: Int, body: String, words: String, isRetriable: Bool) {
        #expect(throws: TokenAnswer.Refusal(words: words, isRetriable: isRetriable)) {
            _ = try Self.answer(body, status: status)
        }
    }

    /// An endpoint that answers from a list.
    private final class Endpoint: Sendable {
        let answers: Mutex<[String]>
        let asked = Mutex(0)

        init(_ answers: [String]) { self.answers = Mutex(answers) }

        var ask: @Sendable (TokenRequest, EventLoop) async throws(HTTPSExchange.Failure) -> HTTPResponse {
            { _, _ async throws(HTTPSExchange.Failure) in
                self.asked.withLock { $0 += 1 }
                // Others may come meanwhile.
                await Task.yield()
                let body = self.answers.withLock { $0.isEmpty ? "" : $0.removeFirst() }
                if let status = Int(body.prefix(3)) {
                    return HTTPResponse(status: status, body: Array(body.dropFirst(3).utf8))
                }
                return HTTPResponse(status: body.isEmpty ? 401 : 200, body: Array(body.utf8))
            }
        }
    }

    private func supply(_ answers: [String], _ body: (TokenSupply, Endpoint) async throws -> Void) async throws {
        let loop = try EventLoop()
        let endpoint = Endpoint(answers)
        do {
            try await body(TokenSupply(loop: loop, ask: endpoint.ask), endpoint)
        } catch {
            loop.stop()
            throw error
        }
        loop.stop()
    }

    @Test func `asks once for all who want a token at the same time`() async throws {
        try await supply([#"{"access_token": "t", "expires_in": 300}"#]) { supply, endpoint in
            let tokens = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<20 { group.addTask { try await supply.token(Self.request).reveal() } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(tokens == ["t"])
            #expect(endpoint.asked.withLock { $0 } == 1)
        }
    }

    @Test func `asks again when a token has no life left, and for another client`() async throws {
        let answers = [
            #"{"access_token": "a", "expires_in": 0}"#, #"{"access_token": "b"}"#,
            #"{"access_token": "c", "expires_in": 300}"#, #"{"access_token": "d", "expires_in": 300}"#,
        ]
        try await supply(answers) { supply, _ in
            var other = Self.request
            other.clientSecret = Secret("rotated")
            var tokens: [String] = []
            for request in [Self.request, Self.request, Self.request, Self.request, other] {
                tokens.append(try await supply.token(request).reveal())
            }
            #expect(tokens == ["a", "b", "c", "c", "d"])
        }
    }

    @Test(arguments: [
        ("", "answered 401"),
        (#"401{"error":"a:b&c"}"#, "answered 401: ••••"),
        (#"401{"error":"a%3Ab%26c"}"#, "answered 401: ••••"),
        (#"401{"error":"no bG9jayBzdGVwOmE6YiZj"}"#, "answered 401: no ••••"),
        (#"401{"error":"no bG9jaytzdGVwOmElM0FiJTI2Yw=="}"#, "answered 401: no ••••"),
        // A secret is found before its end is cut off.
        (
            #"401{"error":"\#(String(repeating: "x", count: 298))a:b&c"}"#,
            "answered 401: " + String(repeating: "x", count: 298) + "••"
        ),
    ])
    func `names the endpoint and what to check, never the secret`(answer: String, words: String) async throws {
        try await supply([answer]) { supply, _ in
            let sentence =
                "the token endpoint https://login.example.net/oauth2/token \(words). "
                + "Check clientId, clientSecret and scope."
            await #expect(throws: SecurityError(sentence, isRetriable: false)) {
                _ = try await supply.token(Self.request)
            }
        }
    }

    @Test func `finds a secret before its letters are replaced`() throws {
        let response = HTTPResponse(status: 400, body: Array(#"{"error":"not grün!"}"#.utf8))
        #expect(throws: TokenAnswer.Refusal(words: "answered 400: not ••••", isRetriable: false)) {
            _ = try TokenAnswer(response, nowSeconds: 0, hiding: ["grün!"])
        }
    }

    @Test func `keeps a token that is valid while the endpoint fails`() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let start = ContinuousClock.now
        let passed = Mutex(0)
        let endpoint = Endpoint([
            #"{"access_token": "a", "expires_in": 100}"#, "503", "429", #"{"access_token": "b", "expires_in": 100}"#,
            "401", "503",
        ])
        let supply = TokenSupply(loop: loop, now: { start + .seconds(passed.withLock { $0 }) }, ask: endpoint.ask)
        // Seconds, the token, and how often the endpoint was asked: after four fifths of a life it is, but not at once
        // again when it fails. What it refuses is told.
        let expected: [(Int, String?, Int)] = [
            (0, "a", 1), (79, "a", 1), (81, "a", 2), (90, "a", 2), (92, "a", 3), (99, "a", 3), (100, "b", 4),
            (181, nil, 5), (182, "b", 6), (191, "b", 6), (201, nil, 7),
        ]
        for (seconds, token, asked) in expected {
            passed.withLock { $0 = seconds }
            #expect((try? await supply.token(Self.request))?.reveal() == token, "after \(seconds) s")
            #expect(endpoint.asked.withLock { $0 } == asked, "after \(seconds) s")
        }
    }

    @Test(.timeLimit(.minutes(1))) func `nobody waits for others once cancelled`() async throws {
        let loop = try EventLoop()
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        let isAsked = Mutex(false)
        let ask: @Sendable (TokenRequest, EventLoop) async throws(HTTPSExchange.Failure) -> HTTPResponse = {
            (_, _) async throws(HTTPSExchange.Failure) in
            isAsked.withLock { $0 = true }
            for await _ in gate { break }
            return HTTPResponse(status: 200, body: Array(#"{"access_token": "t", "expires_in": 300}"#.utf8))
        }
        let supply = TokenSupply(loop: loop, ask: ask)
        let first = Task { try await supply.token(Self.request).reveal() }
        try await waitUntil("the endpoint is asked") { isAsked.withLock { $0 } }
        let second = Task { try await supply.token(Self.request).reveal() }
        second.cancel()
        await #expect(throws: SecurityError.self) { try await second.value }
        opening.yield()
        #expect(try await first.value == "t")
        loop.stop()
    }

    @Test func `makes tokens without signature as Kafka does`() throws {
        let token = UnsecuredJWS.token(
            .init(texts: ["sub": "mi\"rror"], numbers: ["n": "5"], lists: ["scope": ["a", "b"]], lifetimeSeconds: 60),
            nowMs: 1_700_000_000_123
        ).reveal()
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        #expect(parts.count == 3 && parts[2].isEmpty)
        func decoded(_ part: Substring) throws -> String {
            var text = String(part).replacing("-", with: "+").replacing("_", with: "/")
            text += String(repeating: "=", count: (4 - text.count % 4) % 4)
            return String(decoding: try #require(Data(base64Encoded: text)), as: UTF8.self)
        }
        #expect(try decoded(parts[0]) == #"{"alg":"none"}"#)
        #expect(
            try decoded(parts[1])
                == #"{"exp":1700000060.123,"iat":1700000000.123,"n":5,"scope":["a","b"],"sub":"mi\"rror"}"#)
    }
}
