import Credentials
import KafkaConnection
import KafkaModel
import Manifest
import TLS

/// Turns what is declared into what connections need, with the content of files and variables as it is now.
struct SecurityResolution: Sendable {
    /// Who Lockstep is to a broker; a token may yet have to be asked for.
    enum Identity: Sendable {
        case ready(SASLCredentials)
        case endpoint(TokenRequest)
        case unsecured(UnsecuredToken)
    }

    /// Everything that could be read.
    struct Result: Sendable {
        var tls: TLSOptions?
        var identity: Identity?
        var allowsPlaintext: Bool
        /// Whether the properties file, if there is one, has stayed as it is for a while.
        var isSettled = true

        /// Whether there is anything that protects a connection.
        var isProtected: Bool { tls != nil || identity != nil }
    }

    let security: ClusterSecurity
    let propertiesFile: PropertiesFileReference?
    let sources: SecretSources

    /// Reads everything that is declared.
    func resolve() throws(ResolutionFailure) -> Result {
        var security = self.security
        if let propertiesFile { security = try declared(in: propertiesFile) }
        if case .referenced(_, let properties)? = security.authentication {
            security = try declared(properties, in: security.folder)
        }
        var result = Result(allowsPlaintext: security.allowsPlaintext)
        if let tls = security.tls {
            let options = try options(tls, in: security)
            try Self.check(options)
            result.tls = options
        }
        if let authentication = security.authentication {
            result.identity = try identity(authentication, in: security)
        }
        // After reading: whatever changed before shows in the file's times.
        if let propertiesFile { result.isSettled = sources.files.isSettled(propertiesFile.path) }
        return result
    }

    // MARK: Properties

    private func declared(in file: PropertiesFileReference) throws(ResolutionFailure) -> ClusterSecurity {
        let content = try sources.content(file.path, "the properties file")
        do throws(SecurityProblem) {
            return try SecurityReading.file(content, at: file) { sources.peek($0, in: file.folder) }
        } catch {
            throw ResolutionFailure(sentence: "the file \"\(file.path)\": \(error.sentence)", isUnfinished: true)
        }
    }

    /// Properties whose JAAS text was behind a reference.
    private func declared(
        _ properties: [String: Secret], in folder: String
    ) throws(ResolutionFailure) -> ClusterSecurity {
        let key = "sasl.jaas.config"
        var values = properties.mapValues { $0.reveal() }
        if let jaas = properties[key] { values[key] = try sources.text(jaas, "property \(key)", in: folder).reveal() }
        do throws(SecurityProblem) {
            return try SecurityReading.properties(values, folder: folder) { sources.peek($0, in: folder) }
        } catch {
            throw ResolutionFailure(sentence: error.sentence, isUnfinished: true)
        }
    }

    // MARK: TLS

    private func options(
        _ tls: TLSDeclaration, in security: ClusterSecurity
    ) throws(ResolutionFailure) -> TLSOptions {
        TLSOptions(
            trustedCertificates: try trusted(tls.trust, in: security),
            identity: try tls.identity.map { identity throws(ResolutionFailure) in
                try own(identity, in: security)
            }, serverName: tls.serverName, verifiesHostName: tls.verifiesHostName)
    }

    private func trusted(
        _ trust: TLSDeclaration.Trust, in security: ClusterSecurity
    ) throws(ResolutionFailure) -> [UInt8]? {
        let what = "the certificates to trust"
        switch trust {
        case .system: return nil
        case .pemFile(let path): return try sources.pem(security.path(path), what, PEMText.checkCertificates)
        case .pem(let text): return try sources.pem(text, what, in: security.folder, PEMText.checkCertificates)
        case .store(let file, let password):
            let path = security.path(file)
            let content = try store(path, what)
            let secret = try password.map { password throws(ResolutionFailure) in
                try sources.text(password, "the password of the trust store", in: security.folder)
            }
            do throws(TLSError) {
                return try PKCS12Certificates.pem(content, password: secret)
            } catch {
                throw ResolutionFailure(sentence: "the trust store \"\(path)\": \(error)", isUnfinished: true)
            }
        }
    }

