/// Kafka's security properties: which are honoured, which are refused and why, which have no effect.
enum SecurityPropertyKeys {
    static let all = connection + sasl + oauth + tls

    private static func refused(_ reason: String) -> ConfigKey.Standing { .notAvailable(unless: nil, hint: reason) }
    private static let javaClass = refused("it names a Java class, which cannot run here; remove it")
    private static let assertion = refused("a client proves itself with clientId and clientSecret; remove it")
    private static let kerberos = "Of Kerberos (GSSAPI)."
    private static let broker = "How a broker checks tokens."
    private static let noKerberos: ConfigKey.Standing = .noEffect("Kerberos (GSSAPI) is not available")
    private static let ofBrokers: ConfigKey.Standing = .noEffect("a client does not check its token, the broker does")
    private static let ofJava: ConfigKey.Standing = .noEffect("TLS is OpenSSL's here, not Java's")
    private static let loginTime: ConfigKey.Standing = .noEffect(
        "a token has to come within socket.connection.setup.timeout.ms of the connection that needs it")
    private static let renewal: ConfigKey.Standing = .noEffect("a token is renewed after four fifths of its life")
    private static let askedAgain: ConfigKey.Standing = .noEffect(
        "a token is asked for again with the next connection that needs it")

    private static let connection = [
        ConfigKey(
            "security.protocol", .text, .used,
            "How connections are protected: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL."),
        ConfigKey("security.providers", .text, javaClass, "Providers of Java's security."),
        ConfigKey(
            SecurityProperties.allowPlaintext, .boolean, .used,
            "Lockstep's own: yes to passwords and tokens on unencrypted connections."),
    ]

    private static let sasl = [
        ConfigKey("sasl.mechanism", .text, .used, "How Lockstep authenticates: \(SASLMechanismName.shown)."),
        ConfigKey("sasl.jaas.config", .text, .used, "Who Lockstep is, as a JAAS login module with its options."),
        ConfigKey("sasl.client.callback.handler.class", .text, javaClass, "Class that answers the broker."),
        ConfigKey("sasl.login.callback.handler.class", .text, .used, "Where tokens come from."),
        ConfigKey("sasl.login.class", .text, javaClass, "Class that logs in."),
        ConfigKey("sasl.kerberos.kinit.cmd", .text, noKerberos, kerberos),
        ConfigKey("sasl.kerberos.min.time.before.relogin", .text, noKerberos, kerberos),
        ConfigKey("sasl.kerberos.service.name", .text, noKerberos, kerberos),
        ConfigKey("sasl.kerberos.ticket.renew.jitter", .text, noKerberos, kerberos),
        ConfigKey("sasl.kerberos.ticket.renew.window.factor", .text, noKerberos, kerberos),
        ConfigKey("sasl.login.connect.timeout.ms", .text, loginTime, "How long connecting for a token may take."),
        ConfigKey("sasl.login.read.timeout.ms", .text, loginTime, "How long the answer with a token may take."),
        ConfigKey("sasl.login.refresh.buffer.seconds", .text, renewal, "How long before its end a token is renewed."),
        ConfigKey("sasl.login.refresh.min.period.seconds", .text, renewal, "Least time between two renewals."),
        ConfigKey("sasl.login.refresh.window.factor", .text, renewal, "Share of a token's life before its renewal."),
        ConfigKey("sasl.login.refresh.window.jitter", .text, renewal, "Chance in the time of a renewal."),
        ConfigKey("sasl.login.retry.backoff.max.ms", .text, askedAgain, "Longest pause before asking again."),
        ConfigKey("sasl.login.retry.backoff.ms", .text, askedAgain, "First pause before asking again."),
    ]

