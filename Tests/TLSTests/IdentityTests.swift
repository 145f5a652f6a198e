import Credentials
import Foundation
import TestSupport
import Testing

@testable import TLS

/// In which forms our own certificate may come, and what is said about those in which it may not.
@Suite(.timeLimit(.minutes(2))) struct IdentityTests {
    private static func secret(_ file: String) throws -> Secret {
        Secret(String(decoding: try read(file), as: UTF8.self))
    }

    /// What is said about an identity, and nil when it is taken.
    private static func complaint(_ identity: TLSIdentity) throws -> String? {
        do throws(TLSError) {
            _ = try TLSContext.client(TLSOptions(identity: identity))
            return nil
        } catch {
            guard case .unusable(let text) = error else { return "another error: \(error)" }
            return text
        }
    }

    @Test func `PEM with a plain and with an encrypted key`() async throws {
        let certificates = try await Certificates.shared()
        let alice = try await certificates.authority.issue(commonName: "alice")
        let chain = try read(alice.certificateFile)
        let encrypted = try Self.secret(try await alice.encryptedKey(password: "open sesame"))
        #expect(try Self.complaint(alice.identity()) == nil)
        #expect(
            try Self.complaint(.pem(certificateChain: chain, key: encrypted, password: Secret("open sesame"))) == nil)
        #expect(
            try Self.complaint(.pem(certificateChain: chain, key: encrypted, password: Secret("wrong")))
                == "the client key cannot be decrypted with the declared password. Check tls.keyPassword "
                + "(with client properties: ssl.key.password).")
        #expect(
            try Self.complaint(.pem(certificateChain: chain, key: encrypted, password: nil))
                == "the client key is encrypted, and no password is declared. Set tls.keyPassword "
                + "(with client properties: ssl.key.password).")
    }

    @Test func `one PEM file for all, as Kafka has it`() async throws {
        let certificates = try await Certificates.shared()
        let alice = try await certificates.authority.issue(commonName: "alice")
        let all = try alice.keyStore()
        #expect(
            try Self.complaint(.pem(certificateChain: Array(all.utf8), key: Secret(all), password: nil)) == nil)
    }

    @Test func `PKCS#12`() async throws {
        let certificates = try await Certificates.shared()
        let alice = try await certificates.authority.issue(commonName: "alice")
        let store = Base64.encode(try read(try await alice.pkcs12(password: "stored")))
        #expect(try Self.complaint(.pkcs12(base64: Secret(store), password: Secret("stored"))) == nil)
        #expect(
            try Self.complaint(.pkcs12(base64: Secret(store), password: Secret("wrong")))
                == "the password of the PKCS#12 key store is wrong. Check ssl.keystore.password.")
        #expect(
            try Self.complaint(.pkcs12(base64: Secret("/u3+7QAAAAI="), password: Secret("x")))
                == "the key store is not in PKCS#12 form. Is it a JKS store?")
    }

    @Test func `a store with several keys is refused, as nobody says which one is meant`() throws {
        let complaint = try Self.complaint(
            .pkcs12(base64: Secret(OldStores.storeWithTwoKeys), password: Secret("stored")))
        #expect(
            complaint?.hasPrefix("the PKCS#12 key store holds 2 keys, and which one is ours is not known.") == true,
            "\(complaint ?? "")")
    }

    @Test func `a key that is encrypted in an old way is told from a wrong password`() async throws {
        let certificates = try await Certificates.shared()
        let alice = try await certificates.authority.issue(commonName: "alice")
        let key = Secret(OldStores.keyWithDES)
        let complaint = try Self.complaint(
            .pem(certificateChain: try read(alice.certificateFile), key: key, password: Secret("open sesame")))
        #expect(complaint?.contains("Convert it: openssl pkcs8 -topk8 -v2 aes256 ") == true, "\(complaint ?? "")")
    }

    @Test func `a trust store is called one`() async throws {
        let certificates = try await Certificates.shared()
        let alice = try await certificates.authority.issue(commonName: "alice")
        let store = try read(try await alice.pkcs12(password: "stored"))
        for (password, text) in [
            ("wrong", "the password of the PKCS#12 trust store is wrong. Check ssl.truststore.password."),
            (nil, "the PKCS#12 trust store has a password, and none is declared. Set ssl.truststore.password."),
        ] {
            #expect(throws: TLSError.unusable(text)) {
                _ = try PKCS12Certificates.pem(store, password: password.map { Secret($0) })
            }
        }
    }

    @Test(arguments: [
        (TLSError.closed(nil), "Is the port right, and does it speak TLS there?"),
        (.certificateWanted, "wants a client certificate, which is for brokers only."),
        (.notTLS(Array("HTTP/1.1".utf8)), "speaks HTTP without TLS."),
        (.alert(40), "Compare the ciphers and the kind of key on the endpoint."), (.alert(80), "The endpoint's log"),
    ])
    func `what is said about a token endpoint is not about brokers`(error: TLSError, words: String) {
        let text = error.words(about: .tokenEndpoint)
        #expect(text.contains(words))
        for ofBrokers in ["tls.", "listener", "Kafka", "ssl.cipher"] { #expect(!text.contains(ofBrokers), "\(text)") }
    }

    @Test func `what does not fit together or is none is refused`() async throws {
        let certificates = try await Certificates.shared()
        let alice = try await certificates.authority.issue(commonName: "alice")
        let bob = try await certificates.authority.issue(commonName: "bob")
        let chain = try read(alice.certificateFile)
        let foreign = try Self.complaint(
            .pem(certificateChain: chain, key: try Self.secret(bob.keyFile), password: nil))
        #expect(
            foreign?.hasPrefix("the client key does not belong to the client certificate.") == true,
            "\(foreign ?? "")")
        let none = try Self.complaint(.pem(certificateChain: [], key: try Self.secret(alice.keyFile), password: nil))
        #expect(none?.hasPrefix("the client certificate holds no certificate in PEM form") == true, "\(none ?? "")")
        let keyless = try Self.complaint(
            .pem(certificateChain: chain, key: try Self.secret(alice.certificateFile), password: nil))
        #expect(
            keyless?.hasPrefix("the client key cannot be read as a private key in PEM form") == true, "\(keyless ?? "")"
        )
        var damaged = chain
        damaged[damaged.count / 2] = UInt8(ascii: "!")
        let broken = try Self.complaint(
            .pem(certificateChain: damaged, key: try Self.secret(alice.keyFile), password: nil))
        #expect(broken?.hasPrefix("certificate 1 of a PEM file is damaged") == true, "\(broken ?? "")")
    }

    @Test func `trusted certificates that are none are refused`() throws {
        let error = try #require(throws: TLSError.self) {
            _ = try TLSContext.client(TLSOptions(trustedCertificates: Array("nothing here".utf8)))
        }
        #expect("\(error)".hasPrefix("the trusted certificates hold no certificate in PEM form"))
    }

    @Test func `a context is made once as long as nothing changes`() async throws {
        let certificates = try await Certificates.shared()
        var options = try certificates.options()
        options.serverName = "of.this.test.only"
        let first = try TLSContext.client(options)
        #expect(try TLSContext.client(options) === first)
        let alice = try await certificates.authority.issue(commonName: "alice")
        var other = options
        other.identity = try alice.identity()
        #expect(try TLSContext.client(other) !== first)
        #expect(try TLSContext.client(options) === first)
    }
}
