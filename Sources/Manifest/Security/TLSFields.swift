import Credentials
import Diagnostics
import KafkaModel
import YAMLDocument

/// `tls` as read.
struct TLSSpecification {
    var isEnabled: Bool
    var caFile: Located<String>?
    var certFile: Located<String>?
    var keyFile: Located<String>?
    var keyPassword: Located<String>?
    var serverName: Located<String>?
    var verification: Located<Bool>?

    /// Whether a certificate must name the broker's host.
    var verifiesHostName: Bool { verification?.value ?? true }
}

/// The fields of `tls`.
enum TLSFields {
    static let enabled = Field(
        "enabled", "Whether connections use TLS; true when anything else stands here.", Shape<Bool>.boolean)
    static let caFile = Field(
        "caFile", "Certificates to trust, as PEM, relative to the manifest; the system's when absent.",
        Shape<String>.path)
    static let certFile = Field(
        "certFile", "The client's certificate and what signed it, as PEM, relative to the manifest.",
        Shape<String>.path)
    static let keyFile = Field("keyFile", "The client's key, as PEM, relative to the manifest.", Shape<String>.path)
    static let keyPassword = Field(
        "keyPassword", "Password of the key, as ${env:NAME}, ${file:path} or ${file:path:key}.", Shape<String>.secret)
    static let serverName = Field(
        "serverName", "Name expected in the brokers' certificates instead of their host names.", Shape<String>.text)
    static let verifyHostname = Field(
        "verifyHostname", "Whether the certificate must name the broker's host.", Shape<Bool>.boolean, fallback: true)

    static let all: [any FieldDescription] = [
        enabled, caFile, certFile, keyFile, keyPassword, serverName, verifyHostname,
    ]

    static let shape = Shape<TLSSpecification>.object(all) { reader in
        let isEnabled = reader.take(enabled)
        let tls = TLSSpecification(
            isEnabled: isEnabled?.value ?? !reader.presentKeys.isEmpty, caFile: reader.take(caFile),
            certFile: reader.take(certFile), keyFile: reader.take(keyFile), keyPassword: reader.take(keyPassword),
            serverName: reader.take(serverName), verification: reader.take(verifyHostname))
        check(tls)
        return tls
    }

    private static func check(_ tls: TLSSpecification) {
        let others = [
            ("caFile", tls.caFile), ("certFile", tls.certFile), ("keyFile", tls.keyFile),
            ("keyPassword", tls.keyPassword), ("serverName", tls.serverName),
        ]
        guard tls.isEnabled else {
            for case (let name, let located?) in others {
                located.spot.report(
                    ManifestCode.noEffect, "tls.\(name) has no effect while tls.enabled is false", severity: .warning)
            }
            return
        }
        if let certificate = tls.certFile, tls.keyFile == nil {
            certificate.spot.report(
                ManifestCode.security, "tls.certFile needs tls.keyFile",
                hint: "name the file with the certificate's key")
        }
        if let key = tls.keyFile, tls.certFile == nil {
            key.spot.report(
                ManifestCode.security, "tls.keyFile needs tls.certFile", hint: "name the file with the certificate")
        }
        if let password = tls.keyPassword, tls.keyFile == nil {
            password.spot.report(ManifestCode.security, "tls.keyPassword needs tls.keyFile")
        }
        guard let verification = tls.verification, !verification.value else { return }
        verification.spot.report(
            ManifestCode.unverifiedHosts,
            "host names are not verified: any server with a certificate of a trusted authority is believed",
            severity: .warning, hint: "name the host of the certificates with serverName instead")
    }
}

extension TLSSpecification {
    /// What is declared; nil without TLS.
    var declaration: TLSDeclaration? {
        guard isEnabled else { return nil }
        var identity: TLSDeclaration.Identity?
        if let certFile, let keyFile {
            identity = .pemFiles(
                certificate: certFile.value, key: keyFile.value, password: keyPassword.map { Secret($0.value) })
        }
        return TLSDeclaration(
            trust: caFile.map { .pemFile($0.value) } ?? .system, identity: identity, serverName: serverName?.value,
            verifiesHostName: verifiesHostName)
    }
}

extension Shape where Value == String {
    /// The path of a file; references do not belong here.
    static var path: Shape {
        Shape(["type": "string", "minLength": 1]) { node, path in
            guard let text = Shape.text.read(node, path) else { return nil }
            guard !text.contains("${"), !text.contains("\0") else {
                node.spot.report(ManifestCode.reference, "\(path) takes the path of a file, not a reference")
                return nil
            }
            return text
        }
    }

    /// Text that may contain references and is no secret.
    static var referencedText: Shape {
        Shape(["type": "string", "minLength": 1]) { node, path in
            guard let text = Shape.text.read(node, path), ReferencedText.check(text, at: node.spot, path: path) else {
                return nil
            }
            return text
        }
    }
}
