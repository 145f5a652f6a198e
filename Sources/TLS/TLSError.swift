import COpenSSL
import EventLoop

/// Why a TLS connection did not come about, or broke.
package enum TLSError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Our certificates or key cannot be used: what is wrong with them.
    case unusable(String)
    /// We do not accept the peer's certificate.
    case rejected(PeerCertificate, Rejection)
    /// The peer ended the connection with an alert (RFC 8446, section 6).
    case alert(UInt8)
    /// The peer wants a client certificate, and there is none.
    case certificateWanted
    /// The peer does not accept our client certificate; the alert that says so.
    case certificateRefused(UInt8)
    /// The peer does not speak TLS: the first bytes that it sent.
    case notTLS([UInt8])
    /// The peer closed the connection, or it broke, before TLS was agreed on.
    case closed(SystemError?)
    /// Something else, in OpenSSL's words.
    case failed(String)

    /// What is wrong with a peer's certificate.
    package enum Rejection: Hashable, Sendable {
        /// Its time is over.
        case expired
        /// Its time has not come.
        case notYetValid
        /// Nobody whom we trust has issued it.
        case unknownAuthority
        /// It is for other hosts than this one.
        case otherHost(String)
        /// Something else, in OpenSSL's words.
        case other(String)
    }

    /// Whether trying again soon may help although nobody mended anything.
    package var isRetriable: Bool {
        switch self {
        case .closed, .failed: true
        case .unusable, .rejected, .alert, .certificateWanted, .certificateRefused, .notTLS: false
        }
    }

    /// What happened and what to do next; it continues `broker host:port: `.
    package var description: String {
        switch self {
        case .unusable(let text): text
        case .rejected(let certificate, let rejection): Self.text(certificate, rejection)
        case .certificateWanted:
            "wants a client certificate, and none is declared. Set tls.certFile and tls.keyFile (with client "
                + "properties: ssl.keystore.location)."
        case .certificateRefused(let alert):
            "does not accept our client certificate (TLS alert \"\(Self.name(alert))\"). Has it expired, and does the "
                + "broker trust the authority that issued it?"
        // protocol_version
        case .alert(70): "speaks no TLS version from 1.2 on. Enable TLSv1.2 or TLSv1.3 on the broker."
        // handshake_failure
        case .alert(40):
            "found no TLS version, cipher and key that both sides accept. Compare ssl.cipher.suites and the kind of key "
                + "on the broker."
        case .alert(let alert):
            "ended the TLS connection with the alert \"\(Self.name(alert))\". The broker's log says why."
        case .notTLS(let bytes): Self.text(notTLS: bytes)
        case .closed(let error):
            "closed the connection during the TLS handshake\(error.map { " (\($0))" } ?? ""). Does this listener speak "
                + "plaintext while TLS is declared, or was the broker stopped?"
        case .failed(let text): "TLS failed: \(text)."
        }
    }

    private static func text(_ certificate: PeerCertificate, _ rejection: Rejection) -> String {
        let subject = certificate.subject.isEmpty ? "without a subject" : certificate.subject
        switch rejection {
        case .expired:
            return "its certificate (\(subject)) expired on \(certificate.notAfter). Renew it on the broker."
        case .notYetValid:
            return "its certificate (\(subject)) is valid only from \(certificate.notBefore) on. Is the clock of this "
                + "machine right?"
        case .unknownAuthority:
            let issuer =
                certificate.issuer == certificate.subject
                ? "its certificate (\(subject)) is signed by itself and not trusted"
                : "its certificate (\(subject)) is issued by \(certificate.issuer), which is not trusted"
            return "\(issuer). Set tls.caFile (with client properties: ssl.truststore.location) to the certificate of "
                + "the authority that issues the broker's certificates."
        case .otherHost(let host):
            let names = certificate.names.isEmpty ? "no host" : certificate.names.joined(separator: ", ")
            return
                "its certificate is for \(names), not for \(host). Connect by a name that it has, set tls.serverName "
                + "to one, or have it issued for \(host) as well."
        case .other(let text):
            return "its certificate (\(subject)) is not accepted: \(text)."
        }
    }

    private static func text(notTLS bytes: [UInt8]) -> String {
        if bytes.starts(with: Array("HTTP/".utf8)) { return "speaks HTTP, not Kafka over TLS. Is the port right?" }
        let text = bytes.map { (0x20...0x7e).contains($0) ? Character(UnicodeScalar($0)) : "." }
        return
            "does not speak TLS on this port: its first bytes are \"\(String(text))\". Is the port right, and is TLS "
            + "enabled on this listener?"
    }

    /// The alert as RFC 8446 calls it.
    static func name(_ alert: UInt8) -> String {
        String(cString: SSL_alert_desc_string_long(Int32(alert)))
    }
}
