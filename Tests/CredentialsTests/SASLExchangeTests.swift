import Testing

@testable import Credentials

@Suite struct SASLExchangeTests {
    @Test func `PLAIN is one message, and any answer ends it`() throws {
        var exchange = try SASLExchange(.plain(username: "tim", password: Secret("tanstaaftanstaaf")))
        // RFC 4616, section 4.
        #expect(exchange.firstMessage == Array("\0tim\0tanstaaftanstaaf".utf8))
        #expect(try exchange.answer(to: []) == nil)
    }

    @Test func `OAUTHBEARER carries the token, and acknowledges a refusal`() throws {
        var exchange = try SASLExchange(.oauthBearer(token: Secret("vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==")))
        #expect(
            exchange.firstMessage
                == Array("n,,\u{1}auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\u{1}\u{1}".utf8))
        var good = exchange
        #expect(try good.answer(to: []) == nil)
        #expect(good.complaint == nil)
        #expect(try exchange.answer(to: Array(#"{"status":"invalid_token"}"#.utf8)) == [1])
        #expect(exchange.complaint == #"{"status":"invalid_token"}"#)
        // A broker that then says "welcome" is not believed.
        let error = try #require(throws: SASLError.self) { _ = try exchange.answer(to: []) }
        #expect("\(error)" == #"refused OAUTHBEARER authentication: {"status":"invalid_token"}."#)
    }

    @Test(arguments: [
        (SASLCredentials.plain(username: "", password: Secret("p")), "the user name for PLAIN is empty."),
        (.plain(username: "u", password: Secret("")), "the password for PLAIN is empty."),
        (
            .plain(username: "u", password: Secret("hunter2\n")),
            "the password for PLAIN contains a line break. Remove it where the password comes from."
        ),
        (
            .scram(.sha256, username: "u\0v", password: Secret("p")),
            "the user name for SCRAM-SHA-256 contains a control character. Remove it where the user name comes from."
        ),
        (.scram(.sha512, username: "u", password: Secret("")), "the password for SCRAM-SHA-512 is empty."),
        (.oauthBearer(token: Secret("")), "the token for OAUTHBEARER is empty."),
        (
            .oauthBearer(token: Secret("abc\u{1}def")),
            "the token for OAUTHBEARER contains a character that no token has. Take away line breaks, spaces and quotes "
                + "where the token comes from."
        ),
    ])
    func `refuses what cannot be sent`(_ credentials: SASLCredentials, _ said: String) throws {
        let error = try #require(throws: SASLError.self) { _ = try SASLExchange(credentials) }
        #expect("\(error)" == said)
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test(arguments: [
        SASLCredentials.plain(username: "u", password: Secret("hunter2")),
        .scram(.sha256, username: "u", password: Secret("hunter2")), .oauthBearer(token: Secret("hunter2")),
    ])
    func `never shows the secret, and looks at no endless answer`(_ credentials: SASLCredentials) throws {
        #expect(!"\(credentials)".contains("hunter2"))
        var exchange = try SASLExchange(credentials)
        let error = try #require(throws: SASLError.self) {
            _ = try exchange.answer(to: [UInt8](repeating: 0x61, count: 70_000))
        }
        #expect("\(error)".contains("70000 bytes; 65536 are accepted"))
    }

    @Test func `a complaint is shown as printable text of bounded length`() throws {
        var exchange = try SASLExchange(.oauthBearer(token: Secret("t")))
        _ = try exchange.answer(to: [0, 7, 0xff] + [UInt8](repeating: 0x78, count: 1000))
        let complaint = try #require(exchange.complaint)
        #expect(complaint.hasPrefix("???xxx") && complaint.hasSuffix("x…") && complaint.count == 301)
    }
}

@Suite struct Base64Tests {
    // RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `goes both ways`(_ plain: String, _ coded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == coded)
        #expect(Base64.decode(coded) == Array(plain.utf8))
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Z===", "=Zg=", "Zg=A", "Zm9v\n", "Zm 9", "Zm9-", "Zm9_", "===="])
    func `refuses what is not base64`(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func `all bytes`() {
        let bytes = (0...255).map { UInt8($0) } + (0...255).map { UInt8(255 - $0) }
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }
}
