/// The listeners of a secured cluster beside the plaintext one of brokers and administration.
///
/// Certificates name `localhost` and 127.0.0.1 unless a case says otherwise.
package enum SecuredListener: String, CaseIterable, Sendable {
    /// TLS and SASL: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER with unsecured tokens.
    case secure
    /// TLS with required client certificates; the principal is the certificate's `CN`.
    case mutual
    /// SASL without TLS: PLAIN and SCRAM-SHA-512 only.
    case bare
    /// Like `secure`, with sessions that end after three seconds unless they are authenticated again (KIP-368).
    case brief
    /// Like `secure`, with a certificate that has expired.
    case expired
    /// Like `secure`, with a certificate for `elsewhere.example` only.
    case misnamed

    /// Kafka's name of the protocol.
    package var securityProtocol: String {
        switch self {
        case .secure, .brief, .expired, .misnamed: "SASL_SSL"
        case .mutual: "SSL"
        case .bare: "SASL_PLAINTEXT"
        }
    }

    /// Kafka's names of the mechanisms it takes.
    package var mechanisms: [String] {
        switch self {
        case .secure, .brief, .expired, .misnamed: ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]
        case .mutual: []
        case .bare: ["PLAIN", "SCRAM-SHA-512"]
        }
    }

    var name: String { rawValue.uppercased() }
    var usesTLS: Bool { self != .bare }
}

/// How the brokers of a secured cluster are set up.
struct BrokerSecurity: Sendable {
    /// Ports of each listener, broker 1's first.
    let ports: [SecuredListener: [UInt16]]
    /// Where the key stores are, each named after its listener.
    let folder: TemporaryDirectory
    /// PEM certificate of the authority that clients' certificates must come from.
    let authorityFile: String

    /// Users with their passwords; `admin` and the plaintext listener may do everything, the others what ACLs grant.
    static let users = [
        "admin": "admin-secret", "alice": "alice-secret", "bob": "bob-secret", "mirror": "mirror-secret",
        "test-user": "test-user-secret",
    ]

    private static let oauth = "org.apache.kafka.common.security.oauthbearer"

    /// `kafka-storage format --add-scram …` for every user.
    static let scramArguments = users.sorted { $0.key < $1.key }.flatMap { name, password in
        ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap { ["--add-scram", "\($0)=[name=\(name),password=\(password)]"] }
    }

    func keyStore(_ listener: SecuredListener) -> String { folder.file("\(listener.rawValue).pem") }

    /// Adds the listeners and the authorizer to the settings of broker `number`.
    func add(to settings: inout [String: String], broker number: Int) {
        for listener in SecuredListener.allCases {
            guard let port = ports[listener]?[number - 1] else { continue }
            settings["listeners", default: ""] += ",\(listener.name)://127.0.0.1:\(port)"
            settings["advertised.listeners", default: ""] += ",\(listener.name)://localhost:\(port)"
            settings["listener.security.protocol.map", default: ""] += ",\(listener.name):\(listener.securityProtocol)"
            let prefix = "listener.name.\(listener.rawValue)"
            settings["\(prefix).num.network.threads"] = "1"
            if listener.usesTLS { addTLS(listener, prefix, to: &settings) }
            if !listener.mechanisms.isEmpty { addSASL(listener, prefix, to: &settings) }
        }
        settings["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
        settings["super.users"] = "User:admin;User:ANONYMOUS"
        settings["ssl.principal.mapping.rules"] = #"RULE:^CN=([^,]+).*$/$1/,DEFAULT"#
        // A certificate replaced while the broker runs may have another subject and other names.
        settings["ssl.allow.dn.changes"] = "true"
        settings["ssl.allow.san.changes"] = "true"
    }

    private func addTLS(_ listener: SecuredListener, _ prefix: String, to settings: inout [String: String]) {
        settings["\(prefix).ssl.keystore.type"] = "PEM"
        settings["\(prefix).ssl.keystore.location"] = keyStore(listener)
        settings["\(prefix).ssl.truststore.type"] = "PEM"
        settings["\(prefix).ssl.truststore.location"] = authorityFile
        settings["\(prefix).ssl.client.auth"] = listener == .mutual ? "required" : "none"
    }

    private func addSASL(_ listener: SecuredListener, _ prefix: String, to settings: inout [String: String]) {
        let package = "org.apache.kafka.common.security"
        let users = Self.users.sorted { $0.key < $1.key }.map { "user_\($0)=\"\($1)\"" }.joined(separator: " ")
        settings["\(prefix).sasl.enabled.mechanisms"] = listener.mechanisms.joined(separator: ",")
        for mechanism in listener.mechanisms {
            let key = "\(prefix).\(mechanism.lowercased())"
            switch mechanism {
            case "PLAIN":
                settings["\(key).sasl.jaas.config"] = "\(package).plain.PlainLoginModule required \(users);"
            case "OAUTHBEARER":
                settings["\(key).sasl.jaas.config"] =
                    "\(Self.oauth).OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";"
                settings["\(key).sasl.server.callback.handler.class"] =
                    "\(Self.oauth).internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler"
            default: settings["\(key).sasl.jaas.config"] = "\(package).scram.ScramLoginModule required;"
            }
            if listener == .brief { settings["\(key).connections.max.reauth.ms"] = "3000" }
        }
    }
}
