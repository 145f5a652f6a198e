/// One SASL exchange, without I/O: what to send first, and what to send after each message of the broker.
package struct SASLExchange: Sendable {
    private enum Mechanism: Sendable {
        case plain
        case scram(SCRAMExchange)
        case oauthBearer(OAuthBearerExchange)
    }

    /// The client's first message.
    package let firstMessage: [UInt8]
    private var mechanism: Mechanism

    /// Longest message of a broker that is looked at, in bytes.
    private static let maximumBytes = 64 * 1024

    /// Begins an exchange; fails with `unusable` when the credentials cannot be sent.
    package init(_ credentials: SASLCredentials) throws(SASLError) {
        try self.init(credentials, nonce: SCRAMExchange.randomNonce())
    }

    /// Begins an exchange with a given nonce, which only SCRAM uses.
    init(_ credentials: SASLCredentials, nonce: String) throws(SASLError) {
        switch credentials {
        case .plain(let username, let password):
            try Self.check(username, password, of: credentials.mechanism)
            // RFC 4616: no identity to act as, then who we are, then the proof.
            firstMessage = [0] + Array(username.utf8) + [0] + Array(password.reveal().utf8)
            mechanism = .plain
        case .scram(let hash, let username, let password):
            try Self.check(username, password, of: credentials.mechanism)
            let exchange = SCRAMExchange(hash, username: username, password: password, nonce: nonce)
            firstMessage = exchange.firstMessage
            mechanism = .scram(exchange)
        case .oauthBearer(let token):
            let exchange = try OAuthBearerExchange(token)
            firstMessage = exchange.firstMessage
            mechanism = .oauthBearer(exchange)
        }
    }

    /// Takes a message of the broker; returns what to send next, nil when the exchange is over and the broker proven.
    ///
    /// A SCRAM message costs thousands of hashes, a few milliseconds: not for the thread of an event loop.
    package mutating func answer(to message: [UInt8]) throws(SASLError) -> [UInt8]? {
        guard message.count <= Self.maximumBytes else {
            throw .malformed(mechanism: name, "it has \(message.count) bytes; \(Self.maximumBytes) are accepted")
        }
        switch mechanism {
        case .plain: return nil
        case .scram(var exchange):
            let next = try exchange.answer(to: message)
            mechanism = .scram(exchange)
            return next
        case .oauthBearer(var exchange):
            let next = try exchange.answer(to: message)
            mechanism = .oauthBearer(exchange)
            return next
        }
    }

    /// What the broker said against a token before it refused it; nil when it said nothing.
    package var complaint: String? {
        if case .oauthBearer(let exchange) = mechanism { exchange.complaint } else { nil }
    }

    private var name: String {
        switch mechanism {
        case .plain: "PLAIN"
        case .scram(let exchange): exchange.hash.mechanism
        case .oauthBearer: "OAUTHBEARER"
        }
    }

    /// Refuses what no mechanism can carry.
    ///
    /// Other texts go as they are, in UTF-8: neither Kafka's brokers nor its clients prepare them as RFC 4013 has it
    /// (KIP-84), so a text that was prepared would not be the one that the broker knows. Control characters are refused
    /// as RFC 4013 does; they are always a mistake, most often the end of a file's last line.
    private static func check(_ username: String, _ password: Secret, of mechanism: String) throws(SASLError) {
        for (what, text) in [("user name", username), ("password", password.reveal())] {
            guard !text.isEmpty else { throw .unusable("the \(what) for \(mechanism) is empty.") }
            if let control = text.utf8.first(where: { $0 < 0x20 || $0 == 0x7f }) {
                let kind = control == 0x0a || control == 0x0d ? "a line break" : "a control character"
                throw .unusable(
                    "the \(what) for \(mechanism) contains \(kind). Remove it where the \(what) comes from.")
            }
        }
    }
}
