/// A broker's address as written in `bootstrapServers` or advertised in metadata.
package struct HostAndPort: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Host name, IPv4 or IPv6 address without brackets.
    package var host: String
    /// TCP port, 1 to 65535.
    package var port: UInt16

    /// An address of its two parts.
    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port` or `[ipv6]:port`; nil when it is neither.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("[") && host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || $0 == "/" }) else { return nil }
        self.init(host: String(host), port: port)
    }

    /// `host:port`, with brackets around IPv6.
    package var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
