import Foundation

/// A certificate authority of the tests: makes certificates with the system's `openssl`.
///
/// Keys are of the curve P-256, so that one is made in milliseconds.
package final class CertificateAuthority: Sendable {
    /// What is wrong with a certificate, for tests of what happens then.
    package enum Flaw: Sendable {
        /// It ended a day before it began.
        case expired
    }

    private let folder: TemporaryDirectory
    private let name: String

    /// The authority's own certificate, as a PEM file.
    package var certificateFile: String { folder.file("ca.pem") }

    /// Makes the key and the certificate of an authority called `name`.
    package init(_ name: String = "Lockstep test authority") async throws {
        self.name = name
        folder = try TemporaryDirectory("authority")
        try await openssl(
            ["req", "-x509"] + Self.newKey + [
                "-days", "30", "-subj", "/CN=\(name)", "-keyout", "ca.key", "-out", "ca.pem",
            ])
    }

    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]

    /// The authority that the shared clusters' certificates come from.
    package static func shared() async throws -> CertificateAuthority { try await Cache.shared.authority() }

    private actor Cache {
        static let shared = Cache()
        private var task: Task<CertificateAuthority, any Error>?

        func authority() async throws -> CertificateAuthority {
            let task = task ?? Task { try await CertificateAuthority() }
            self.task = task
            return try await task.value
        }
    }

    /// Makes a key and a certificate for it.
    ///
    /// - Parameters:
    ///   - commonName: the subject's `CN`; Kafka makes the principal of a client out of it. More parts of the subject
    ///     may follow as openssl writes them, such as `app/O=Acme`.
    ///   - names: as openssl writes them, such as `DNS:localhost,IP:127.0.0.1`.
    package func issue(
        commonName: String, names: String = "DNS:localhost,IP:127.0.0.1", flaw: Flaw? = nil
    ) async throws -> IssuedCertificate {
        let base = "\(UUID().uuidString.prefix(8).lowercased())"
        try folder.write("\(base).ext", "subjectAltName=\(names)\n")
        try await openssl(
            ["req", "-utf8"] + Self.newKey + [
                "-subj", "/CN=\(commonName)", "-keyout", "\(base).key", "-out", "\(base).csr",
            ])
        let days = flaw == .expired ? "-1" : "30"
        // A serial of its own: several may be issued at the same time.
        let serial = "0x00\(UUID().uuidString.filter { $0 != "-" })"
        try await openssl([
            "x509", "-req", "-in", "\(base).csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", serial,
            "-days", days, "-extfile", "\(base).ext", "-out", "\(base).pem",
        ])
        return IssuedCertificate(
            folder: folder, certificateFile: folder.file("\(base).pem"), keyFile: folder.file("\(base).key"),
            authorityFile: certificateFile)
    }

    private func openssl(_ arguments: [String]) async throws {
        try await Self.openssl(arguments, in: folder.path)
    }

    fileprivate static func openssl(_ arguments: [String], in directory: String) async throws {
        let run = try await CommandRun.run(["openssl"] + arguments, directory: directory)
        guard run.exit == .code(0) else {
            throw HarnessError("\(run.title) ended with \(run.exit):\n\(run.errorOutput)")
        }
    }
}

/// A certificate with its key, as files.
package struct IssuedCertificate: Sendable {
    /// Kept alive with the files in it.
    fileprivate let folder: TemporaryDirectory
    /// The certificate, PEM.
    package let certificateFile: String
    /// The key, PEM (PKCS#8), not encrypted.
    package let keyFile: String
    /// The certificate of the authority that issued it, PEM.
    package let authorityFile: String

    /// Key, certificate and authority in one text, as Kafka's PEM key stores want it.
    package func keyStore() throws -> String {
        try [keyFile, certificateFile, authorityFile].map { try String(contentsOfFile: $0, encoding: .utf8) }.joined()
    }

    /// Writes the key, encrypted with `password` (PKCS#8), and returns the file.
    package func encryptedKey(password: String) async throws -> String {
        let file = "\(keyFile).encrypted"
        try await CertificateAuthority.openssl(
            ["pkcs8", "-topk8", "-in", keyFile, "-passout", "pass:\(password)", "-out", file], in: folder.path)
        return file
    }

    /// Writes key and certificate as a PKCS#12 file and returns it.
    package func pkcs12(password: String) async throws -> String {
        let file = "\(certificateFile).p12"
        try await CertificateAuthority.openssl(
            [
                "pkcs12", "-export", "-inkey", keyFile, "-in", certificateFile, "-certfile", authorityFile,
                "-passout", "pass:\(password)", "-out", file,
            ], in: folder.path)
        return file
    }
}
