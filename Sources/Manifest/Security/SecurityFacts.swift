import Diagnostics
import KafkaModel
import YAMLDocument

/// What a cluster declares about security, for people: everything that takes effect, and of secrets only where they
/// come from.
struct SecurityFacts {
    /// The folder that relative paths start from: empty, or with a slash at its end.
    let folder: String

    // MARK: Fields

    /// What `tls` and `authentication` declare.
    func fields(
        _ tls: Located<TLSSpecification>?, _ authentication: Located<AuthenticationSpecification>?
    ) -> [SecurityFact] {
        let isEncrypted = tls?.value.isEnabled == true
        let name = (authentication == nil ? "" : "SASL_") + (isEncrypted ? "SSL" : "PLAINTEXT")
        let place = tls?.spot.place ?? authentication?.spot.place
        var facts = [SecurityFact("security.protocol", name, at: place)]
        if isEncrypted, let tls = tls?.value { facts += self.tls(tls) }
        if let authentication = authentication?.value { facts += self.authentication(authentication) }
        return facts
    }

    private func tls(_ tls: TLSSpecification) -> [SecurityFact] {
        let trust = tls.caFile.map { file("tls.caFile", $0) } ?? SecurityFact("tls.caFile", Self.systemTrust)
        let verifies = SecurityFact("tls.verifyHostname", "\(tls.verifiesHostName)", at: tls.verification?.spot.place)
        return [
            trust, tls.certFile.map { file("tls.certFile", $0) }, tls.keyFile.map { file("tls.keyFile", $0) },
            tls.keyPassword.map { secret("tls.keyPassword", $0) }, tls.serverName.map { open("tls.serverName", $0) },
            verifies,
        ].compactMap(\.self)
    }

    private func authentication(_ read: AuthenticationSpecification) -> [SecurityFact] {
        func named(_ name: String) -> String { "authentication.\(name)" }
        let yes =
            read.allowsPlaintext
            ? SecurityFact(named("allowPlaintext"), "true", at: read.spot.place) : nil
        return [
            read.type.map { open("sasl.mechanism", $0) }, read.username.map { open(named("username"), $0) },
            read.password.map { secret(named("password"), $0) }, read.token.map { secret(named("token"), $0) },
            read.tokenEndpoint.map { address(named("tokenEndpoint"), $0) },
            read.tokenEndpointCaFile.map { file(named("tokenEndpointCaFile"), $0) },
            read.clientId.map { open(named("clientId"), $0) },
            read.clientSecret.map { secret(named("clientSecret"), $0) }, read.scope.map { open(named("scope"), $0) },
            yes,
        ].compactMap(\.self)
    }

    // MARK: Properties

    /// Properties whose values are shown; what is not among them counts as a secret.
    private static let openKeys: Set<String> = [
        "security.protocol", "sasl.mechanism", "sasl.login.callback.handler.class",
        "sasl.oauthbearer.client.credentials.client.id", "sasl.oauthbearer.scope", "sasl.oauthbearer.header.urlencode",
        "sasl.oauthbearer.jwt.retriever.class", "ssl.truststore.type", "ssl.keystore.type",
        "ssl.endpoint.identification.algorithm", "ssl.protocol", "ssl.enabled.protocols",
        SecurityProperties.allowPlaintext,
    ]
    private static let files: Set<String> = ["ssl.truststore.location", "ssl.keystore.location"]
    /// Options of a login module whose values are shown.
    private static let openOptions: Set<String> = ["username", "clientId", "scope", "ssl.truststore.type"]

    /// What Kafka's client properties declare; those without effect are left out.
    func properties(_ values: [String: Located<String>]) -> [SecurityFact] {
        var facts: [SecurityFact] = []
        for key in SecurityPropertyKeys.all.map(\.name) where ConfigTable.clientProperties.isUsed(key) {
            guard let value = values[key] else {
                facts += standard(key, values)
                continue
            }
            switch key {
            case "sasl.jaas.config": facts += login(key, value)
            case "sasl.oauthbearer.token.endpoint.url": facts.append(address(key, value))
            case "ssl.endpoint.identification.algorithm" where value.value.isEmpty:
                facts.append(SecurityFact(key, "empty: host names are not verified", at: value.spot.place))
            case _ where Self.files.contains(key): facts.append(file(key, value))
            case _ where Self.openKeys.contains(key): facts.append(open(key, value))
            default: facts.append(secret(key, value))
            }
        }
        return facts
    }

    /// Kafka's defaults that matter.
    private func standard(_ key: String, _ values: [String: Located<String>]) -> [SecurityFact] {
        let isEncrypted = values["security.protocol"]?.value.uppercased().hasSuffix("SSL") == true
        switch key {
        case "security.protocol": return [SecurityFact(key, "PLAINTEXT")]
        case "ssl.truststore.location" where isEncrypted && values["ssl.truststore.certificates"] == nil:
            return [SecurityFact(key, Self.systemTrust)]
        case "ssl.endpoint.identification.algorithm" where isEncrypted: return [SecurityFact(key, "https")]
        default: return []
        }
    }

    private func login(_ key: String, _ value: Located<String>) -> [SecurityFact] {
        guard !ReferencedText.isReference(value.value), let jaas = try? JAASConfig(value.value) else {
            return [secret(key, value)]
        }
        return jaas.options.sorted { $0.key < $1.key }.map { option, text in
            let name = "\(key): \(option)"
            let located = Located(value: text, spot: value.spot)
            if option == "ssl.truststore.location" { return file(name, located) }
            let isOpen = Self.openOptions.contains(option) || option.hasPrefix("unsecuredLogin")
            return isOpen ? open(name, located) : secret(name, located)
        }
    }

    // MARK: Values

    private static let systemTrust = "the system's certificates"

    private func open(_ name: String, _ value: Located<String>) -> SecurityFact {
        SecurityFact(name, value.value, at: value.spot.place)
    }

    private func file(_ name: String, _ path: Located<String>) -> SecurityFact {
        let isWhole = path.value.hasPrefix("/") || path.value.contains("${")
        return SecurityFact(name, isWhole ? path.value : folder + path.value, at: path.spot.place)
    }

    /// An address without its query, which may hold a key.
    private func address(_ name: String, _ url: Located<String>) -> SecurityFact {
        SecurityFact(name, String(url.value.prefix { $0 != "?" && $0 != "#" }), at: url.spot.place)
    }

    private func secret(_ name: String, _ value: Located<String>) -> SecurityFact {
        let parts = ReferencedText(literally: value.value).parts
        let words = parts.map { part in
            switch part {
            case .text: "plain text"
            case .reference(let reference): reference.written
            }
        }
        let text = words == ["plain text"] ? "written in plain text" : words.joined(separator: " + ")
        return SecurityFact(name, text, isSecret: true, at: value.spot.place)
    }
}

extension ReferencedText.Reference {
    /// The reference as it is written, which is no secret.
    fileprivate var written: String {
        switch self {
        case .environment(let name): "${env:\(name)}"
        case .file(let path): "${file:\(path)}"
        case .fileKey(let path, let key): "${file:\(path):\(key)}"
        }
    }
}
