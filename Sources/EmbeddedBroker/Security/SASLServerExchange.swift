import Credentials

/// The broker's side of one SASL exchange, without I/O: what to answer to each message of a client.
struct SASLServerExchange: Sendable {
    /// What a message came to.
    enum Step: Hashable, Sendable {
        /// The answer; the client has to send more.
        case more([UInt8])
        /// The last answer, and who the client is.
        case done([UInt8], SASLIdentity)
    }

    private enum State: Sendable {
        case plain
        case scram(SCRAMServerExchange)
        case oauthBearer(OAuthBearerServerExchange)
    }

    let mechanism: SASLMechanism
    private var state: State

    /// Begins an exchange.
    ///
    /// - Parameter nonce: the broker's share of SCRAM's nonce, printable and without commas.
    init(_ mechanism: SASLMechanism, nonce: String = Base64.encode(RandomBytes.next(24))) {
        self.mechanism = mechanism
        state =
            switch mechanism {
            case .plain: .plain
            case .scram(let hash): .scram(SCRAMServerExchange(hash, nonce: nonce))
            case .oauthBearer: .oauthBearer(OAuthBearerServerExchange())
            }
    }

    /// Takes a message of the client.
    ///
    /// - Parameter now: milliseconds since 1970, for tokens.
    mutating func answer(
        to message: [UInt8], _ options: SASLOptions, now: Int64
    ) throws(SASLRefusal) -> Step {
        switch state {
        case .plain: return try PlainMessage(message).verified(options)
        case .scram(var exchange):
            defer { state = .scram(exchange) }
            return try exchange.answer(to: message, options)
        case .oauthBearer(var exchange):
            defer { state = .oauthBearer(exchange) }
            return try exchange.answer(to: message, now: now)
        }
    }
}

/// Whom an exchange has proven.
struct SASLIdentity: Hashable, Sendable {
    /// The user's name.
    var name: String
    /// When what proved it ends, in milliseconds since 1970; nil for never.
    var endMs: Int64?
}

/// Why a client is not let in.
enum SASLRefusal: Error, Hashable {
    /// The client is told why, in these words of Kafka's.
    case told(String)
    /// The client is told only that it is so: more would tell strangers who is known.
    case untold
}
