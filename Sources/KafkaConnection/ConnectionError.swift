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
        /// The peer closed the connection; before its first answer, or later.
        case closedByPeer(beforeFirstAnswer: Bool)
        /// The connection broke.
        case broken(SystemError)
        /// No answer to the request came within the deadline, in milliseconds.
        case requestTimeout(APIKey, Int64)
        /// The peer does not speak Kafka: the four bytes that should be a frame's size.
        case notKafka(UInt32)
        /// An answer could not be decoded, or a request not encoded.
        case wire(APIKey, WireError)
        /// The broker does not tell which versions it speaks.
        case noVersions(ErrorCode)
        /// Peer and we have no version of the API in common; its range, or nil when it does not have the API.
        case unsupportedVersion(APIKey, theirs: ClosedRange<Int16>?)
        /// The answer belongs to another request.
        case correlation(expected: Int32, actual: Int32)
        /// This side closed the connection.
        case closed
        /// The waiting task was cancelled.
        case cancelled
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
        case .unresolved, .unreachable, .connectTimeout, .closedByPeer, .broken, .requestTimeout, .noVersions,
            .closed:
            true
        case .notKafka, .wire, .unsupportedVersion, .correlation, .cancelled: false
        }
    }

    /// What happened, where, and what to do next, in one or two sentences.
    package var description: String {
        switch code {
        case .unresolved(let error):
            "broker \(peer): \(error). Check the host name, or the broker's advertised.listeners."
        case .unreachable(let error):
            "broker \(peer): \(error). Is the broker running, and is the port right?"
        case .connectTimeout(let ms):
            "broker \(peer): no connection within \(ms) ms. Is a firewall between us?"
        case .closedByPeer(beforeFirstAnswer: true):
            "broker \(peer): closed the connection before its first answer. "
                + "Does this listener expect TLS or SASL while this manifest declares none?"
        case .closedByPeer(beforeFirstAnswer: false):
            "broker \(peer): closed the connection."
        case .broken(let error):
            "broker \(peer): the connection broke (\(error))."
        case .requestTimeout(let key, let ms):
            "broker \(peer): no answer to \(key.name) within \(ms) ms."
        case .notKafka(let size):
            "broker \(peer): \(Self.hint(size))"
        case .wire(let key, let error):
            "broker \(peer): \(key.name) does not have the expected form: \(error)."
        case .noVersions(let code):
            "broker \(peer): answers ApiVersions with \(code): \(code.meaning)."
        case .unsupportedVersion(let key, let theirs):
            if let theirs {
                "broker \(peer): speaks \(key.name) \(theirs.lowerBound) to \(theirs.upperBound), "
                    + "which is not supported."
            } else {
                "broker \(peer): does not offer \(key.name). Its Kafka version is too old for this."
            }
        case .correlation(let expected, let actual):
            "broker \(peer): answered request \(actual) where \(expected) was due."
        case .closed: "broker \(peer): the connection was closed on this side."
        case .cancelled: "broker \(peer): the request was cancelled."
        }
    }

    /// What the bytes in place of a frame's size say about the peer.
    private static func hint(_ size: UInt32) -> String {
        if size == 0x4854_5450 { return "speaks HTTP, not Kafka. Is the port right?" }
        if size >> 16 == 0x1503 { return "speaks TLS, but this manifest declares none. Is the port right?" }
        return "sent a frame of \(size) bytes, beyond the limit. Is this a Kafka broker's port?"
    }
}

extension APIKey {
    /// Kafka's name of the API, such as `ApiVersions`.
    package var name: String {
        let text = "\(self)"
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
