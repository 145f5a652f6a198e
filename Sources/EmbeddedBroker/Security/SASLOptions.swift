import Credentials

/// Who is let in by SASL, and how: the mechanisms of a listener with the users of the cluster.
package struct SASLOptions: Sendable {
    /// The mechanisms that may be used (`sasl.enabled.mechanisms`).
    package var mechanisms: Set<SASLMechanism>
    /// After so many milliseconds a client has to authenticate again (`connections.max.reauth.ms`); 0 for never.
    ///
    /// A token that ends sooner ends the session sooner, too, and does so with 0 as well.
    package var maximumSessionMs: Int64 = 0
    /// So long a refusal is held back (`connection.failed.authentication.delay.ms`), in milliseconds; Kafka's is 100.
    package var failureDelayMs: Int64 = 10
    private var users: [String: Credential] = [:]

    /// What is known of a user, for every mechanism.
    private struct Credential {
        var password: Secret
        var scram: [SCRAMHash: SCRAMCredential]
    }

    /// Options with these users and their passwords; OAUTHBEARER lets in whoever a token names.
    ///
    /// - Throws: `SASLError` when OpenSSL cannot compute a hash.
    package init(
        users: [String: Secret], mechanisms: Set<SASLMechanism> = Set(SASLMechanism.allCases)
    ) throws(SASLError) {
        self.mechanisms = mechanisms
        for (name, password) in users { try setPassword(password, of: name) }
    }

    /// Gives a user another password, makes a user, or with nil takes one away.
    package mutating func setPassword(_ password: Secret?, of user: String) throws(SASLError) {
        guard let password else { return users[user] = nil }
        var scram: [SCRAMHash: SCRAMCredential] = [:]
        for hash in SCRAMHash.allCases { scram[hash] = try SCRAMCredential(hash, password) }
        users[user] = Credential(password: password, scram: scram)
    }

    /// Whether this is the password of a user.
    func isPassword(_ password: String, of user: String) -> Bool {
        users[user]?.password == Secret(password)
    }

    /// What SCRAM needs to know of a user; nil for strangers.
    func scramCredential(of user: String, _ hash: SCRAMHash) -> SCRAMCredential? {
        users[user]?.scram[hash]
    }
}
