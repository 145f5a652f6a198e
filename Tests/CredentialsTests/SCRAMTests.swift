import TestSupport
import Testing

@testable import Credentials

/// An exchange that somebody else's client had with somebody else's server.
private struct Recorded: Sendable, CustomTestStringConvertible {
    let origin: String
    let hash: SCRAMHash
    let username: String
    let password: String
    let nonce: String
    let first: String
    let serverFirst: String
    let final: String
    let serverFinal: String

    var testDescription: String { origin }
    var credentials: SASLCredentials { .scram(hash, username: username, password: Secret(password)) }

    func begin() throws(SASLError) -> SASLExchange { try SASLExchange(credentials, nonce: nonce) }

    static let all = [rfc, java512, java256]

    static let rfc = Recorded(
        origin: "RFC 7677, section 3", hash: .sha256, username: "user", password: "pencil",
        nonce: "rOprNGfwEbeRWgbNEkqO", first: "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
        serverFirst: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        final: "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        serverFinal: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")

    static let java512 = Recorded(
        origin: "Kafka's Java client 4.3.1", hash: .sha512, username: "alice", password: "alice-secret",
        nonce: "lrq9ztxbkxsivugzmf8shswwa", first: "n,,n=alice,r=lrq9ztxbkxsivugzmf8shswwa",
        serverFirst: "r=lrq9ztxbkxsivugzmf8shswwaua38zb0n3mp9yaf3z4rnno555,s=M2lrMThtYnhoeDZiamZzcndqcmN1eGRsMA==,"
            + "i=4096",
        final: "c=biws,r=lrq9ztxbkxsivugzmf8shswwaua38zb0n3mp9yaf3z4rnno555,"
            + "p=m9Z7coSJeruuJLMld5/0W16hsLv+1ElFhOYW4XevVS0P5AVyjwJzB2gZ4lSLTF6p7EB8sxFksnOZ3W7aV4aXdA==",
        serverFinal: "v=AsyoweHDwtrod5hMY7oWKa1DEdHsTMtKhjWtNtD7RrApGkIJe5f5Qeh68DXx0lRCIDyVUaAot6M88uCs4OBW3Q==")

    static let java256 = Recorded(
        origin: "Kafka's Java client 2.8.2", hash: .sha256, username: "bob", password: "bob-secret",
        nonce: "bcfxzj11giwiwfu0w3s7nwsq4", first: "n,,n=bob,r=bcfxzj11giwiwfu0w3s7nwsq4",
        serverFirst: "r=bcfxzj11giwiwfu0w3s7nwsq4pblg7dcy5sh7bezzpaufko5s0,s=czd1ajdsZWF6Nm9uNDhtbHNlZ2VtczEz,i=4096",
        final: "c=biws,r=bcfxzj11giwiwfu0w3s7nwsq4pblg7dcy5sh7bezzpaufko5s0,"
            + "p=7adtLuhzI7uUrF9I7sJ1ckwh/gOuYQ7tNYH0A22lY8s=",
        serverFinal: "v=caX6MCLC79mIKXVsvYuQNXpm4Z0BM7jaxvQ2qUcnocQ=")
}

@Suite struct SCRAMTests {
    private static func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    @Test(arguments: Recorded.all)
    private func `says what others say, byte for byte`(_ recorded: Recorded) throws {
        var exchange = try recorded.begin()
        #expect(Self.text(exchange.firstMessage) == recorded.first)
        #expect(Self.text(try exchange.answer(to: Array(recorded.serverFirst.utf8))) == recorded.final)
        #expect(try exchange.answer(to: Array(recorded.serverFinal.utf8)) == nil)
        #expect(throws: SASLError.self) { _ = try exchange.answer(to: Array(recorded.serverFinal.utf8)) }
    }

    @Test(arguments: Recorded.all)
    private func `does not take a server for proven that does not know the password`(_ recorded: Recorded) throws {
        var exchange = try recorded.begin()
        _ = try exchange.answer(to: Array(recorded.serverFirst.utf8))
        var forged = Array(recorded.serverFinal.utf8)
        forged[5] ^= 1
        #expect(throws: SASLError.notProven(mechanism: recorded.hash.mechanism)) { _ = try exchange.answer(to: forged) }
    }

