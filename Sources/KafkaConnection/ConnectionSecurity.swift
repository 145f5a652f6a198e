import Credentials
import TLS

/// How one connection is protected, resolved and ready (Kafka: `security.protocol`).
package struct ConnectionSecurity: Hashable, Sendable {
    /// TLS; nil for none.
    package var tls: TLSOptions?
    /// SASL; nil for none.
    package var sasl: SASLCredentials?
    /// Whether a password (PLAIN) or a token (OAUTHBEARER) may be sent without TLS, where others can read it.
    package var allowsPlainWithoutTLS: Bool

    /// Protection of its parts; the default has none.
    package init(tls: TLSOptions? = nil, sasl: SASLCredentials? = nil, allowsPlainWithoutTLS: Bool = false) {
        self.tls = tls
        self.sasl = sasl
        self.allowsPlainWithoutTLS = allowsPlainWithoutTLS
    }

    /// Whether a secret would be sent in the clear although nobody said yes to it.
    var exposesSecret: Bool {
        guard tls == nil, !allowsPlainWithoutTLS else { return false }
        return switch sasl {
        case .plain, .oauthBearer: true
        case .scram, nil: false
        }
    }
}

/// Tells how connections are protected, anew for each one: so credentials and certificates can be rotated.
package protocol SecurityProvider: Sendable {
    /// What holds now.
    ///
    /// Called for each new connection, and again when a session's lifetime nears its end (KIP-368), on the
    /// connection's loop, which it must not block. It is to end soon once its task is cancelled: a connection has a
    /// deadline.
    ///
    /// - Throws: `SecurityError` when a file or a variable is missing or a token is not to be had.
    func current() async throws(SecurityError) -> ConnectionSecurity
}

/// Why it is not known how to protect a connection; the sentence names files and variables, never a secret.
package struct SecurityError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what to do, such as `the file certs/ca.pem cannot be read: no such file`.
    package let description: String
    /// Whether it may pass by itself, such as a token endpoint that does not answer.
    package let isRetriable: Bool

    /// A reason.
    package init(_ description: String, isRetriable: Bool = true) {
        self.description = description
        self.isRetriable = isRetriable
    }
}

/// Protection that never changes; the default is none.
package struct FixedSecurity: SecurityProvider {
    let security: ConnectionSecurity

    /// Always `security`.
    package init(_ security: ConnectionSecurity = ConnectionSecurity()) { self.security = security }

    /// The protection it was made with.
    package func current() async throws(SecurityError) -> ConnectionSecurity { security }
}
