import Bytes
import EventLoop
import KafkaProtocol

/// Why a broker could not be reached or did not answer as a broker.
package struct ConnectionError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Code: Sendable {
        /// The host name has no address.
        case unresolved(ResolutionError)
        /// Nobody listens, or the network refuses.
        case unreachable(SystemError)
        /// Connecting took longer than the deadline, in milliseconds.
        case connectTimeout(Int64)
        /// The peer closed the connection.
        case closedByPeer(Moment)
        /// The connection broke.
        case broken(SystemError)
        /// No answer to the request came within the deadline, in milliseconds.
        case requestTimeout(APIKey, Int64)
        /// The peer does not speak Kafka: the four bytes that should be a frame's size, and the largest size allowed.
        case notKafka(UInt32, limit: Int)
        /// The peer sent a frame, of so many bytes, that no request waits for.
        case unsolicited(Int)
        /// An answer could not be decoded.
        case wire(APIKey, WireError)
        /// A request could not be encoded: it says what the broker's version cannot carry.
        case notEncodable(APIKey, WireError)
        /// Peer and we have no version of the API in common; its range, or nil when it does not have the API.
        case unsupportedVersion(APIKey, theirs: ClosedRange<Int16>?)
        /// The broker does not tell its versions.
        case refused(APIKey, ErrorCode)
        /// The answer belongs to another request.
        case correlation(expected: Int32, actual: Int32)
        /// This side closed the connection.
        case closed
        /// The waiting task was cancelled.
        case cancelled
    }

    /// When a peer closed.
    package enum Moment: Sendable {
        /// Before it answered anything.
        case beforeFirstAnswer
        /// In the middle of a frame.
        case withinAnswer
        /// Between two answers.
        case betweenAnswers
    }

    /// What went wrong.
    package let code: Code
    /// The broker's address, `host:port`.
    package let peer: String

    /// A failure with the broker at `peer`.
    package init(_ code: Code, peer: String) {
        self.code = code
        self.peer = peer
    }

    /// Whether trying again, perhaps elsewhere, may help.
    package var isRetriable: Bool {
        switch code {
        case .unresolved, .unreachable, .connectTimeout, .closedByPeer, .broken, .requestTimeout, .closed: true
        // A broker that is just starting or overloaded may refuse to tell its versions.
        case .refused: true
        case .notKafka, .unsolicited, .wire, .notEncodable, .unsupportedVersion, .correlation, .cancelled: false
        }
    }

    /// What happened, where, and what to do next, in one or two sentences.
    package var description: String { "broker \(peer): \(reason)" }

    private var reason: String {
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
            return "speaks TLS, but this manifest declares none. Is the port right?"
        }
        let bytes = withUnsafeBytes(of: size.bigEndian) { Array($0) }
        if bytes.allSatisfy({ (0x20...0x7e).contains($0) }) {
            let text = String(decoding: bytes, as: UTF8.self)
            return "sent text that begins with \"\(text)\", not Kafka frames. Is the port right?"
        }
        return "sent a frame of \(size) bytes; 4 to \(limit) are accepted. Is this a Kafka broker's port?"
    }
}

extension APIKey {
    /// Kafka's name of the API, such as `ApiVersions`.
    package var name: String {
        let text = "\(self)"
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
