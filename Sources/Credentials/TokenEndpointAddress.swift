/// The address of a token endpoint, taken apart: the one place that says what such an address is.
package struct TokenEndpointAddress: Hashable, Sendable {
    /// What is wrong with a text that is none.
    package enum Fault: Error, Hashable, Sendable {
        /// It begins with neither `https://` nor `http://`.
        case scheme
        /// There is no host in it, or something that no address holds.
        case host
        /// What follows the host's colon is no number from 1 to 65535.
        case port
        /// A name or a password stands before the host.
        case userInfo
    }

    /// Whether the way to it is encrypted.
    package let isSecure: Bool
    /// Name or number of the host, without the brackets of IPv6.
    package let host: String
    /// Port; the scheme's own where none is written.
    package let port: UInt16
    /// What is asked for: path and query.
    package let target: String

    /// Takes an address apart.
    package init(_ url: String) throws(Fault) {
        isSecure = url.lowercased().hasPrefix("https://")
        guard isSecure || url.lowercased().hasPrefix("http://") else { throw .scheme }
        guard url.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F }) else { throw .host }
        let rest = url.dropFirst(isSecure ? 8 : 7)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else { throw .userInfo }
        var host = authority
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            let digits = authority[authority.index(after: colon)...]
            guard digits.allSatisfy(\.isNumber), let written = UInt16(digits), written > 0 else { throw .port }
            port = written
            host = authority[..<colon]
        } else {
            port = isSecure ? 443 : 80
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { throw .host }
        self.host = String(host)
        let target = rest[authority.endIndex...].prefix { $0 != "#" }
        self.target = target.hasPrefix("/") ? String(target) : "/\(target)"
    }
}
