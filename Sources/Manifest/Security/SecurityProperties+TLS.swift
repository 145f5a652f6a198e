import Credentials
import KafkaModel

extension SecurityProperties {
    mutating func readTLS() -> TLSDeclaration? {
        checkProtocols()
        let trust = readTrust("ssl.truststore", from: values, at: nil)
        let identity = readIdentity()
        return TLSDeclaration(trust: trust, identity: identity, verifiesHostName: readVerification())
    }

    /// Kafka takes an empty value for "do not compare host names".
    private mutating func readVerification() -> Bool {
        let key = "ssl.endpoint.identification.algorithm"
        guard let algorithm = values[key], algorithm.lowercased() != "https" else { return true }
        guard algorithm.isEmpty else {
            report(key, "property \"\(key)\" must be https or empty")
            return true
        }
        warn(
            key, "host names are not verified: any server with a certificate of a trusted authority is believed",
            "remove it, and give the brokers certificates with their host names", .unverifiedHosts)
        return false
    }

    private mutating func checkProtocols() {
        for key in ["ssl.protocol", "ssl.enabled.protocols"] {
            guard let value = values[key] else { continue }
            let names = value.split(separator: ",").map { $0.filter { $0 != " " } }
            let isModern = names.contains("TLSv1.2") || names.contains("TLSv1.3") || names == ["TLS"]
            guard isModern else {
                report(key, "property \"\(key)\" asks for \(value), which is not available", "TLS is 1.2 or 1.3")
                continue
            }
            if names == ["TLS"] || (names.contains("TLSv1.3") && key == "ssl.protocol") { continue }
            if names.contains("TLSv1.2"), names.contains("TLSv1.3") { continue }
            warn(
                key, "property \"\(key)\" has no effect: TLS 1.3 or 1.2 is used, whichever both sides have",
                "restrict it at the broker if you must")
        }
    }

    /// Whom to trust, from keys that begin with `ssl.truststore`.
    ///
    /// - Parameter place: the key that problems are reported at, when `values` are not the properties themselves.
    mutating func readTrust(
        _ prefix: String, from values: [String: String], at place: String?
    ) -> TLSDeclaration.Trust {
        let (typeKey, locationKey) = ("\(prefix).type", "\(prefix).location")
        let (passwordKey, inlineKey) = ("\(prefix).password", "\(prefix).certificates")
        let isPEM = values[typeKey]?.uppercased() == "PEM"
        if let inline = values[inlineKey] {
            guard isPEM, values[locationKey] == nil else {
                report(
                    place ?? inlineKey, "property \"\(inlineKey)\" needs \(typeKey) PEM, and no \(locationKey)")
                return .system
            }
            return .pem(Secret(inline))
        }
        guard let location = values[locationKey] else {
            if let key = [typeKey, passwordKey].first(where: { values[$0] != nil }) {
                warn(place ?? key, "property \"\(key)\" has no effect without \(locationKey)")
            }
            return .system
        }
        if isPEM {
            refuseStorePassword(passwordKey, values, at: place)
            checkPEM(location, at: place ?? locationKey, PEMText.checkCertificates)
            return .pemFile(location)
        }
        checkStore(location, typeKey, locationKey, values, at: place)
        return .store(file: location, password: values[passwordKey].map { Secret($0) })
    }

    private mutating func readIdentity() -> TLSDeclaration.Identity? {
        let keyPassword = values["ssl.key.password"].map { Secret($0) }
        let isPEM = values["ssl.keystore.type"]?.uppercased() == "PEM"
        let inline = ["ssl.keystore.key", "ssl.keystore.certificate.chain"]
        if let given = inline.first(where: { values[$0] != nil }) {
            guard isPEM, values["ssl.keystore.location"] == nil else {
                report(given, "property \"\(given)\" needs ssl.keystore.type PEM, and no ssl.keystore.location")
                return nil
            }
            guard let key = values[inline[0]], let chain = values[inline[1]] else {
                report(given, "\(inline[0]) and \(inline[1]) belong together; one is missing")
                return nil
            }
            return .pem(chain: Secret(chain), key: Secret(key), password: keyPassword)
        }
        guard let location = values["ssl.keystore.location"] else {
            let unused = ["ssl.keystore.type", "ssl.keystore.password", "ssl.key.password"]
            if let key = unused.first(where: { values[$0] != nil }) {
                warn(key, "property \"\(key)\" has no effect without ssl.keystore.location")
            }
            return nil
        }
        if isPEM {
            refuseStorePassword("ssl.keystore.password", values, at: nil)
            checkPEM(location, at: "ssl.keystore.location", PEMText.checkKey)
            checkPEM(location, at: "ssl.keystore.location", PEMText.checkCertificates)
            return .pemFiles(certificate: location, key: location, password: keyPassword)
        }
        checkStore(location, "ssl.keystore.type", "ssl.keystore.location", values, at: nil)
        guard let password = values["ssl.keystore.password"] else {
            report("ssl.keystore.location", "\"ssl.keystore.password\" is missing; a PKCS#12 store needs it")
            return nil
        }
        if let other = values["ssl.key.password"], other != password {
            warn(
                "ssl.key.password",
                "property \"ssl.key.password\" has no effect: the key of a PKCS#12 store has "
                    + "the store's password")
        }
        return .store(file: location, password: Secret(password))
    }

    /// Kafka refuses a store password beside PEM as well.
    private mutating func refuseStorePassword(_ key: String, _ values: [String: String], at place: String?) {
        guard values[key] != nil else { return }
        report(place ?? key, "property \"\(key)\" does not go with PEM", "an encrypted key takes ssl.key.password")
    }

    private mutating func checkPEM(
        _ path: String, at key: String, _ check: ([UInt8]) throws(PEMText.Problem) -> Void
    ) {
        guard !path.contains("${"), let content = peek(path) else { return }
        do throws(PEMText.Problem) {
            try check(content)
        } catch {
            report(key, "the file \"\(path)\" \(error)")
        }
    }

    /// A store that is not PEM: what it is decides, else what it is said to be.
    private mutating func checkStore(
        _ path: String, _ typeKey: String, _ locationKey: String, _ values: [String: String], at place: String?
    ) {
        guard !path.contains("${") else {
            report(place ?? locationKey, "property \"\(locationKey)\" takes no reference", "write the store's path")
            return
        }
        let type = values[typeKey]?.uppercased()
        if let type, !["PKCS12", "PKCS#12", "JKS"].contains(type) {
            let hint = type == "JCEKS" ? "convert it: \(KeyStoreForm.conversion(path))" : "use PEM or PKCS12"
            report(place ?? typeKey, "key stores of type \(type.prefix(20)) are not available", hint)
            return
        }
        switch peek(path).map({ KeyStoreForm($0) }) {
        case .java:
            refuseJava(path, typeKey, locationKey, at: place)
        case .pem:
            report(place ?? locationKey, "the file \"\(path)\" is PEM", "write \(typeKey) PEM")
        case .unknown:
            report(place ?? locationKey, "the file \"\(path)\" is no key store", "use PEM or PKCS12")
        case .pkcs12: break
        case nil where type == "JKS" || (type == nil && path.hasSuffix(".jks")):
            refuseJava(path, typeKey, locationKey, at: place)
        case nil: break
        }
    }

    private mutating func refuseJava(_ path: String, _ typeKey: String, _ locationKey: String, at place: String?) {
        report(
            place ?? locationKey, "the key store \"\(path)\" is in Java's own format, which only Java reads",
            "convert it: \(KeyStoreForm.conversion(path)); then name that file, with \(typeKey) PKCS12")
    }
}
