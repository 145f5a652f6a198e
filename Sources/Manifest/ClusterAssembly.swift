import Diagnostics
import KafkaModel
import YAMLDocument

/// Makes a cluster of its document and the files that the document names.
struct ClusterAssembly {
    let name: String
    let spot: YAMLSpot
    let read: ClusterSpecification
    let attachments: Attachments
    /// Link configs that a link of this cluster says for itself.
    var linkConfigs: Set<String> = []

    /// The cluster; nil when something is wrong, which was reported.
    func assemble() -> ClusterSpec? {
        refuseTwoWays()
        var spec = ClusterSpec(
            name: name, place: spot.place, clusterId: read.clusterId, access: read.access,
            bootstrapServers: read.bootstrapServers?.value.map(\.value) ?? [])
        let written = read.properties.compactMapValues { located in
            located.value.map { Located(value: $0, spot: located.spot) }
        }
        var values = written
        if let file = read.propertiesFile {
            values = readFile(file, written, &spec)
        } else if read.tls != nil || read.authentication != nil {
            spec.security = fields()
            spec.identity = spec.security.inWords
            spec.securityFacts = SecurityFacts(folder: folder).fields(read.tls, read.authentication)
        } else {
            warnOfPlainText(written)
            guard let security = interpret(written, folder: folder) else { return nil }
            spec.security = security
            spec.identity = security.inWords
            spec.securityFacts = SecurityFacts(folder: folder).properties(written)
        }
        checkProviders(values)
        spec.properties = values.mapValues(\.value).filter {
            !SecurityProperties.isSecurity($0.key) && ConfigTable.clientProperties.isUsed($0.key)
        }
        guard !spec.bootstrapServers.isEmpty || spec.propertiesFile != nil else {
            if !read.present.contains(ClusterFields.bootstrapServers.name) {
                read.spot.report(
                    YAMLCode.missingKey, "\"bootstrapServers\" is missing in spec",
                    hint: read.propertiesFile == nil ? nil : "or set bootstrap.servers in the properties file")
            }
            return nil
        }
        return spec
    }

    private var folder: String { Attachments.folder(of: spot.source.name) }

    /// One way to say how connections are protected, not two.
    private func refuseTwoWays() {
        let fields = ["tls", "authentication"].filter(read.present.contains)
        if let file = read.propertiesFile, let field = fields.first {
            file.spot.report(
                ManifestCode.conflict, "propertiesFile and \(field) exclude each other", hint: "keep one of them",
                related: [read.tls?.spot ?? read.authentication?.spot].compactMap { $0.map { .init($0.place) } })
        }
        guard let other = read.propertiesFile == nil ? fields.first : "propertiesFile" else { return }
        for (key, value) in read.properties.sorted(by: { $0.key < $1.key })
        where SecurityProperties.isSecurity(key)
            && !(read.propertiesFile != nil && key == SecurityProperties.allowPlaintext)
        {
            value.spot.report(
                ManifestCode.conflict, "property \"\(key)\" and \(other) exclude each other",
                hint: "say it in \(other), or say all of it in properties")
        }
    }

    // MARK: Fields

    private func fields() -> ClusterSecurity {
        let security = ClusterSecurity(
            tls: read.tls?.value.declaration, authentication: read.authentication?.value.declaration(tls: read.tls),
            allowsPlaintext: read.authentication?.value.allowsPlaintext ?? false, folder: folder)
        guard let tls = read.tls?.value, tls.isEnabled else {
            return security.authentication == nil ? ClusterSecurity() : security
        }
        check(tls.caFile, PEMText.checkCertificates)
        check(tls.certFile, PEMText.checkCertificates)
        check(tls.keyFile, PEMText.checkKey)
        return security
    }

    /// The form of a file, when it is there: a check of manifests needs no secrets.
    private func check(_ file: Located<String>?, _ check: ([UInt8]) throws(PEMText.Problem) -> Void) {
        guard let file, case .success(let content) = attachments.peek(path(file.value)) else { return }
        do throws(PEMText.Problem) {
            try check(content)
        } catch {
            let form = KeyStoreForm(content)
            let hint = form == .pkcs12 || form == .java ? "tls takes PEM; for a key store use properties (ssl.…)" : nil
            file.spot.report(ManifestCode.security, "the file \"\(file.value)\" \(error)", hint: hint)
        }
    }

    private func path(_ written: String) -> String { written.hasPrefix("/") ? written : folder + written }

    // MARK: Properties

    private func interpret(_ values: [String: Located<String>], folder: String) -> ClusterSecurity? {
        var reading = SecurityProperties(values.mapValues(\.value)) { written in
            let path = written.hasPrefix("/") ? written : folder + written
            if case .success(let content) = attachments.peek(path) { return content }
            return nil
        }
        let security = reading.read(folder: folder)
        for problem in reading.problems {
            (values[problem.key]?.spot ?? spot).report(
                problem.code, problem.summary, severity: problem.severity, hint: problem.hint)
        }
        return security
    }

