import Credentials

/// The broker's side of OAUTHBEARER (RFC 7628) with tokens that nobody has signed, as on Kafka's listeners for tests.
///
/// A token that is refused is answered with a reason, which the client acknowledges before the refusal itself.
struct OAuthBearerServerExchange: Sendable {
    private static let separator: UInt8 = 1
    /// What is said against every token that does not hold.
    private static let invalidToken = #"{"status":"invalid_token"}"#

    private var hasComplained = false

    mutating func answer(to message: [UInt8], now: Int64) throws(SASLRefusal) -> SASLServerExchange.Step {
        if hasComplained, message == [Self.separator] { throw .told(Self.invalidToken) }
        hasComplained = false
        let (token, authorizationId) = try Self.parts(message)
        guard let identity = UnsecuredToken.identity(token, now: now) else {
            hasComplained = true
            return .more(Array(Self.invalidToken.utf8))
        }
        guard authorizationId == nil || authorizationId == identity.name else {
            throw .told(
                "Authentication failed: Client requested an authorization id (\(authorizationId ?? "")) that is different "
                    + "from the token's principal name (\(identity.name))")
        }
        return .done([], identity)
    }

    /// `n,[a=who to act as],` and pairs of keys and values, each between separators, with `auth=Bearer token` in them.
    private static func parts(_ message: [UInt8]) throws(SASLRefusal) -> (token: String, authorizationId: String?) {
        let parts = message.split(separator: separator, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard parts.count >= 3, parts.suffix(2) == ["", ""], parts[0].utf8.count >= 3, parts[0].hasPrefix("n,"),
            parts[0].hasSuffix(",")
        else { throw .untold }
        let pairs = parts[1..<(parts.count - 2)]
        guard pairs.allSatisfy(isPair), let auth = pairs.last(where: { $0.hasPrefix("auth=") }) else { throw .untold }
        let words = auth.dropFirst(5).split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer", isToken(words[1]) else { throw .untold }
        let who = parts[0].dropFirst(2).dropLast()
        if who.isEmpty { return (String(words[1]), nil) }
        guard who.hasPrefix("a="), let name = SCRAMServerExchange.unescaped(String(who.dropFirst(2))) else {
            throw .untold
        }
        return (String(words[1]), name)
    }

    private static func isPair(_ text: String) -> Bool {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return sides.count == 2 && !sides[0].isEmpty && sides[0].allSatisfy { $0.isASCII && $0.isLetter }
            && !sides[1].isEmpty
            && sides[1].utf8.allSatisfy { (0x20...0x7e).contains($0) || $0 == 9 || $0 == 10 || $0 == 13 }
    }

    /// Letters, digits and a few other characters, with equals signs at the end (RFC 6750, section 2.1).
    private static func isToken(_ text: Substring) -> Bool {
        let rest = text.utf8.reversed().drop { $0 == UInt8(ascii: "=") }
        return !rest.isEmpty
            && rest.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
                default: "-._~+/".utf8.contains(byte)
                }
            }
    }
}
