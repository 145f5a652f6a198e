import Credentials

extension ClusterSecurity {
    /// Who Lockstep is to the cluster and how that is protected.
    ///
    /// For example `as mirror (SCRAM-SHA-512, TLS, password set)`.
    ///
    /// A user name behind a reference is shown as the reference. Nil when nothing is declared.
    package var inWords: String? {
        guard tls != nil || authentication != nil else { return nil }
        var words: [String] = []
        var user: String?
        var secret: String?
        switch authentication {
        case .plain(let username, _): (user, secret) = (username.reveal(), "password set")
        case .scram(_, let username, _): (user, secret) = (username.reveal(), "password set")
        case .token(.endpoint(let endpoint)): (user, secret) = (endpoint.clientId.reveal(), "client secret set")
        case .token(.unsecured(let token)): (user, secret) = (token.texts["sub"], "unsecured token")
        case .token: secret = "token set"
        case .referenced: secret = "credentials set"
        case nil: break
        }
        if let mechanism = authentication?.mechanism { words.append(mechanism) }
        words.append(tls == nil ? "no TLS" : "TLS")
        if let tls, !tls.verifiesHostName { words.append("host names not verified") }
        if tls?.identity != nil { words.append("client certificate set") }
        if let secret { words.append(secret) }
        return (user.map { "as \($0) " } ?? "") + "(\(words.joined(separator: ", ")))"
    }
}

extension AuthenticationDeclaration {
    /// Kafka's name of the mechanism (`sasl.mechanism`).
    package var mechanism: String {
        switch self {
        case .plain: "PLAIN"
        case .scram(let hash, _, _): hash.mechanism
        case .token: "OAUTHBEARER"
        case .referenced(let mechanism, _): mechanism
        }
    }
}
