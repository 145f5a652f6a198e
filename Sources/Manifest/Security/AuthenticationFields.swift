import Credentials
import Diagnostics
import KafkaModel
import YAMLDocument

/// `authentication` as read.
struct AuthenticationSpecification {
    var type: Located<String>?
    var username: Located<String>?
    var password: Located<String>?
    var allowsPlaintext: Bool
    var token: Located<String>?
    var tokenEndpoint: Located<String>?
    var tokenEndpointCaFile: Located<String>?
    var clientId: Located<String>?
    var clientSecret: Located<String>?
    var scope: Located<String>?
    /// Where the mapping stands.
    var spot: YAMLSpot
    /// Keys that are there, with or without mistakes.
    var present: Set<String>
}

/// The fields of `authentication`.
enum AuthenticationFields {
    static let type = Field(
        "type", "SASL mechanism.",
        Shape<String>.choice(
            listed: SASLMechanismName.available.map { ($0, $0) }, refused: SASLMechanismName.refused),
        required: true)
    static let username = Field("username", "User name, for PLAIN and SCRAM.", Shape<String>.referencedText)
    static let password = Field(
        "password", "Password, as ${env:NAME}, ${file:path} or ${file:path:key}.", Shape<String>.secret)
    static let allowPlaintext = Field(
        "allowPlaintext", "Yes to passwords (PLAIN) and tokens on unencrypted connections.", Shape<Bool>.boolean,
        fallback: false)
    static let token = Field(
        "token", "Token for OAUTHBEARER, as ${file:path} or ${env:NAME}; read anew for each connection.",
        Shape<String>.secret)
    static let tokenEndpoint = Field(
        "tokenEndpoint", "Address (https://…) that gives tokens for clientId and clientSecret.", Shape<String>.text)
    static let tokenEndpointCaFile = Field(
        "tokenEndpointCaFile", "Certificates to trust at the endpoint, as PEM; the system's when absent.",
        Shape<String>.path)
    static let clientId = Field("clientId", "The client's name at the endpoint.", Shape<String>.referencedText)
    static let clientSecret = Field(
        "clientSecret", "The client's secret, as ${env:NAME}, ${file:path} or ${file:path:key}.", Shape<String>.secret)
    static let scope = Field("scope", "What tokens are asked for.", Shape<String>.text)

    static let all: [any FieldDescription] = [
        type, username, password, allowPlaintext, token, tokenEndpoint, tokenEndpointCaFile, clientId, clientSecret,
        scope,
    ]

    static let shape = Shape<AuthenticationSpecification>.object(all) { reader in
        AuthenticationSpecification(
            type: reader.take(type), username: reader.take(username), password: reader.take(password),
            allowsPlaintext: reader.take(allowPlaintext)?.value ?? false, token: reader.take(token),
            tokenEndpoint: reader.take(tokenEndpoint), tokenEndpointCaFile: reader.take(tokenEndpointCaFile),
            clientId: reader.take(clientId), clientSecret: reader.take(clientSecret), scope: reader.take(scope),
            spot: reader.spot, present: reader.presentKeys)
    }
}

extension AuthenticationSpecification {
    private static let ofToken = ["token", "tokenEndpoint", "tokenEndpointCaFile", "clientId", "clientSecret", "scope"]

    /// What is declared; nil when something is wrong or missing (which was reported).
    func declaration(tls: Located<TLSSpecification>?) -> AuthenticationDeclaration? {
        guard let type else { return nil }
        let isToken = type.value == "OAUTHBEARER"
        for key in isToken ? ["username", "password"] : Self.ofToken where present.contains(key) {
            spot.report(
                ManifestCode.conflict, "authentication.\(key) does not go with type \(type.value)",
                hint: isToken ? "OAUTHBEARER takes a token, or a tokenEndpoint" : "it is for type OAUTHBEARER")
        }
        checkPlaintext(type, tls)
        guard !isToken else { return tokenSource().map { .token($0) } }
        guard let username = needed("username", username, for: type.value),
            let password = needed("password", password, for: type.value)
        else { return nil }
        switch type.value {
        case SCRAMHash.sha256.mechanism: return .scram(.sha256, username: Secret(username), password: Secret(password))
        case SCRAMHash.sha512.mechanism: return .scram(.sha512, username: Secret(username), password: Secret(password))
        default: return .plain(username: Secret(username), password: Secret(password))
        }
    }

    private func checkPlaintext(_ type: Located<String>, _ tls: Located<TLSSpecification>?) {
        let isEncrypted = tls?.value.isEnabled == true
        let what: String
        switch type.value {
        case "PLAIN": what = "the password"
        case "OAUTHBEARER": what = "the token"
        // With SCRAM no secret travels.
        default: return
        }
        guard !isEncrypted, !allowsPlaintext else { return }
        type.spot.report(
            ManifestCode.security, "authentication.type \(type.value) without tls: \(what) would travel unencrypted",
            hint: "write tls: {enabled: true}, or say yes to it with allowPlaintext: true",
            related: tls.map { [.init($0.spot.place, "tls")] } ?? [])
    }

    private func tokenSource() -> TokenSource? {
        if let token, present.contains("tokenEndpoint") {
            token.spot.report(
                ManifestCode.conflict, "authentication.token and authentication.tokenEndpoint exclude each other",
                hint: "keep one of them")
            return nil
        }
        if let token {
            for key in Self.ofToken.dropFirst(2) where present.contains(key) {
                spot.report(ManifestCode.conflict, "authentication.\(key) does not go with authentication.token")
            }
            return .value(Secret(token.value))
        }
        guard let tokenEndpoint else {
            if !present.contains("token"), !present.contains("tokenEndpoint") {
                spot.report(
                    YAMLCode.missingKey, "OAUTHBEARER needs \"token\" or \"tokenEndpoint\" in spec.authentication")
            }
            return nil
        }
        if let problem = TokenEndpointAddress.problem(tokenEndpoint.value, allowsPlaintext: allowsPlaintext) {
            tokenEndpoint.spot.report(
                ManifestCode.badValue, "spec.authentication.tokenEndpoint \(problem.summary)", hint: problem.hint)
            return nil
        }
        guard let clientId = needed("clientId", clientId, for: "a token endpoint"),
            let clientSecret = needed("clientSecret", clientSecret, for: "a token endpoint")
        else { return nil }
        return .endpoint(
            TokenEndpoint(
                url: tokenEndpoint.value, clientId: Secret(clientId), clientSecret: Secret(clientSecret),
                scope: scope?.value, trust: tokenEndpointCaFile.map { .pemFile($0.value) } ?? .system))
    }

    /// A value that must be there; one with a mistake was reported already.
    private func needed(_ name: String, _ value: Located<String>?, for what: String) -> String? {
        if value == nil, !present.contains(name) {
            spot.report(YAMLCode.missingKey, "\"\(name)\" is missing in spec.authentication; \(what) needs it")
        }
        return value?.value
    }
}
