import Credentials

/// The only message of PLAIN (RFC 4616): whom to act as, who one is, and the password, with zero bytes between them.
struct PlainMessage {
    private let authorizationId: String
    private let user: String
    private let password: String

    init(_ message: [UInt8]) throws(SASLRefusal) {
        let parts = message.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw .told("Invalid SASL/PLAIN response: expected 3 tokens, got \(parts.count)")
        }
        let texts = parts.map { String(decoding: $0, as: UTF8.self) }
        (authorizationId, user, password) = (texts[0], texts[1], texts[2])
    }

    /// Who it is, if the password is right.
    func verified(_ options: SASLOptions) throws(SASLRefusal) -> SASLServerExchange.Step {
        guard !user.isEmpty else { throw .told("Authentication failed: username not specified") }
        guard !password.isEmpty else { throw .told("Authentication failed: password not specified") }
        guard options.isPassword(password, of: user) else {
            throw .told("Authentication failed: Invalid username or password")
        }
        guard authorizationId.isEmpty || authorizationId == user else { throw .otherAuthorizationId }
        return .done([], SASLIdentity(name: user))
    }
}

extension SASLRefusal {
    /// Nobody may act as somebody else.
    static let otherAuthorizationId = SASLRefusal.told(
        "Authentication failed: Client requested an authorization id that is different from username")
}