    private static let oauth = [
        ConfigKey("sasl.oauthbearer.token.endpoint.url", .text, .used, "Where tokens come from: https:// or file:."),
        ConfigKey("sasl.oauthbearer.client.credentials.client.id", .text, .used, "The client's name."),
        ConfigKey("sasl.oauthbearer.client.credentials.client.secret", .text, .used, "The client's secret."),
        ConfigKey("sasl.oauthbearer.scope", .text, .used, "What tokens are asked for."),
        ConfigKey(
            "sasl.oauthbearer.header.urlencode", .boolean, .used,
            "Whether the client's name and secret are URL-encoded."),
        ConfigKey("sasl.oauthbearer.jwt.retriever.class", .text, .used, "Where tokens come from."),
        ConfigKey("sasl.oauthbearer.jwt.validator.class", .text, ofBrokers, "How a client looks at its token."),
        ConfigKey("sasl.oauthbearer.assertion.algorithm", .text, assertion, "Signature of an assertion."),
        ConfigKey("sasl.oauthbearer.assertion.claim.aud", .text, assertion, "Claim of an assertion."),
        ConfigKey("sasl.oauthbearer.assertion.claim.exp.seconds", .text, assertion, "Claim of an assertion."),
        ConfigKey("sasl.oauthbearer.assertion.claim.iss", .text, assertion, "Claim of an assertion."),
        ConfigKey("sasl.oauthbearer.assertion.claim.jti.include", .text, assertion, "Claim of an assertion."),
        ConfigKey("sasl.oauthbearer.assertion.claim.nbf.seconds", .text, assertion, "Claim of an assertion."),
        ConfigKey("sasl.oauthbearer.assertion.claim.sub", .text, assertion, "Claim of an assertion."),
        ConfigKey("sasl.oauthbearer.assertion.file", .text, assertion, "File with an assertion."),
        ConfigKey("sasl.oauthbearer.assertion.private.key.file", .text, assertion, "Key of an assertion."),
        ConfigKey("sasl.oauthbearer.assertion.private.key.passphrase", .text, assertion, "Password of that key."),
        ConfigKey("sasl.oauthbearer.assertion.template.file", .text, assertion, "Template of an assertion."),
        ConfigKey("sasl.oauthbearer.clock.skew.seconds", .text, ofBrokers, broker),
        ConfigKey("sasl.oauthbearer.expected.audience", .text, ofBrokers, broker),
        ConfigKey("sasl.oauthbearer.expected.issuer", .text, ofBrokers, broker),
        ConfigKey("sasl.oauthbearer.jwks.endpoint.refresh.ms", .text, ofBrokers, broker),
        ConfigKey("sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", .text, ofBrokers, broker),
        ConfigKey("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", .text, ofBrokers, broker),
        ConfigKey("sasl.oauthbearer.jwks.endpoint.url", .text, ofBrokers, broker),
        ConfigKey("sasl.oauthbearer.scope.claim.name", .text, ofBrokers, broker),
        ConfigKey("sasl.oauthbearer.sub.claim.name", .text, ofBrokers, broker),
    ]

    private static let tls = [
        ConfigKey("ssl.truststore.type", .text, .used, "Form of the trust store: PEM or PKCS12."),
        ConfigKey("ssl.truststore.location", .text, .used, "File with the certificates to trust."),
        ConfigKey("ssl.truststore.certificates", .text, .used, "The certificates to trust, as PEM."),
        ConfigKey("ssl.truststore.password", .text, .used, "Password of the trust store."),
        ConfigKey("ssl.keystore.type", .text, .used, "Form of the key store: PEM or PKCS12."),
        ConfigKey("ssl.keystore.location", .text, .used, "File with our certificate and its key."),
        ConfigKey("ssl.keystore.certificate.chain", .text, .used, "Our certificate and what signed it, as PEM."),
        ConfigKey("ssl.keystore.key", .text, .used, "The key of our certificate, as PEM."),
        ConfigKey("ssl.keystore.password", .text, .used, "Password of the key store."),
        ConfigKey("ssl.key.password", .text, .used, "Password of the key."),
        ConfigKey(
            "ssl.endpoint.identification.algorithm", .text, .used,
            "https: certificates must name the broker's host; empty: they need not."),
        ConfigKey("ssl.protocol", .text, .used, "TLS is 1.2 or 1.3, whichever both sides have."),
        ConfigKey("ssl.enabled.protocols", .text, .used, "TLS is 1.2 or 1.3, whichever both sides have."),
        ConfigKey(
            "ssl.cipher.suites", .text,
            refused("the names are Java's; restrict suites at the broker or in OpenSSL's configuration"),
            "Suites that may be used."),
        ConfigKey("ssl.engine.factory.class", .text, javaClass, "Class that makes TLS."),
        ConfigKey("ssl.provider", .text, javaClass, "Provider of TLS in Java."),
        ConfigKey("ssl.keymanager.algorithm", .text, ofJava, "How Java picks a key."),
        ConfigKey("ssl.trustmanager.algorithm", .text, ofJava, "How Java checks certificates."),
        ConfigKey("ssl.secure.random.implementation", .text, ofJava, "Java's source of random numbers."),
    ]
}
