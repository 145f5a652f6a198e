import Credentials
import EventLoop
import KafkaProtocol
import TLS

extension ConnectionError {
    /// What happened and what to do next; it follows the broker's address.
    var reason: String {
        switch code {
        case .unresolved(let error):
            "\(error). Check the host name, and this machine's name servers."
        case .unreachable(let error):
            "\(error). Is the broker running, and is the port right?"
        case .connectTimeout(let ms):
            "no connection within \(ms) ms. Is the host up, and does a firewall between us drop packets?"
        case .closedByPeer(let moment): Self.closed(moment)
        case .broken(let error):
            "the connection broke (\(error)). Was the broker stopped, or does something between us cut connections?"
        case .requestTimeout(.apiVersions, let ms):
            "connected, but no answer to ApiVersions within \(ms) ms. Is this a Kafka broker's port?"
        case .requestTimeout(let key, let ms):
            "no answer to \(key.name) within \(ms) ms. Is the broker overloaded, or the network between us down?"
        case .notKafka(let size, let limit): Self.hint(size, limit)
        case .unsolicited(let count):
            "sent \(count) bytes that nobody asked for. Is this a Kafka broker's port?"
        case .wire(let key, let error):
            "its answer to \(key.name) does not have the expected form: \(error). "
                + "Is this a Kafka broker, and nothing between us that changes answers?"
        case .notEncodable(let key, let error):
            "\(key.name) cannot be said in a version that the broker speaks: \(error)."
        case .unsupportedVersion(let key, let theirs?):
            "speaks \(key.name) \(theirs.lowerBound) to \(theirs.upperBound), which is not supported. "
                + "Its Kafka version is too old or too new for this."
        case .unsupportedVersion(let key, nil):
            "does not offer \(key.name). Its Kafka version is too old for this."
        case .tls(let error): "\(error)"
        case .handshakeTimeout(let ms):
            "connected, but TLS was not agreed on within \(ms) ms. Does this port speak TLS?"
        case .security(let error): "\(error)"
        case .secretWithoutTLS(let mechanism): Self.exposed(mechanism)
        case .sasl(let error): "\(error)"
        case .authenticationFailed(let mechanism, let message): Self.refused(mechanism, message)
        case .mechanismNotOffered(let mechanism, let offered): Self.notOffered(mechanism, offered)
        case .saslNotExpected:
            "expects no SASL on this listener, but authentication is declared. Use the port of a SASL listener, or "
                + "remove authentication."
        case .refused(let key, let error):
            "refused \(key.name) with \(error): \(error.meaning). Is this a Kafka broker's port?"
        case .correlation(let expected, let actual):
            "answered request \(actual) where \(expected) was due. Does a proxy between us mix connections up?"
        case .closed: "the connection was closed on this side."
        case .cancelled: "the request was cancelled."
        }
    }

    private static func closed(_ moment: Moment) -> String {
        switch moment {
        case .beforeFirstAnswer:
            "closed the connection before its first answer. "
                + "Does this listener expect TLS or SASL while this manifest declares none?"
        case .afterHandshake:
            "agreed on TLS and then closed the connection before its first answer. The broker's log says why; does "
                + "it want a client certificate?"
        case .afterVersions:
            "told its versions and closed the connection at the first request. Does this listener expect SASL while "
                + "this manifest declares no authentication, or was the broker stopped?"
        case .withinAuthentication:
            "closed the connection within the SASL exchange. The broker's log says why it does not accept these credentials."
        case .withinAnswer:
            "closed the connection in the middle of an answer. Was the broker stopped? Its log says why."
        case .betweenAnswers:
            "closed the connection. Was the broker stopped, or does it refuse the request? Its log says why."
        }
    }

    /// What the bytes in place of a frame's size say about the peer.
    private static func hint(_ size: UInt32, _ limit: Int) -> String {
        if size == 0x4854_5450 { return "speaks HTTP, not Kafka. Is the port right?" }
        if size >> 16 == 0x1503 || size >> 16 == 0x1603 {
            return "speaks TLS, but this manifest declares none. Declare tls, or use the port of a plaintext listener."
        }
        let bytes = withUnsafeBytes(of: size.bigEndian) { Array($0) }
        if bytes.allSatisfy({ (0x20...0x7e).contains($0) }) {
            let text = String(decoding: bytes, as: UTF8.self)
            return "sent text that begins with \"\(text)\", not Kafka frames. Is the port right?"
        }
        return "sent a frame of \(size) bytes; 4 to \(limit) are accepted. Is this a Kafka broker's port?"
    }

    private static func exposed(_ mechanism: String) -> String {
        let what = mechanism == "PLAIN" ? "the password" : "the token"
        return "\(mechanism) would send \(what) unencrypted, so nothing was sent. Declare tls, or say yes to it with "
            + "authentication.allowPlaintext: true (with client properties: lockstep.allow.plaintext=true)."
    }

    private static func refused(_ mechanism: String, _ message: String) -> String {
        let words = message.isEmpty ? "it does not say why" : message
        let stop = words.hasSuffix(".") ? "" : "."
        return "refused to authenticate with \(mechanism): \(words)\(stop) "
            + (mechanism == "OAUTHBEARER"
                ? "Is the token valid, for this cluster, and not expired?"
                : "Check the user name and the password in this cluster's authentication.")
    }

    private static func notOffered(_ mechanism: String, _ offered: [String]) -> String {
        let list = offered.isEmpty ? "none" : offered.sorted().joined(separator: ", ")
        return "does not offer the SASL mechanism \(mechanism) on this listener; it offers \(list). Declare one of "
            + "them, or enable \(mechanism) in sasl.enabled.mechanisms on the broker."
    }
}
