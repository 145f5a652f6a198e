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

    /// Who is at the other end: it decides what there is to do.
    package enum Peer: Sendable {
        /// A broker.
        case broker
        /// An endpoint that gives tokens.
        case tokenEndpoint

        fileprivate var name: String { self == .broker ? "broker" : "endpoint" }
    }

    /// What happened and what to do next, with a broker; it continues `broker host:port: `.
    package var description: String { words(about: .broker) }

    /// What happened and what to do next; it continues the peer's name and a colon.
    package func words(about peer: Peer) -> String {
        switch self {
        case .unusable(let text): text
        case .rejected(let certificate, let rejection): Self.text(certificate, rejection, peer)
        case .certificateWanted:
            peer == .broker
                ? "wants a client certificate, and none is declared. Set tls.certFile and tls.keyFile (with client "
                    + "properties: ssl.keystore.location)."
                : "wants a client certificate, which is for brokers only. A client's name and secret must do."
        case .certificateRefused(let alert):
            "does not accept our client certificate (TLS alert \"\(Self.name(alert))\"). Has it expired, and does the "
                + "\(peer.name) trust the authority that issued it?"
        // protocol_version
        case .alert(70): "speaks no TLS version from 1.2 on. Enable TLSv1.2 or TLSv1.3 on the \(peer.name)."
        // handshake_failure
        case .alert(40):
            "found no TLS version, cipher and key that both sides accept. Compare "
                + "\(peer == .broker ? "ssl.cipher.suites" : "the ciphers") and the kind of key on the \(peer.name)."
        case .alert(let alert):
            "ended the TLS connection with the alert \"\(Self.name(alert))\". The \(peer.name)'s log says why."
        case .notTLS(let bytes): Self.text(notTLS: bytes, peer)
        case .closed(let error):
            "closed the connection during the TLS handshake\(error.map { " (\($0))" } ?? ""). "
                + (peer == .broker
                    ? "Does this listener speak plaintext while TLS is declared, or was the broker stopped?"
                    : "Is the port right, and does it speak TLS there?")
        case .failed(let text): "TLS failed: \(text)."
        }
    }

    private static func text(_ certificate: PeerCertificate, _ rejection: Rejection, _ peer: Peer) -> String {
        let subject = certificate.subject.isEmpty ? "without a subject" : certificate.subject
        switch rejection {
        case .expired:
            return "its certificate (\(subject)) expired on \(certificate.notAfter). Renew it on the \(peer.name)."
        case .notYetValid:
            return "its certificate (\(subject)) is valid only from \(certificate.notBefore) on. Is the clock of this "
                + "machine right?"
        case .unknownAuthority:
            let issuer =
                certificate.issuer == certificate.subject
                ? "its certificate (\(subject)) is signed by itself and not trusted"
                : "its certificate (\(subject)) is issued by \(certificate.issuer), which is not trusted"
            let field =
                peer == .broker
                ? "tls.caFile (with client properties: ssl.truststore.location)"
                : "tokenEndpointCaFile (with client properties: the JAAS option ssl.truststore.location)"
            return "\(issuer). Set \(field) to the certificate of the authority that issues the \(peer.name)'s "
                + "certificates."
        case .otherHost(let host):
            let names = certificate.names.isEmpty ? "no host" : certificate.names.joined(separator: ", ")
            // No client property of Kafka's says another name.
            let field = peer == .broker ? ", set tls.serverName to one (there is no client property for it)" : ""
            return
                "its certificate is for \(names), not for \(host). Connect by a name that it has\(field), or have it "
                + "issued for \(host) as well."
        case .other(let text):
            return "its certificate (\(subject)) is not accepted: \(text)."
        }
    }

    private static func text(notTLS bytes: [UInt8], _ peer: Peer) -> String {
        if bytes.starts(with: Array("HTTP/".utf8)) {
            return peer == .broker
                ? "speaks HTTP, not Kafka over TLS. Is the port right?" : "speaks HTTP without TLS. Is the port right?"
        }
        let text = bytes.map { (0x20...0x7e).contains($0) ? Character(UnicodeScalar($0)) : "." }
        let question = "Is the port right" + (peer == .broker ? ", and is TLS enabled on this listener?" : "?")
        return "does not speak TLS on this port: its first bytes are \"\(String(text))\". \(question)"
    }

    /// The alert as RFC 8446 calls it.
    static func name(_ alert: UInt8) -> String {
        String(cString: SSL_alert_desc_string_long(Int32(alert)))
    }
}