    private func warnOfPlainText(_ values: [String: Located<String>]) {
        for (key, value) in values.sorted(by: { $0.key < $1.key })
        where SecurityProperties.isPlainTextSecret(key, value.value) {
            value.spot.report(
                ManifestCode.plainTextSecret, "property \"\(key)\" is a secret in plain text", severity: .warning,
                hint: "write \"${env:NAME}\" or \"${file:path}\" and keep the secret out of git")
        }
    }

    /// Providers of Kafka's own would be asked for references that Lockstep does not know.
    private func checkProviders(_ values: [String: Located<String>]) {
        guard let providers = values["config.providers"] else { return }
        let others = providers.value.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
            .filter { $0 != "env" && $0 != "file" }
        guard let other = others.first else { return }
        providers.spot.report(
            ManifestCode.notAvailable, "config provider \"\(other.prefix(40))\" is not available",
            hint: "references are ${env:NAME}, ${file:path} and ${file:path:key}")
    }

    // MARK: Properties file

    /// Takes from the file what is no secret; answers all properties, the manifest's own before the file's.
    private func readFile(
        _ file: Located<String>, _ written: [String: Located<String>], _ spec: inout ClusterSpec
    ) -> [String: Located<String>] {
        let path = path(file.value)
        let allows = written[SecurityProperties.allowPlaintext]
        spec.propertiesFile = PropertiesFileReference(
            path: path, allowsPlaintext: allows?.value.lowercased() == "true")
        spec.securityFacts = [SecurityFact("propertiesFile", path, at: file.spot.place)]
        let content: [UInt8]
        switch attachments.peek(path) {
        case .success(let bytes): content = bytes
        case .failure(let problem):
            // A check of manifests needs no secrets, and this file holds some.
            file.spot.report(
                YAMLCode.unreadable, "the file \"\(path)\" cannot be read: \(problem.reason)", severity: .warning,
                hint: "nothing can be connected without it")
            return written
        }
        let properties = PropertiesFile(attachments.source(of: path, content), linkConfigs: linkConfigs)
        takeServers(properties, &spec)
        var secured = properties.values
        if let allows { secured[SecurityProperties.allowPlaintext] = allows }
        let security = interpret(secured, folder: Attachments.folder(of: path))
        spec.identity = security?.inWords
        spec.securityFacts += SecurityFacts(folder: Attachments.folder(of: path)).properties(secured)
        attachments.add(ManifestInput(name: path, bytes: Self.digested(properties, spec)))
        return properties.values.merging(written) { _, own in own }
    }

    private func takeServers(_ properties: PropertiesFile, _ spec: inout ClusterSpec) {
        guard let servers = properties.bootstrapServers else {
            if spec.bootstrapServers.isEmpty, !read.present.contains(ClusterFields.bootstrapServers.name) {
                read.propertiesFile?.spot.report(
                    YAMLCode.missingKey, "neither bootstrapServers nor bootstrap.servers in the properties file")
            }
            return
        }
        if spec.bootstrapServers.isEmpty {
            if !read.present.contains(ClusterFields.bootstrapServers.name) { spec.bootstrapServers = servers.value }
        } else if spec.bootstrapServers != servers.value {
            servers.spot.report(
                ManifestCode.noEffect, "property \"bootstrap.servers\" has no effect: the Cluster has bootstrapServers",
                severity: .warning, related: [read.bootstrapServers?.spot].compactMap { $0.map { .init($0.place) } })
        }
    }

    /// What of the file counts as a part of the manifests: everything but what may be a secret.
    private static func digested(_ properties: PropertiesFile, _ spec: ClusterSpec) -> [UInt8] {
        let open = properties.values.filter { !SecretMask.looksSecret($0.key) }.mapValues(\.value)
        let lines = open.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }
        let servers = spec.bootstrapServers.map(\.description).joined(separator: ",")
        return Array((lines.joined() + "\(servers)\n\(spec.identity ?? "")\n").utf8)
    }
}

extension SecurityProperties {
    /// Whether a value of this key is a secret that is written out.
    static func isPlainTextSecret(_ key: String, _ value: String) -> Bool {
        let isSecret =
            key.hasSuffix(".password") || key.hasSuffix(".passphrase") || key.hasSuffix(".secret")
            || key == "ssl.keystore.key"
        guard key == "sasl.jaas.config" else { return isSecret && isSecurity(key) && !value.contains("${") }
        guard let jaas = try? JAASConfig(value) else { return false }
        return ["password", "clientSecret"].contains { jaas.options[$0]?.contains("${") == false }
    }
}
