import Credentials
import Diagnostics
import EventLoop
import Foundation
import KafkaConnection
import KafkaModel
import Synchronization
import TLS
import TestSupport
import Testing

@testable import Reconciler

/// What is declared, turned into what connections need, while files and variables come, change and go.
@Suite struct DeclaredSecurityTests {
    /// A cluster with files of its own.
    private final class Case: Sendable {
        let folder: TemporaryDirectory
        let log = Mutex<[String]>([])
        private let loop: EventLoop

        init() throws {
            folder = try TemporaryDirectory("security")
            loop = try EventLoop()
        }

        deinit { loop.stop() }

        /// Writes a file so that it is there at once, as rotation should.
        func put(_ name: String, _ text: String) throws { try folder.write(name, text) }

        func copy(_ file: String, to name: String) throws {
            try put(name, String(contentsOfFile: file, encoding: .utf8))
        }

        func provider(
            _ security: ClusterSecurity, file: String? = nil, environment: [String: String] = [:]
        ) -> DeclaredSecurity {
            var security = security
            security.folder = folder.path + "/"
            let spec = ClusterSpec(
                name: "paris", place: SourcePlace(file: "a.yaml", line: 1, column: 1), bootstrapServers: [],
                security: security, propertiesFile: file.map { PropertiesFileReference(path: folder.file($0)) })
            return DeclaredSecurity(spec, environment: environment, loop: loop) { line in
                self.log.withLock { $0.append(line) }
            }
        }

        var lines: [String] { log.withLock { $0 }.map { $0.replacingOccurrences(of: folder.path, with: "DIR") } }

        /// The sentence that a provider fails with.
        func failure(_ provider: DeclaredSecurity) async -> String {
            do throws(SecurityError) {
                _ = try await provider.current()
                return "no failure"
            } catch {
                return (error.isRetriable ? "may pass: " : "")
                    + error.description.replacingOccurrences(of: folder.path, with: "DIR")
            }
        }
    }

    private static func scram(_ password: String, username: String = "mirror") -> ClusterSecurity {
        ClusterSecurity(
            authentication: .scram(.sha512, username: Secret(username), password: Secret(password)))
    }

    private static func password(_ security: ConnectionSecurity) -> String? {
        if case .scram(_, _, let password) = security.sasl { password.reveal() } else { nil }
    }

    @Test func `finds passwords in variables, files and keys of files`() async throws {
        let one = try Case()
        try one.put("pw", "from file\n")
        try one.put("pw.properties", "user=mirror\npassword=from key\n")
        for (written, expected) in [
            ("${env:PW}", "from variable"), ("${file:pw}", "from file"), ("${file:pw.properties:password}", "from key"),
            ("plain", "plain"), ("${file:\(one.folder.file("pw"))}", "from file"),
        ] {
            let provider = one.provider(Self.scram(written), environment: ["PW": "from variable"])
            #expect(Self.password(try await provider.current()) == expected)
        }
    }