    @Test func `escapes what separates attributes, and nothing else`() throws {
        let credentials = SASLCredentials.scram(.sha256, username: "a,b=c,̈é", password: Secret("x"))
        let exchange = try SASLExchange(credentials, nonce: "N")
        #expect(Self.text(exchange.firstMessage) == "n,,n=a=2Cb=3Dc=2C\u{308}é,r=N")
    }

    @Test func `has another nonce every time`() throws {
        let credentials = SASLCredentials.scram(.sha512, username: "u", password: Secret("p"))
        let messages = try (0..<50).map { _ in try SASLExchange(credentials).firstMessage }
        #expect(Set(messages).count == 50)
        #expect(messages.allSatisfy { $0.allSatisfy { (0x21...0x7e).contains($0) } })
    }

    @Test(arguments: [
        ("r=other,s=QSXCR+Q6sek8bf92,i=4096", "its nonce does not continue ours"),
        ("r=rOprNGfwEbeRWgbNEkqO,s=QSXCR+Q6sek8bf92,i=4096", "its nonce does not continue ours"),
        ("s=QSXCR+Q6sek8bf92,r=rOprNGfwEbeRWgbNEkqOx,i=4096", "it does not begin with a nonce"),
        ("r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096", "it carries no salt"),
        ("r=rOprNGfwEbeRWgbNEkqOx,s=QSX,i=4096", "it carries no salt"),
        ("r=rOprNGfwEbeRWgbNEkqOx,s=QSXCR+Q6sek8bf92", "it carries no number of iterations"),
        ("r=rOprNGfwEbeRWgbNEkqOx,s=QSXCR+Q6sek8bf92,i=x", "it carries no number of iterations"),
        ("r=rOprNGfwEbeRWgbNEkqOx,s=QSXCR+Q6sek8bf92,i=4095", "4096 to 1000000 are accepted"),
        ("r=rOprNGfwEbeRWgbNEkqOx,s=QSXCR+Q6sek8bf92,i=2000000000", "4096 to 1000000 are accepted"),
        ("m=ext,r=rOprNGfwEbeRWgbNEkqOx,s=QSXCR+Q6sek8bf92,i=4096", "it demands an unknown extension"),
        ("", "it does not begin with a nonce"),
        ("e=unknown-user", "refused SCRAM-SHA-256 authentication: unknown-user."),
    ])
    func `refuses a first answer that is not as it must be`(_ message: String, _ said: String) throws {
        var exchange = try Recorded.rfc.begin()
        let error = try #require(throws: SASLError.self) { _ = try exchange.answer(to: Array(message.utf8)) }
        #expect("\(error)".contains(said), "\(error)")
    }

    @Test func `shows the broker's refusal in its words, whatever they are made of`() throws {
        var exchange = try Recorded.rfc.begin()
        _ = try exchange.answer(to: Array(Recorded.rfc.serverFirst.utf8))
        let error = try #require(throws: SASLError.self) {
            _ = try exchange.answer(to: Array("e=invalid-proof\u{1b}[31m".utf8))
        }
        #expect("\(error)" == "refused SCRAM-SHA-256 authentication: invalid-proof?[31m.")
    }

    @Test func `never traps and never takes damaged messages for a proof`() async throws {
        let seed = testSeed(1, of: "the damaged messages")
        var generator = SeededGenerator(seed: seed)
        var refused = 0
        for turn in 0..<200 {
            // Others' tests want their turns too.
            await Task.yield()
            var exchange = try Recorded.rfc.begin()
            let isSecond = turn % 4 == 0
            if isSecond { _ = try exchange.answer(to: Array(Recorded.rfc.serverFirst.utf8)) }
            let valid = Array((isSecond ? Recorded.rfc.serverFinal : Recorded.rfc.serverFirst).utf8)
            let bytes = Self.damaged(valid, &generator)
            do throws(SASLError) {
                let next = try exchange.answer(to: bytes)
                #expect(!isSecond || bytes.starts(with: valid), "seed \(seed): \(bytes)")
                #expect(isSecond == (next == nil))
            } catch {
                refused += 1
            }
        }
        #expect(refused > 50)
    }

    private static func damaged(_ valid: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = valid
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: place)
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes == valid ? [] : bytes
    }
}
