import Bytes
import Credentials
import EventLoop
import KafkaProtocol
import TLS

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
        /// TLS was not agreed on, or broke.
        case tls(TLSError)
        /// TLS was not agreed on within the deadline, in milliseconds.
        case handshakeTimeout(Int64)
        /// How to connect is not known: a file, a variable or a token is not to be had.
        case security(SecurityError)
        /// The mechanism would have sent its secret in the clear; nothing was sent.
        case secretWithoutTLS(mechanism: String)
        /// The credentials cannot be used, or the broker did not answer as the mechanism demands.
        case sasl(SASLError)
        /// The broker does not accept the credentials: the mechanism, and the broker's words.
        case authenticationFailed(mechanism: String, message: String)
        /// The listener does not offer the mechanism; those that it offers.
        case mechanismNotOffered(mechanism: String, offered: [String])
        /// The listener wants no SASL, or not now.
        case saslNotExpected
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
        /// Before it answered anything, but after TLS was agreed on.
        case afterHandshake
        /// After it told its versions, when the first request came without SASL.
        case afterVersions
        /// Within a SASL exchange.
        case withinAuthentication
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
        case .tls(let error): error.isRetriable
        case .security(let error): error.isRetriable
        case .handshakeTimeout: true
        case .secretWithoutTLS, .sasl, .authenticationFailed, .mechanismNotOffered, .saslNotExpected: false
        case .notKafka, .unsolicited, .wire, .notEncodable, .unsupportedVersion, .correlation, .cancelled: false
        }
    }

    /// Whether somebody may mend it elsewhere, such as a certificate, a password or a port.
    ///
    /// Work that goes on by itself tries again and again then; a command that was called once says so and ends.
    package var isMendable: Bool {
        switch code {
        case .tls, .security, .secretWithoutTLS, .sasl, .authenticationFailed, .mechanismNotOffered, .saslNotExpected,
            .notKafka, .unsolicited:
            true
        default: isRetriable
        }
    }

    /// What happened, where, and what to do next, in one or two sentences.
    package var description: String { "broker \(peer): \(reason)" }
}

extension APIKey {
    /// Kafka's name of the API, such as `ApiVersions`.
    package var name: String {
        let text = "\(self)"
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
