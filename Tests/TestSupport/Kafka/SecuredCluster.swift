import Foundation

/// A real cluster with TLS and SASL listeners and an authorizer, made from an unpacked Kafka and `openssl`.
///
/// `cluster.bootstrapServers` is its plaintext listener, where everybody is a super user: for probes and tools that set
/// the scene. Clients under test use `servers(_:)` of one of the secured listeners.
package struct SecuredCluster: Sendable {
    /// The brokers.
    package let cluster: RealCluster
    /// Whom clients must trust, and who signs client certificates.
    package let authority: CertificateAuthority
    private let security: BrokerSecurity

    /// The password of a user; there are admin (super user), alice, bob, mirror and test-user.
    package static func password(of user: String) -> String { BrokerSecurity.users[user] ?? "" }

    /// Starts a cluster whose certificates come from `authority`, by default that of all shared clusters.
    package static func start(
        _ installation: KafkaInstallation, brokers: Int = 1, settings: [String: String] = [:],
        authority: CertificateAuthority? = nil
    ) async throws -> SecuredCluster {
        let authority = if let authority { authority } else { try await CertificateAuthority.shared() }
        return try await FreePorts.withTaken { try await start(installation, brokers, settings, authority) }
    }

    private static func start(
        _ installation: KafkaInstallation, _ brokers: Int, _ settings: [String: String],
        _ authority: CertificateAuthority
    ) async throws -> SecuredCluster {
        let folder = try TemporaryDirectory("tls")
        let ports = try FreePorts.take(brokers * SecuredListener.allCases.count)
        let shares = SecuredListener.allCases.enumerated().map { index, listener in
            (listener, Array(ports[index * brokers..<(index + 1) * brokers]))
        }
        let security = BrokerSecurity(
            ports: Dictionary(uniqueKeysWithValues: shares), folder: folder, authorityFile: authority.certificateFile)
        let good = try await authority.issue(commonName: "localhost")
        for listener in SecuredListener.allCases where listener.usesTLS {
            let certificate =
                switch listener {
                case .expired: try await authority.issue(commonName: "localhost", flaw: .expired)
                case .misnamed: try await authority.issue(commonName: "elsewhere", names: "DNS:elsewhere.example")
                default: good
                }
            try folder.write("\(listener.rawValue).pem", certificate.keyStore())
        }
        let cluster = try await RealCluster.start(
            installation, brokers: brokers, settings: settings, security: security)
        return SecuredCluster(cluster: cluster, authority: authority, security: security)
    }

    /// "localhost:20101,…" of one listener, for clients.
    package func servers(_ listener: SecuredListener) -> String {
        (security.ports[listener] ?? []).map { "localhost:\($0)" }.joined(separator: ",")
    }

    /// Port of each broker on one listener.
    package func ports(_ listener: SecuredListener) -> [UInt16] { security.ports[listener] ?? [] }

    /// Kafka client properties of a user, without `bootstrap.servers`.
    ///
    /// - Parameter mechanism: Kafka's name of the SASL mechanism; not used on the listener `mutual`.
    package func clientProperties(
        _ user: String, _ listener: SecuredListener = .secure, mechanism: String = "SCRAM-SHA-512"
    ) async throws -> [String: String] {
        var properties = ["security.protocol": listener.securityProtocol]
        if listener.usesTLS {
            properties["ssl.truststore.type"] = "PEM"
            properties["ssl.truststore.location"] = authority.certificateFile
        }
        if listener == .mutual {
            let certificate = try await authority.issue(commonName: user)
            properties["ssl.keystore.type"] = "PEM"
            properties["ssl.keystore.location"] = try security.folder.write(
                "\(uniqueName(user)).pem", certificate.keyStore())
        } else {
            properties["sasl.mechanism"] = mechanism
            properties["sasl.jaas.config"] = Self.loginModule(user, mechanism)
        }
        return properties
    }

    /// `sasl.jaas.config` of a client that is one of the users.
    package static func loginModule(_ user: String, _ mechanism: String) -> String {
        let package = "org.apache.kafka.common.security"
        let login = "username=\"\(user)\" password=\"\(password(of: user))\";"
        return switch mechanism {
        case "PLAIN": "\(package).plain.PlainLoginModule required \(login)"
        case "OAUTHBEARER":
            "\(package).oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"\(user)\";"
        default: "\(package).scram.ScramLoginModule required \(login)"
        }
    }

    /// Writes the client properties of a user to a file and returns it, for `--command-config`.
    ///
    /// - Parameter servers: whether `bootstrap.servers` stands in it too.
    package func commandConfig(
        _ user: String, _ listener: SecuredListener = .secure, mechanism: String = "SCRAM-SHA-512",
        servers: Bool = false
    ) async throws -> String {
        var properties = try await clientProperties(user, listener, mechanism: mechanism)
        if servers { properties["bootstrap.servers"] = self.servers(listener) }
        let text = properties.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
        return try security.folder.write("\(uniqueName(user)).properties", text)
    }

    /// A token as Kafka's unsecured OAUTHBEARER validator takes it: claims without a signature.
    package static func unsecuredToken(_ user: String, lifetime seconds: Double = 3600) -> String {
        func part(_ json: String) -> String {
            Data(json.utf8).base64EncodedString().replacingOccurrences(of: "+", with: "-")
                .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
        }
        let now = Date().timeIntervalSince1970
        let claims = "{\"sub\":\"\(user)\",\"iat\":\(Int(now)),\"exp\":\(Int(now + seconds))}"
        return "\(part("{\"alg\":\"none\"}")).\(part(claims))."
    }

    /// Gives one listener of a running cluster another certificate, as an operator does.
    package func replaceCertificate(of listener: SecuredListener, with certificate: IssuedCertificate) async throws {
        let file = try security.folder.write("\(uniqueName(listener.rawValue)).pem", certificate.keyStore())
        for number in 1...cluster.ports.count {
            try await alter(
                ["--entity-type", "brokers", "--entity-name", "\(number)"],
                "listener.name.\(listener.rawValue).ssl.keystore.location=\(file)")
        }
    }

    /// Lets one listener take these SASL mechanisms only, from the next start of each broker on.
    package func offer(_ mechanisms: [String], on listener: SecuredListener) async throws {
        let setting = "listener.name.\(listener.rawValue).sasl.enabled.mechanisms"
        for number in 1...cluster.ports.count {
            try await cluster.change([setting: mechanisms.joined(separator: ",")], broker: number)
        }
    }

    /// Gives a user another SCRAM password; a user that is not there is made.
    package func changePassword(
        of user: String, to password: String, mechanisms: [String] = ["SCRAM-SHA-256", "SCRAM-SHA-512"]
    ) async throws {
        // Kafka takes one credential of a user a request.
        for mechanism in mechanisms {
            try await alter(["--entity-type", "users", "--entity-name", user], "\(mechanism)=[password=\(password)]")
        }
    }

    private func alter(_ entity: [String], _ configs: String) async throws {
        let run = try await KafkaTools(cluster.installation).run(
            "kafka-configs.sh",
            ["--bootstrap-server", cluster.bootstrapServers, "--alter"] + entity + ["--add-config", configs])
        guard run.exit == .code(0) else { throw HarnessError("\(run.title): \(run.output)\(run.errorOutput)") }
    }

    /// Allows a user operations with `kafka-acls.sh`, such as `["--operation", "Read", "--topic", "a"]`.
    package func allow(_ user: String, _ arguments: [String]) async throws {
        let run = try await KafkaTools(cluster.installation).run(
            "kafka-acls.sh",
            ["--bootstrap-server", cluster.bootstrapServers, "--add", "--allow-principal", "User:\(user)"] + arguments)
        guard run.exit == .code(0) else { throw HarnessError("\(run.title): \(run.output)\(run.errorOutput)") }
    }
}