    @Test func `says what is missing and what to do`() async throws {
        let one = try Case()
        try one.put("empty", "\n")
        for (written, sentence) in [
            ("${env:PW}", "the password: the environment variable PW is not set; set it where lockstep runs."),
            ("${file:none}", "the password: the file \"none\" cannot be read: no such file or directory."),
            ("${file:empty}", "may pass: the password is empty; the file \"empty\" has no text."),
            ("${file:empty:key}", "may pass: the password: the file \"empty\" has no key \"key\"."),
        ] {
            #expect(await one.failure(one.provider(Self.scram(written))) == sentence)
        }
        let tls = ClusterSecurity(tls: TLSDeclaration(trust: .pemFile("ca.pem")))
        #expect(
            await one.failure(one.provider(tls))
                == "the certificates to trust: the file \"DIR/ca.pem\" cannot be read: no such file or directory. "
                + "Put it there, or correct the path and its rights.")
    }

    @Test func `takes a changed file without a restart`() async throws {
        let one = try Case()
        let provider = one.provider(Self.scram("${file:pw}"))
        for password in ["first", "other", "third", "longer one"] {
            try one.put("pw", password)
            #expect(Self.password(try await provider.current()) == password)
        }
    }

    @Test func `keeps what held while a file is being written, and says so once`() async throws {
        let authority = try await CertificateAuthority.shared()
        let whole = try String(contentsOfFile: authority.certificateFile, encoding: .utf8)
        let one = try Case()
        let provider = one.provider(ClusterSecurity(tls: TLSDeclaration(trust: .pemFile("ca.pem"))))
        try one.put("ca.pem", String(whole.dropLast(40)))
        let problem =
            "the certificates to trust: the file \"DIR/ca.pem\" ends in the middle of a block (certificate); "
            + "was it cut off while it was written?"
        #expect(await one.failure(provider) == "may pass: \(problem).")
        try one.put("ca.pem", whole)
        #expect(try await provider.current().tls?.trustedCertificates == Array(whole.utf8))
        try one.put("ca.pem", String(whole.dropLast(40)))
        for _ in 0..<3 { #expect(try await provider.current().tls?.trustedCertificates == Array(whole.utf8)) }
        #expect(one.lines == ["cluster paris: \(problem). What held before stays in use"])
        try FileManager.default.removeItem(atPath: one.folder.file("ca.pem"))
        #expect(await one.failure(provider).hasPrefix("the certificates to trust: the file \"DIR/ca.pem\" cannot be"))
        try one.put("ca.pem", whole + whole)
        #expect(try await provider.current().tls?.trustedCertificates == Array((whole + whole).utf8))
    }

    @Test func `waits until a certificate and its key fit together`() async throws {
        let authority = try await CertificateAuthority.shared()
        let old = try await authority.issue(commonName: "mirror")
        let new = try await authority.issue(commonName: "mirror")
        let one = try Case()
        let identity = TLSDeclaration.Identity.pemFiles(certificate: "c.pem", key: "k.pem", password: nil)
        let provider = one.provider(ClusterSecurity(tls: TLSDeclaration(identity: identity)))
        try one.copy(old.certificateFile, to: "c.pem")
        try one.copy(old.keyFile, to: "k.pem")
        let before = try await provider.current()
        try one.copy(new.certificateFile, to: "c.pem")
        #expect(try await provider.current() == before)
        #expect(one.lines.count == 1 && one.lines[0].contains("does not belong to the client certificate"))
        try one.copy(new.keyFile, to: "k.pem")
        #expect(try await provider.current() != before)
    }

    @Test func `reads encrypted keys and PKCS#12 stores`() async throws {
        let certificate = try await CertificateAuthority.shared().issue(commonName: "mirror")
        let encrypted = try await certificate.encryptedKey(password: "hunter2")
        let store = try await certificate.pkcs12(password: "hunter2")
        let one = try Case()
        let environment = ["KEY": "hunter2", "WRONG": "hunter3"]
        func provider(_ identity: TLSDeclaration.Identity) -> DeclaredSecurity {
            one.provider(ClusterSecurity(tls: TLSDeclaration(identity: identity)), environment: environment)
        }
        func files(_ password: String?) -> TLSDeclaration.Identity {
            .pemFiles(
                certificate: certificate.certificateFile, key: encrypted, password: password.map { Secret($0) })
        }
        #expect(try await provider(files("${env:KEY}")).current().tls?.identity != nil)
        #expect(await one.failure(provider(files("${env:WRONG}"))).contains("cannot be decrypted"))
        #expect(await one.failure(provider(files(nil))).contains("is encrypted, and no password is declared"))
        #expect(
            try await provider(.store(file: store, password: Secret("${env:KEY}"))).current().tls?.identity != nil)
        let wrong = await one.failure(provider(.store(file: store, password: Secret("${env:WRONG}"))))
        #expect(wrong.contains("the password of the PKCS#12 key store is wrong"))
        #expect(!wrong.contains("hunter"))
    }

    @Test func `reads trust stores of PKCS#12, and names the command for Java's`() async throws {
        let authority = try await CertificateAuthority.shared()
        let one = try Case()
        let run = try await CommandRun.run(
            [
                "openssl", "pkcs12", "-export", "-nokeys", "-in", authority.certificateFile, "-passout", "pass:hunter2",
                "-out", one.folder.file("t.p12"),
            ])
        #expect(run.exit == .code(0))
        func provider(_ file: String, _ password: String?) -> DeclaredSecurity {
            let trust = TLSDeclaration.Trust.store(file: file, password: password.map { Secret($0) })
            return one.provider(ClusterSecurity(tls: TLSDeclaration(trust: trust)))
        }
        let trusted = try #require(try await provider("t.p12", "hunter2").current().tls?.trustedCertificates)
        #expect(String(decoding: trusted, as: UTF8.self).hasPrefix("-----BEGIN CERTIFICATE-----\n"))
        #expect(await one.failure(provider("t.p12", "hunter3")).contains("password"))
        try Data([0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2]).write(to: URL(fileURLWithPath: one.folder.file("t.jks")))
        #expect(
            await one.failure(provider("t.jks", "x"))
                == "the certificates to trust: the file \"DIR/t.jks\" is in Java's own format, which only Java reads; "
                + "convert it: keytool -importkeystore -srckeystore DIR/t.jks -destkeystore DIR/t.p12 "
                + "-deststoretype PKCS12.")
    }

    @Test func `reads trust stores as keytool makes them`() async throws {
        guard let keytool = JavaTool.keytool else { return }
        let authority = try await CertificateAuthority.shared()
        let one = try Case()
        let run = try await CommandRun.run([
            keytool, "-importcert", "-noprompt", "-alias", "ca", "-file", authority.certificateFile, "-storetype",
            "PKCS12", "-storepass", "hunter2", "-keystore", one.folder.file("t.p12"),
        ])
        #expect(run.exit == .code(0), "\(run.output)\(run.errorOutput)")
        let trust = TLSDeclaration.Trust.store(file: "t.p12", password: Secret("hunter2"))
        let provider = one.provider(ClusterSecurity(tls: TLSDeclaration(trust: trust)))
        #expect(try await provider.current().tls?.trustedCertificates?.isEmpty == false)
    }

    @Test func `reads a properties file anew when it changes`() async throws {
        let one = try Case()
        func write(_ user: String, _ password: String, _ rest: String = ";") throws {
            try one.put(
                "source.config",
                """
                security.protocol=SASL_PLAINTEXT
                sasl.mechanism=SCRAM-SHA-512
                sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\
                  username="\(user)" password="\(password)"\(rest)
                """)
        }
        try write("mirror", "first")
        let provider = one.provider(ClusterSecurity(), file: "source.config")
        #expect(try await provider.current().sasl == .scram(.sha512, username: "mirror", password: Secret("first")))
        try write("other", "second")
        let second = try await provider.current()
        #expect(second.sasl == .scram(.sha512, username: "other", password: Secret("second")))
        try write("third", "hunter2", "")
        #expect(try await provider.current() == second)
        #expect(
            one.lines == [
                "cluster paris: the file \"DIR/source.config\": property \"sasl.jaas.config\" does not end with a "
                    + "semicolon; it looks like: org.apache.kafka.common.security.scram.ScramLoginModule required "
                    + "username=\"…\" password=\"…\";. What held before stays in use"
            ])
    }

    @Test func `does not take a properties file that is cut short for one without protection`() async throws {
        let one = try Case()
        let module = "org.apache.kafka.common.security.scram.ScramLoginModule"
        let whole = """
            # for the mirror
            bootstrap.servers=a:1
            security.protocol=SASL_PLAINTEXT
            sasl.mechanism=SCRAM-SHA-512
            sasl.jaas.config=\(module) required username="u" password="p";

            """
        try one.put("source.config", whole)
        let provider = one.provider(ClusterSecurity(), file: "source.config")
        let before = try await provider.current()
        #expect(before.sasl != nil)
        for cut in ["", "# for the mirror\n", "bootstrap.servers=a:1\n"] {
            try one.put("source.config", cut)
            #expect(try await provider.current() == before, "\(cut)")
        }
        #expect(
            one.lines.map { $0.replacing("cluster paris: ", with: "") } == [
                "the file \"DIR/source.config\": it holds no property; for a cluster without any protection write "
                    + "security.protocol=PLAINTEXT. What held before stays in use",
                "the properties file declares neither TLS nor SASL any more, and may be half written. What held before "
                    + "stays in use",
            ])
        // When it stays like that, it is meant.
        try await waitUntil("the file is believed", within: .seconds(20)) {
            try await provider.current() == ConnectionSecurity()
        }
        let other = one.provider(ClusterSecurity(), file: "source.config")
        #expect(try await other.current() == ConnectionSecurity())
    }

    @Test func `takes a key on one line, as Kafka does`() async throws {
        let certificate = try await CertificateAuthority.shared().issue(commonName: "mirror")
        let one = try Case()
        func onOneLine(_ file: String) throws -> Secret {
            Secret(try String(contentsOfFile: file, encoding: .utf8).replacing("\n", with: " "))
        }
        let identity = TLSDeclaration.Identity.pem(
            chain: try onOneLine(certificate.certificateFile), key: try onOneLine(certificate.keyFile), password: nil)
        let trust = TLSDeclaration.Trust.pem(try onOneLine(certificate.authorityFile))
        let provider = one.provider(ClusterSecurity(tls: TLSDeclaration(trust: trust, identity: identity)))
        #expect(try await provider.current().tls?.identity != nil)
    }

    @Test(.timeLimit(.minutes(1))) func `waits for nobody who may write into a pipe`() async throws {
        let one = try Case()
        #expect(mkfifo(one.folder.file("pipe"), 0o600) == 0)
        #expect(
            await one.failure(one.provider(Self.scram("${file:pipe}")))
                == "the password: the file \"pipe\" cannot be read: it is no regular file.")
        #expect(
            await one.failure(one.provider(Self.scram("${file:.}")))
                == "the password: the file \".\" cannot be read: it is a folder.")
    }

    @Test func `refuses a reference to a reference`() async throws {
        let one = try Case()
        try one.put("jaas.conf", "${env:JAAS}")
        let properties = [
            "security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", "sasl.jaas.config": "${file:jaas.conf}",
        ]
        let declared = ClusterSecurity(
            authentication: .referenced(mechanism: "PLAIN", properties: properties.mapValues { Secret($0) }))
        let provider = one.provider(declared, environment: ["JAAS": "x"])
        #expect(
            await one.failure(provider)
                == "property sasl.jaas.config is a reference to a reference; write the login module where the first "
                + "one points to.")
    }

    @Test(arguments: [
        ("request.timeout.ms", "0", "it takes a whole number from 1 to 2147483647"),
        ("request.timeout.ms", "hunter2", "it takes a whole number from 1 to 2147483647"),
        ("retries", "-1", "it takes a whole number from 0 to 2147483647"),
    ])
    func `checks what is behind a reference as the manifest`(key: String, value: String, reason: String) throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let spec = ClusterSpec(
            name: "paris", place: SourcePlace(file: "a.yaml", line: 1, column: 1),
            bootstrapServers: [HostAndPort(host: "a", port: 1)], properties: [key: "${env:X}"])
        let error = try #require(throws: ReconcilerError.self) {
            _ = try ClientFactory(environment: ["X": value], loop: loop).settings(for: spec, clientId: "x")
        }
        #expect("\(error)".contains(reason), "\(error)")
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test func `looks for files of a properties file beside it`() async throws {
        let one = try Case()
        try one.copy(try await CertificateAuthority.shared().certificateFile, to: "deep/ca.pem")
        try one.put(
            "deep/source.config", "security.protocol=SSL\nssl.truststore.type=PEM\nssl.truststore.location=ca.pem\n")
        let provider = one.provider(ClusterSecurity(), file: "deep/source.config")
        #expect(try await provider.current().tls?.trustedCertificates?.isEmpty == false)
    }

    @Test func `takes a JAAS text from behind a reference`() async throws {
        let one = try Case()
        try one.put(
            "jaas.conf",
            "org.apache.kafka.common.security.plain.PlainLoginModule required\n username=\"u\"\n password=\"${file:pw}\";\n"
        )
        try one.put("pw", "a\"b\\c")
        let properties = [
            "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", "lockstep.allow.plaintext": "true",
            "sasl.jaas.config": "${file:jaas.conf}",
        ]
        let provider = one.provider(
            ClusterSecurity(
                authentication: .referenced(mechanism: "PLAIN", properties: properties.mapValues { Secret($0) })))
        let security = try await provider.current()
        // A password is not read as a part of the JAAS text: it may have quotes in it.
        #expect(security.sasl == .plain(username: "u", password: Secret("a\"b\\c")))
        #expect(security.allowsPlainWithoutTLS)
    }

    @Test func `takes tokens from files and makes unsecured ones`() async throws {
        let one = try Case()
        try one.put("token", "abc\n")
        let file = one.provider(ClusterSecurity(authentication: .token(.file("token"))))
        #expect(try await file.current().sasl == .oauthBearer(token: Secret("abc")))
        try one.put("token", "def\n")
        #expect(try await file.current().sasl == .oauthBearer(token: Secret("def")))
        let made = one.provider(ClusterSecurity(authentication: .token(.unsecured(.init(texts: ["sub": "u"])))))
        let security = try await made.current()
        guard case .oauthBearer(let token) = security.sasl else {
            Issue.record("no token")
            return
        }
        #expect(token.reveal().hasPrefix("eyJhbGciOiJub25lIn0.") && token.reveal().hasSuffix("."))
        #expect(security.allowsPlainWithoutTLS)
    }
}

/// Programs of the Java that Kafka runs on.
private enum JavaTool {
    static let keytool: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let home = ProcessInfo.processInfo.environment["JAVA_HOME"].map { ["\($0)/bin"] } ?? []
        return (home + folders).map { "\($0)/keytool" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()
}