    private func own(
        _ identity: TLSDeclaration.Identity, in security: ClusterSecurity
    ) throws(ResolutionFailure) -> TLSIdentity {
        func secret(_ text: Secret?, _ what: String) throws(ResolutionFailure) -> Secret? {
            guard let text else { return nil }
            return try sources.text(text, what, in: security.folder)
        }
        switch identity {
        case .pemFiles(let certificate, let key, let password):
            let chain = try sources.pem(
                security.path(certificate), "the client certificate", PEMText.checkCertificates)
            let keyText = try sources.pem(security.path(key), "the client key", PEMText.checkKey)
            return .pem(
                certificateChain: chain, key: Secret(String(decoding: keyText, as: UTF8.self)),
                password: try secret(password, "the password of the client key"))
        case .pem(let chain, let key, let password):
            let certificates = try sources.pem(
                chain, "the client certificate", in: security.folder, PEMText.checkCertificates)
            let keyText = try sources.pem(key, "the client key", in: security.folder, PEMText.checkKey)
            return .pem(
                certificateChain: certificates, key: Secret(String(decoding: keyText, as: UTF8.self)),
                password: try secret(password, "the password of the client key"))
        case .store(let file, let password):
            let content = try store(security.path(file), "the key store")
            return .pkcs12(
                base64: Secret(Base64.encode(content)),
                password: try secret(password, "the password of the key store") ?? Secret(""))
        }
    }

    /// A key store; what is none is told apart from one that Java keeps to itself.
    private func store(_ path: String, _ what: String) throws(ResolutionFailure) -> [UInt8] {
        let content = try sources.content(path, what)
        switch KeyStoreForm(content) {
        case .pkcs12: return content
        case .java:
            throw ResolutionFailure(
                sentence: "\(what): the file \"\(path)\" is in Java's own format, which only Java reads; convert it: "
                    + KeyStoreForm.conversion(path), isUnfinished: false)
        case .pem:
            throw ResolutionFailure(
                sentence: "\(what): the file \"\(path)\" is PEM; write type PEM", isUnfinished: false)
        case .unknown:
            throw ResolutionFailure(
                sentence: "\(what): the file \"\(path)\" is no PKCS#12 store; is it complete?", isUnfinished: true)
        }
    }

    /// Certificates and keys that do not fit together are found here, before a connection is made with them.
    private static func check(_ options: TLSOptions) throws(ResolutionFailure) {
        do throws(TLSError) {
            _ = try TLSContext.client(options)
        } catch {
            throw ResolutionFailure(sentence: "\(error)", isUnfinished: true)
        }
    }

    // MARK: Authentication

    private func identity(
        _ authentication: AuthenticationDeclaration, in security: ClusterSecurity
    ) throws(ResolutionFailure) -> Identity {
        func text(_ secret: Secret, _ what: String) throws(ResolutionFailure) -> Secret {
            try sources.text(secret, what, in: security.folder)
        }
        switch authentication {
        case .plain(let username, let password):
            return .ready(
                .plain(
                    username: try text(username, "the user name").reveal(), password: try text(password, "the password")
                ))
        case .scram(let hash, let username, let password):
            return .ready(
                .scram(
                    hash, username: try text(username, "the user name").reveal(),
                    password: try text(password, "the password")))
        case .token(.value(let token)): return .ready(.oauthBearer(token: try text(token, "the token")))
        case .token(.file(let file)):
            return .ready(.oauthBearer(token: try text(Secret("${file:\(file)}"), "the token")))
        case .token(.unsecured(let token)): return .unsecured(token)
        case .token(.endpoint(let endpoint)):
            return .endpoint(
                TokenRequest(
                    url: endpoint.url, clientId: try text(endpoint.clientId, "the client's name").reveal(),
                    clientSecret: try text(endpoint.clientSecret, "the client's secret"), scope: endpoint.scope,
                    encodesCredentials: endpoint.encodesCredentials,
                    trustedCertificates: try trusted(endpoint.trust, in: security)))
        case .referenced:
            throw ResolutionFailure(
                sentence: "property sasl.jaas.config is a reference to a reference; write the login module where the "
                    + "first one points to", isUnfinished: false)
        }
    }
}
