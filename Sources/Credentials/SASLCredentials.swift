/// Who a client says it is, and the proof, resolved and ready for an exchange.
package enum SASLCredentials: Hashable, Sendable {
    /// PLAIN (RFC 4616): the password itself travels, so only inside TLS.
    case plain(username: String, password: Secret)
    /// SCRAM (RFC 5802): the password never travels.
    case scram(SCRAMHash, username: String, password: Secret)
    /// OAUTHBEARER (RFC 7628): a token that somebody else has issued.
    case oauthBearer(token: Secret)

    /// Kafka's name of the mechanism (`sasl.mechanism`).
    package var mechanism: String {
        switch self {
        case .plain: SASLMechanism.plain.name
        case .scram(let hash, _, _): SASLMechanism.scram(hash).name
        case .oauthBearer: SASLMechanism.oauthBearer.name
        }
    }
}

/// A SASL mechanism of Kafka's that Lockstep speaks.
package enum SASLMechanism: Hashable, Sendable, CaseIterable {
    /// PLAIN.
    case plain
    /// SCRAM with one of two hashes.
    case scram(SCRAMHash)
    /// OAUTHBEARER.
    case oauthBearer

    /// All mechanisms.
    package static let allCases = [plain] + SCRAMHash.allCases.map { scram($0) } + [oauthBearer]

    /// Kafka's name of it (`sasl.mechanism`).
    package var name: String {
        switch self {
        case .plain: "PLAIN"
        case .scram(let hash): hash.mechanism
        case .oauthBearer: "OAUTHBEARER"
        }
    }
}

/// The hash of a SCRAM mechanism.
package enum SCRAMHash: Hashable, Sendable, CaseIterable {
    /// SHA-256.
    case sha256
    /// SHA-512.
    case sha512

    /// Kafka's name of the mechanism.
    package var mechanism: String {
        switch self {
        case .sha256: "SCRAM-SHA-256"
        case .sha512: "SCRAM-SHA-512"
        }
    }
}
