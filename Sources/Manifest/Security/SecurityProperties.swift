import Credentials
import Diagnostics
import KafkaModel

/// Makes sense of Kafka's security properties: `security.protocol`, `sasl.*`, `ssl.*`.
///
/// Values keep their references; what decides how the others are read (protocol, mechanism, store types) takes none.
struct SecurityProperties {
    /// Values by name, as written.
    let values: [String: String]
    /// The content of a file, by its path as written; nil when it cannot be read now.
    let peek: (_ path: String) -> [UInt8]?
    /// What was found so far.
    private(set) var problems: [SecurityProblem] = []

    /// The key that says yes to secrets on unencrypted connections.
    static let allowPlaintext = "lockstep.allow.plaintext"
    /// Whether a key is about security.
    static func isSecurity(_ key: String) -> Bool {
        key == "security.protocol" || key.hasPrefix("sasl.") || key.hasPrefix("ssl.") || key == allowPlaintext
            || key == "security.providers"
    }

    private static let protocols: [String: (isEncrypted: Bool, hasSASL: Bool)] = [
        "PLAINTEXT": (false, false), "SSL": (true, false), "SASL_PLAINTEXT": (false, true), "SASL_SSL": (true, true),
    ]
    /// Keys that decide how others are read; they take no reference.
    static let structural = [
        "security.protocol", "sasl.mechanism", "ssl.truststore.type", "ssl.keystore.type",
        "ssl.endpoint.identification.algorithm", "sasl.login.callback.handler.class",
        "sasl.oauthbearer.token.endpoint.url", "sasl.oauthbearer.header.urlencode", allowPlaintext,
    ]

    init(_ values: [String: String], peek: @escaping (_ path: String) -> [UInt8]? = { _ in nil }) {
        self.values = values
        self.peek = peek
    }

    /// What the properties declare; nil when there is at least one error among the problems.
    mutating func read(folder: String) -> ClusterSecurity? {
        for key in Self.structural where values[key]?.contains("${") == true {
            report(key, "property \"\(key)\" takes no reference", "it decides how the others are read; write its value")
        }
        let name = values["security.protocol"] ?? "PLAINTEXT"
        guard let kind = Self.protocols[name.uppercased()] else {
            report(
                "security.protocol",
                "property \"security.protocol\" must be PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL",
                DidYouMean.hint(for: name, among: Self.protocols.keys))
            return nil
        }
        let tls = kind.isEncrypted ? readTLS() : nil
        if !kind.isEncrypted { warnUnused(prefix: "ssl.", protocol: name) }
        let authentication = kind.hasSASL ? readSASL(isEncrypted: kind.isEncrypted) : nil
        if !kind.hasSASL { warnUnused(prefix: "sasl.", protocol: name) }
        guard !problems.contains(where: { $0.severity == .error }) else { return nil }
        guard kind.isEncrypted || kind.hasSASL else { return ClusterSecurity() }
        return ClusterSecurity(
            tls: tls, authentication: authentication, allowsPlaintext: allowsPlaintext, folder: folder)
    }

    /// Whether somebody said yes to secrets on unencrypted connections.
    var allowsPlaintext: Bool { values[Self.allowPlaintext]?.lowercased() == "true" }

    private mutating func warnUnused(prefix: String, protocol name: String) {
        let keys = values.keys.filter { $0.hasPrefix(prefix) && ConfigTable.clientProperties.isUsed($0) }.sorted()
        for key in keys {
            warn(
                key, "property \"\(key)\" has no effect: security.protocol is \(name.uppercased())",
                prefix == "ssl." ? "for TLS write SSL or SASL_SSL" : "for SASL write SASL_SSL")
        }
    }

    private mutating func readSASL(isEncrypted: Bool) -> AuthenticationDeclaration? {
        guard let mechanism = values["sasl.mechanism"]?.uppercased() else {
            report(
                "security.protocol", "\"sasl.mechanism\" is missing; Kafka's default, GSSAPI, is not available",
                "write \(SASLMechanismName.shown)")
            return nil
        }
        if let refusal = SASLMechanismName.refusal(mechanism) {
            report("sasl.mechanism", refusal.summary, refusal.hint)
            return nil
        }
        checkLoginHandler()
        if mechanism != "OAUTHBEARER" { warnTokenProperties("sasl.mechanism is \(mechanism)") }
        guard let text = values["sasl.jaas.config"] else {
            report("sasl.mechanism", "\"sasl.jaas.config\" is missing; it says who Lockstep is")
            return nil
        }
        if !isEncrypted { checkPlaintext(mechanism) }
        if ReferencedText.isReference(text) {
            return .referenced(mechanism: mechanism, properties: values.mapValues { Secret($0) })
        }
        do throws(JAASConfig.Problem) {
            return read(try JAASConfig(text), mechanism, isEncrypted: isEncrypted)
        } catch {
            report("sasl.jaas.config", "property \"sasl.jaas.config\" \(error.summary)", JAASModule.example(mechanism))
            return nil
        }
    }

    private mutating func checkPlaintext(_ mechanism: String) {
        guard mechanism == "PLAIN", !allowsPlaintext else { return }
        report(
            "sasl.mechanism",
            "sasl.mechanism is PLAIN and security.protocol is SASL_PLAINTEXT: the password would "
                + "travel unencrypted",
            "write security.protocol SASL_SSL, or say yes to it with \(Self.allowPlaintext) true")
    }

    private mutating func read(
        _ jaas: JAASConfig, _ mechanism: String, isEncrypted: Bool
    ) -> AuthenticationDeclaration? {
        let key = "sasl.jaas.config"
        if let refusal = JAASModule.refusal(jaas.module, for: mechanism) {
            report(key, refusal.summary, refusal.hint)
            return nil
        }
        if mechanism == "OAUTHBEARER" { return readToken(jaas, isEncrypted: isEncrypted).map { .token($0) } }
        if jaas.options["tokenauth"]?.lowercased() == "true" {
            report(key, "property \"\(key)\" asks for a delegation token (tokenauth), which is not available")
            return nil
        }
        warnOptions(jaas) { ["username", "password", "tokenauth", "serviceName"].contains($0) }
        guard let username = jaas.options["username"], !username.isEmpty, let password = jaas.options["password"] else {
            report(key, "property \"\(key)\" needs username and password", JAASModule.example(mechanism))
            return nil
        }
        switch mechanism {
        case SCRAMHash.sha256.mechanism: return .scram(.sha256, username: Secret(username), password: Secret(password))
        case SCRAMHash.sha512.mechanism: return .scram(.sha512, username: Secret(username), password: Secret(password))
        default: return .plain(username: Secret(username), password: Secret(password))
        }
    }

    /// Warns of JAAS options that are not looked at.
    mutating func warnOptions(_ jaas: JAASConfig, except isUsed: (String) -> Bool) {
        for option in jaas.options.keys.sorted() where !isUsed(option) {
            warn("sasl.jaas.config", "JAAS option \"\(JAASConfig.shown(option))\" has no effect")
        }
    }

    // MARK: Reports

    mutating func report(_ key: String, _ summary: String, _ hint: String? = nil, _ code: ManifestCode = .security) {
        problems.append(SecurityProblem(severity: .error, key: key, summary: summary, hint: hint, code: code))
    }

    mutating func warn(_ key: String, _ summary: String, _ hint: String? = nil, _ code: ManifestCode = .noEffect) {
        problems.append(SecurityProblem(severity: .warning, key: key, summary: summary, hint: hint, code: code))
    }
}
