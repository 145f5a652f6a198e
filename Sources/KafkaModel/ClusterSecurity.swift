import Credentials

/// How connections to a cluster are protected, as declared.
///
/// It says where secrets are found (`${env:…}`, `${file:…}`), not what they are, unless somebody wrote one in plain
/// text. References and relative paths start from `folder`.
package struct ClusterSecurity: Hashable, Sendable {
    /// TLS; nil for unencrypted connections.
    package var tls: TLSDeclaration?
    /// How Lockstep authenticates beside a client certificate; nil for not at all.
    package var authentication: AuthenticationDeclaration?
    /// Whether somebody said yes to passwords and tokens on unencrypted connections.
    package var allowsPlaintext: Bool
    /// Folder of the file that declares it: empty for the working directory, else with a slash at its end.
    package var folder: String

    /// Protection of its parts; the default has none.
    package init(
        tls: TLSDeclaration? = nil, authentication: AuthenticationDeclaration? = nil, allowsPlaintext: Bool = false,
        folder: String = ""
    ) {
        self.tls = tls
        self.authentication = authentication
        self.allowsPlaintext = allowsPlaintext
        self.folder = folder
    }

    /// A path as written, seen from where Lockstep runs.
    package func path(_ written: String) -> String { written.hasPrefix("/") ? written : folder + written }
}

/// Whom to trust, and who we are, as declared; paths as written.
package struct TLSDeclaration: Hashable, Sendable {
    /// Where the certificates to trust come from.
    package enum Trust: Hashable, Sendable {
        /// The system's.
        case system
        /// A file with certificates as PEM.
        case pemFile(String)
        /// Certificates as PEM, or a reference to them.
        case pem(Secret)
        /// A key store whose content tells its form (`ssl.truststore.location`).
        case store(file: String, password: Secret?)
    }

    /// Where our own certificate comes from.
    package enum Identity: Hashable, Sendable {
        /// Two files as PEM, which may be the same one.
        case pemFiles(certificate: String, key: String, password: Secret?)
        /// The certificate chain and the key as PEM, or references to them.
        case pem(chain: Secret, key: Secret, password: Secret?)
        /// A key store whose content tells its form (`ssl.keystore.location`).
        case store(file: String, password: Secret?)
    }

    /// Whom to trust.
    package var trust: Trust
    /// Our own certificate; nil for none.
    package var identity: Identity?
    /// Name expected in the brokers' certificates; nil for the host that is connected to.
    package var serverName: String?
    /// Whether a certificate must name the broker's host.
    package var verifiesHostName: Bool

    /// TLS of its parts; the default trusts the system's authorities and verifies host names.
    package init(
        trust: Trust = .system, identity: Identity? = nil, serverName: String? = nil, verifiesHostName: Bool = true
    ) {
        self.trust = trust
        self.identity = identity
        self.serverName = serverName
        self.verifiesHostName = verifiesHostName
    }
}

/// How Lockstep authenticates with SASL, as declared; every text may contain references.
package enum AuthenticationDeclaration: Hashable, Sendable {
    /// PLAIN.
    case plain(username: Secret, password: Secret)
    /// SCRAM.
    case scram(SCRAMHash, username: Secret, password: Secret)
    /// OAUTHBEARER.
    case token(TokenSource)
    /// A mechanism whose whole `sasl.jaas.config` is behind a reference, with all properties as written.
    case referenced(mechanism: String, properties: [String: Secret])
}

/// Where the token of OAUTHBEARER comes from.
package enum TokenSource: Hashable, Sendable {
    /// A reference, read anew for each connection, or the token itself.
    case value(Secret)
    /// A file that holds nothing but the token, read anew for each connection.
    case file(String)
    /// An endpoint that gives tokens for a client's name and secret (RFC 6749, section 4.4).
    case endpoint(TokenEndpoint)
    /// A token without signature, which only test listeners accept (Kafka's default login callback).
    case unsecured(UnsecuredToken)
}

/// An endpoint that gives tokens for client credentials.
package struct TokenEndpoint: Hashable, Sendable {
    /// Its address, `https://…`.
    package var url: String
    /// The client's name.
    package var clientId: Secret
    /// The client's secret.
    package var clientSecret: Secret
    /// What the token is asked for; nil for the endpoint's default.
    package var scope: String?
    /// Whether name and secret are URL-encoded before they go into the header (`sasl.oauthbearer.header.urlencode`).
    package var encodesCredentials: Bool
    /// Whom to trust when the endpoint is asked.
    package var trust: TLSDeclaration.Trust

    /// An endpoint of its parts.
    package init(
        url: String, clientId: Secret, clientSecret: Secret, scope: String? = nil, encodesCredentials: Bool = false,
        trust: TLSDeclaration.Trust = .system
    ) {
        self.url = url
        self.clientId = clientId
        self.clientSecret = clientSecret
        self.scope = scope
        self.encodesCredentials = encodesCredentials
        self.trust = trust
    }
}

/// What a token without signature says (JAAS options `unsecuredLogin…`).
package struct UnsecuredToken: Hashable, Sendable {
    /// Claims that are text, such as `sub`.
    package var texts: [String: String]
    /// Claims that are numbers, as written.
    package var numbers: [String: String]
    /// Claims that are lists of text.
    package var lists: [String: [String]]
    /// How long it is valid, in seconds.
    package var lifetimeSeconds: Int64

    /// A token of its claims.
    package init(
        texts: [String: String], numbers: [String: String] = [:], lists: [String: [String]] = [:],
        lifetimeSeconds: Int64 = 3600
    ) {
        self.texts = texts
        self.numbers = numbers
        self.lists = lists
        self.lifetimeSeconds = lifetimeSeconds
    }
}
