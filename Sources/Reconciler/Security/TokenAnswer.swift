import Credentials
import FoundationEssentials

/// What a token endpoint answered (RFC 6749, sections 5.1 and 5.2).
struct TokenAnswer: Sendable {
    /// The token.
    var token: Secret
    /// How long it is valid, in seconds; nil when nothing says so.
    var lifetimeSeconds: Double?

    private struct Body: Decodable {
        var access_token: String?
        var id_token: String?
        var expires_in: Lifetime?
        var error: String?
        var error_description: String?
    }

    /// Some endpoints write the number as text.
    private enum Lifetime: Decodable {
        case seconds(Double?)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                self = .seconds(number)
            } else {
                self = .seconds(Double(try container.decode(String.self)))
            }
        }

        var value: Double? {
            switch self {
            case .seconds(let seconds): seconds
            }
        }
    }

    private struct Claims: Decodable {
        var exp: Double?
    }

    /// Why there is no token: the endpoint's words, and whether asking again soon may help.
    struct Refusal: Error, Hashable {
        var words: String
        var isRetriable: Bool
    }

    /// Reads an answer.
    ///
    /// - Parameters:
    ///   - nowSeconds: seconds since 1970, for tokens that tell when they end.
    ///   - secrets: what must not be shown, should the endpoint repeat it.
    init(_ response: HTTPResponse, nowSeconds: Double, hiding secrets: [String] = []) throws(Refusal) {
        let body = try? JSONDecoder().decode(Body.self, from: Data(response.body))
        guard response.status == 200 else {
            let words = [body?.error, body?.error_description].compactMap(\.self).joined(separator: ": ")
            let shown = words.isEmpty ? "" : ": \(Self.printable(words, hiding: secrets))"
            throw Refusal(
                words: "answered \(response.status)\(shown)",
                isRetriable: response.status >= 500 || response.status == 429)
        }
        guard let text = body?.access_token ?? body?.id_token, !text.isEmpty else {
            throw Refusal(words: "answered without an access_token", isRetriable: false)
        }
        token = Secret(text)
        let lives = [body?.expires_in?.value, Self.end(of: text).map { $0 - nowSeconds }].compactMap(\.self)
        // As text a number may be any that Swift reads, such as "nan".
        lifetimeSeconds = lives.first(where: \.isFinite)
    }

    /// When a token ends, if it is a JWT that says so (RFC 7519, section 4.1.4).
    private static func end(of token: String) -> Double? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var text = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
        text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let payload = Base64.decode(text) else { return nil }
        return try? JSONDecoder().decode(Claims.self, from: Data(payload)).exp
    }

    /// Secrets go before anything is cut or replaced, or their pieces would not be found.
    private static func printable(_ text: String, hiding secrets: [String]) -> String {
        var text = text
        for secret in secrets.sorted(by: { $0.utf8.count > $1.utf8.count }) where !secret.isEmpty {
            text = text.replacing(secret, with: "••••")
        }
        let shown = text.unicodeScalars.prefix(300).map { scalar in
            (scalar.value >= 0x20 && scalar.value < 0x7F) || scalar == "•" ? Character(scalar) : "?"
        }
        return String(shown)
    }
}
