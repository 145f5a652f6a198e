import Credentials

/// A request for a token with a client's name and secret (RFC 6749, section 4.4).
struct TokenRequest: Hashable, Sendable {
    /// The endpoint's address.
    var url: String
    /// The client's name.
    var clientId: String
    /// The client's secret.
    var clientSecret: Secret
    /// What the token is asked for; nil for the endpoint's default.
    var scope: String?
    /// Whether name and secret are URL-encoded in the header, as RFC 6749 asks and many endpoints do not.
    var encodesCredentials: Bool
    /// Certificates to trust, as PEM; nil for the system's.
    var trustedCertificates: [UInt8]?

    /// The parts of the address; nil when it is none.
    var address: TokenEndpointAddress? { try? TokenEndpointAddress(url) }

    /// The address without its query, which may hold secrets.
    var shownURL: Substring { url.prefix { $0 != "?" && $0 != "#" } }

    /// The client's secret in every form in which it may come back.
    var secretForms: [String] {
        let secret = clientSecret.reveal()
        return [secret, Self.encoded(secret), basic(isEncoded: false), basic(isEncoded: true)]
    }

    /// Name and secret as HTTP carries them (RFC 7617).
    private func basic(isEncoded: Bool) -> String {
        let parts = [clientId, clientSecret.reveal()].map { isEncoded ? Self.encoded($0) : $0 }
        return Base64.encode(Array(parts.joined(separator: ":").utf8))
    }

    /// The bytes of the request; nil when the address is none.
    var bytes: [UInt8]? {
        guard let address else { return nil }
        let form = "grant_type=client_credentials" + (scope.map { "&scope=\(Self.encoded($0))" } ?? "")
        let shownHost = address.host.contains(":") ? "[\(address.host)]" : address.host
        let isUsual = address.port == (address.isSecure ? 443 : 80)
        let lines = [
            "POST \(address.target) HTTP/1.1", "Host: \(shownHost)\(isUsual ? "" : ":\(address.port)")",
            "Authorization: Basic \(basic(isEncoded: encodesCredentials))",
            "Content-Type: application/x-www-form-urlencoded", "Content-Length: \(form.utf8.count)",
            "Accept: application/json", "User-Agent: lockstep", "Connection: close", "", form,
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    /// Form encoding (WHATWG URL, application/x-www-form-urlencoded).
    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { result, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "*"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: " "): result += "+"
            default: result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
