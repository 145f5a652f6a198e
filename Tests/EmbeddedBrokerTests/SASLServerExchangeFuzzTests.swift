import Credentials
import KafkaProtocol
import TestSupport
import Testing

@testable import EmbeddedBroker

/// The broker's side of SASL, fed with bytes that mean nothing or almost something: it refuses, and never traps.
@Suite("SASL server fuzz", .timeLimit(.minutes(2)))
struct SASLServerExchangeFuzzTests {
    /// What texts of the mechanisms are made of, at their worst.
    private static let pieces: [[UInt8]] =
        [
            "n,", "n,,", "a=", "n=alice", "r=", ",", "=", "=2C", "=3D", "=2", "c=biws", "p=", "m=", "\0",
            "\0alice\0secret",
            "\u{1}", "\u{1}\u{1}", "auth=Bearer ", "auth=", "eyJhbGciOiJub25lIn0", ".", "..", "e30", "AAAA", "==",
            "\r\n",
            "\u{301}", "é",
        ].map { Array($0.utf8) } + [[0xff], [0xc3], [0x80, 0], []]

    private func noise(_ generator: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 0...12, using: &generator)).flatMap { _ in
            Bool.random(using: &generator)
                ? Self.pieces.randomElement(using: &generator) ?? []
                : [UInt8.random(in: .min ... .max, using: &generator)]
        }
    }

    /// A message with a byte changed, added or taken away, or cut short.
    private func damaged(_ message: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        guard !message.isEmpty else { return message }
        var bytes = message
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
        case 1: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: place)
        case 2: bytes.remove(at: place)
        default: bytes.removeSubrange(place...)
        }
        return bytes
    }

    private static func credentials(_ mechanism: SASLMechanism) -> SASLCredentials {
        switch mechanism {
        case .plain: .plain(username: "alice", password: Secret("secret"))
        case .scram(let hash): .scram(hash, username: "alice", password: Secret("secret"))
        case .oauthBearer: .oauthBearer(token: Secret(SecuredCluster.unsecuredToken("alice")))
        }
    }

    @Test(arguments: SASLMechanism.allCases)
    func `never traps, and lets nobody in by chance`(_ mechanism: SASLMechanism) async throws {
        let options = try SASLOptions(users: ["alice": Secret("secret")])
        let seed = testSeed(1, of: mechanism.name)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            // Others' tests want their turns too.
            await Task.yield()
            var exchange = SASLServerExchange(mechanism)
            for _ in 0..<3 {
                let step = try? exchange.answer(to: noise(&generator), options, now: 1)
                if case .done(_, let identity) = step {
                    // Of these pieces only PLAIN can be whole.
                    #expect(mechanism == .plain && identity.name == "alice", "seed \(seed)")
                }
            }
        }
    }

    @Test(arguments: SASLMechanism.allCases)
    func `a damaged exchange proves nobody else`(_ mechanism: SASLMechanism) async throws {
        let options = try SASLOptions(users: ["alice": Secret("secret")])
        let seed = testSeed(1, of: mechanism.name)
        var generator = SeededGenerator(seed: seed)
        var client = try SASLExchange(Self.credentials(mechanism))
        var server = SASLServerExchange(mechanism)
        let now = BrokerClock().wall
        var next: [UInt8]? = client.firstMessage
        var isProven = false
        while let message = next {
            for _ in 0..<(mechanism == .oauthBearer ? 0 : 200) {
                await Task.yield()
                var other = server
                guard
                    case .done(_, let identity) = try? other.answer(to: damaged(message, &generator), options, now: now)
                else { continue }
                #expect(identity.name == "alice", "seed \(seed)")
            }
            switch try server.answer(to: message, options, now: now) {
            case .more(let answer): next = try client.answer(to: answer)
            case .done(let answer, let identity):
                isProven = identity.name == "alice"
                next = try client.answer(to: answer)
            }
        }
        #expect(isProven)
    }

    @Test(arguments: SCRAMHash.allCases)
    func `no other proof is taken for the right one`(_ hash: SCRAMHash) async throws {
        let options = try SASLOptions(users: ["alice": Secret("secret")])
        var client = try SASLExchange(Self.credentials(.scram(hash)))
        var server = SASLServerExchange(.scram(hash))
        guard case .more(let challenge) = try server.answer(to: client.firstMessage, options, now: 1) else {
            Issue.record("the exchange ends before it has begun")
            return
        }
        let text = String(decoding: try #require(try client.answer(to: challenge)), as: UTF8.self)
        let proof = try #require(text.firstRange(of: ",p="))
        let size = try #require(Base64.decode(String(text[proof.upperBound...]))).count
        var generator = SeededGenerator(seed: testSeed(1, of: "\(hash)"))
        for _ in 0..<5_000 {
            await Task.yield()
            let other = (0..<size).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            var exchange = server
            let message = Array("\(text[..<proof.upperBound])\(Base64.encode(other))".utf8)
            let step = try? exchange.answer(to: message, options, now: 1)
            if case .done = step { Issue.record("\(other) was taken") }
        }
        guard case .done = try server.answer(to: Array(text.utf8), options, now: 1) else {
            Issue.record("the right proof was refused")
            return
        }
    }

    @Test func `a stream of requests in any order never traps`() async throws {
        let options = try SASLOptions(users: ["alice": Secret("secret")])
        let seed = testSeed(1)
        var generator = SeededGenerator(seed: seed)
        let good = Array("\0alice\0secret".utf8)
        for _ in 0..<500 {
            // Others' tests want their turns too.
            await Task.yield()
            var authentication = Authentication(expectsSASL: true)
            var isProven = false
            for turn in 0..<Int64.random(in: 1...12, using: &generator) {
                let mechanism = ["PLAIN", "SCRAM-SHA-256", "nothing"].randomElement(using: &generator) ?? ""
                switch Int.random(in: 0..<4, using: &generator) {
                case 0:
                    guard case .handled = authentication.admit(.saslHandshake, nowMs: turn * 700) else { break }
                    _ = authentication.choose(mechanism, isBare: false, options)
                case 1:
                    guard case .handled = authentication.admit(.saslAuthenticate, nowMs: turn * 700) else { break }
                    let message = Bool.random(using: &generator) ? good : noise(&generator)
                    if case .message(_, _) = authentication.take(message, options, nowMs: turn * 700, wallMs: turn),
                        authentication.isOpen
                    {
                        isProven = true
                    }
                case 2:
                    if case .handled = authentication.admit(.apiVersions, nowMs: turn * 700) {
                        authentication.toldVersions()
                    }
                default:
                    if case .handled = authentication.admit(.metadata, nowMs: turn * 700) {
                        #expect(isProven && authentication.principal == "User:alice", "seed \(seed)")
                    }
                }
            }
        }
    }
}
