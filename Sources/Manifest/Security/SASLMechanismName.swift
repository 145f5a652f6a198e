import Diagnostics

/// The SASL mechanisms by Kafka's names: which there are, and what is said of the others.
enum SASLMechanismName {
    static let available = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]
    static let shown = "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER"

    /// Mechanisms that people have and Lockstep does not, with the reason.
    static let refused: [String: String] = [
        "GSSAPI": "Kerberos needs a ticket cache and Java's or MIT's libraries; use \(shown) or a client certificate",
        "AWS_MSK_IAM": "it is Amazon's own; MSK also offers SCRAM-SHA-512 and client certificates",
    ]

    /// What is wrong with a mechanism, in capitals; nil when it is available.
    static func refusal(_ name: String) -> (summary: String, hint: String?)? {
        if available.contains(name) { return nil }
        if let reason = refused[name] { return ("SASL mechanism \(name) is not available", reason) }
        return (
            "SASL mechanism \"\(name.prefix(40))\" is not known",
            DidYouMean.hint(for: name, among: available) ?? "there are \(shown)"
        )
    }
}

/// Kafka's login modules, by the mechanism they are for.
enum JAASModule {
    private static let package = "org.apache.kafka.common.security."
    private static let byMechanism = [
        "PLAIN": package + "plain.PlainLoginModule", "SCRAM-SHA-256": package + "scram.ScramLoginModule",
        "SCRAM-SHA-512": package + "scram.ScramLoginModule",
        "OAUTHBEARER": package + "oauthbearer.OAuthBearerLoginModule",
    ]
    private static let refused = [
        "com.sun.security.auth.module.Krb5LoginModule": "GSSAPI",
        "com.ibm.security.auth.module.Krb5LoginModule": "GSSAPI",
        "software.amazon.msk.auth.iam.IAMLoginModule": "AWS_MSK_IAM",
    ]

    /// What is wrong with a login module for a mechanism; nil when it is the right one.
    static func refusal(_ module: String, for mechanism: String) -> (summary: String, hint: String?)? {
        guard let wanted = byMechanism[mechanism], module != wanted else { return nil }
        if let other = refused[module] { return SASLMechanismName.refusal(other) }
        let known = Set(byMechanism.values)
        let shown = known.contains(module) ? shortName(module) : "the login module"
        let others = byMechanism.filter { $0.value == module }.keys.sorted().joined(separator: " and ")
        return (
            "property \"sasl.jaas.config\" has \(shown), but sasl.mechanism is \(mechanism)",
            others.isEmpty ? "the module for \(mechanism) is \(wanted)" : "\(shortName(module)) is for \(others)"
        )
    }

    /// How the value looks for a mechanism.
    static func example(_ mechanism: String) -> String? {
        guard let module = byMechanism[mechanism] else { return nil }
        let options =
            mechanism == "OAUTHBEARER" ? "clientId=\"…\" clientSecret=\"…\"" : "username=\"…\" password=\"…\""
        return "it looks like: \(module) required \(options);"
    }

    private static func shortName(_ module: String) -> String {
        module.split(separator: ".").last.map(String.init) ?? module
    }
}
