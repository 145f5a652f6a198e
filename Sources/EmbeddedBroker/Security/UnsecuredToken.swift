import Credentials
import FoundationEssentials

/// A token without a signature (RFC 7515, appendix A.5): a header and claims, in base64, with a dot behind each.
enum UnsecuredToken {
    private struct Header: Decodable {
        var alg: String
    }

    /// Whom it names, when it was issued, and until when it holds, in seconds since 1970 (RFC 7519, section 4.1).
    private struct Claims: Decodable {
        var sub: String
        var iat: Double?
        var exp: Double
    }

    /// In seconds since 1970; with more, times in milliseconds could not be added any more.
    private static let latestEnd = 1e12

    /// Whom a token names; nil when it does not hold at `now`, in milliseconds since 1970.
    static func identity(_ token: String, now: Int64) -> SASLIdentity? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2].isEmpty, decoded(parts[0], as: Header.self)?.alg == "none",
            let claims = decoded(parts[1], as: Claims.self), !claims.sub.allSatisfy(\.isWhitespace)
        else { return nil }
        let issued = claims.iat ?? -Double.infinity
        guard claims.exp > issued, issued * 1_000 <= Double(now), Double(now) < claims.exp * 1_000,
            claims.exp < latestEnd
        else { return nil }
        return SASLIdentity(name: claims.sub, endMs: Int64((claims.exp * 1_000).rounded()))
    }

    private static func decoded<Value: Decodable>(_ part: Substring, as type: Value.Type) -> Value? {
        // The alphabet that goes into addresses, without padding (RFC 4648, section 5).
        guard !part.contains(where: { $0 == "+" || $0 == "/" }) else { return nil }
        let text = part.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Base64.decode(text + padding).flatMap { try? JSONDecoder().decode(type, from: Data($0)) }
    }
}
