import COpenSSL
import Credentials

/// What a PKCS#12 store holds.
struct PKCS12Store {
    /// What a store is for, and Kafka's property with its password.
    enum Purpose: String {
        case keyStore = "key store"
        case trustStore = "trust store"

        var passwordKey: String { self == .keyStore ? "ssl.keystore.password" : "ssl.truststore.password" }
    }

    /// The private key; nil in a trust store.
    let key: PrivateKey?
    /// How many private keys a key store has; `key` is the first one.
    let keyCount: Int
    /// The certificate of the key first, then all others.
    let certificates: [Certificate]

    /// Opens a store.
    ///
    /// - Parameter password: the store's; nil for one without.
    init(_ bytes: [UInt8], password: Secret?, _ purpose: Purpose) throws(TLSError) {
        ERR_clear_error()
        let store = bytes.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return d2i_PKCS12(nil, &start, buffer.count)
        }
        guard let store else { throw .unusable("the \(purpose.rawValue) is not in PKCS#12 form. Is it a JKS store?") }
        defer { PKCS12_free(store) }
        var key: OpaquePointer?
        var own: OpaquePointer?
        var others: OpaquePointer?
        guard PKCS12_parse(store, password?.reveal(), &key, &own, &others) == 1 else {
            throw Self.refusal(purpose, hasPassword: password != nil)
        }
        defer { lockstep_certificates_free(others) }
        self.key = key.map(PrivateKey.init)
        keyCount = purpose == .keyStore ? Int(lockstep_key_count(store, password?.reveal())) : 0
        ERR_clear_error()
        var certificates = own.map { [Certificate($0)] } ?? []
        for index in 0..<Swift.max(lockstep_certificates_count(others), 0) {
            guard let one = lockstep_certificate_at(others, index), X509_up_ref(one) == 1 else { continue }
            certificates.append(Certificate(one))
        }
        self.certificates = certificates
    }

    private static func refusal(_ purpose: Purpose, hasPassword: Bool) -> TLSError {
        let error = ERR_peek_last_error()
        let library = OpenSSLErrors.library(error)
        let name = "PKCS#12 \(purpose.rawValue)"
        if library == ERR_LIB_PKCS12, OpenSSLErrors.reason(error) == PKCS12_R_MAC_VERIFY_FAILURE {
            ERR_clear_error()
            return .unusable(
                hasPassword
                    ? "the password of the \(name) is wrong. Check \(purpose.passwordKey)."
                    : "the \(name) has a password, and none is declared. Set \(purpose.passwordKey)."
            )
        }
        return .unusable(
            "the \(name) cannot be read (\(OpenSSLErrors.text())). If it is encrypted in an old way, "
                + "convert it: openssl pkcs12 -legacy -in OLD -nodes -out NEW.pem, and declare NEW.pem with type PEM.")
    }
}

/// Reads the certificates of a PKCS#12 trust store.
package enum PKCS12Certificates {
    /// All certificates of a store, as PEM; fails when there are none.
    package static func pem(_ bytes: [UInt8], password: Secret?) throws(TLSError) -> [UInt8] {
        let store = try PKCS12Store(bytes, password: password, .trustStore)
        guard !store.certificates.isEmpty else {
            throw .unusable("the PKCS#12 trust store holds no certificate.")
        }
        var text = ""
        for certificate in store.certificates {
            guard let encoded = encoded(certificate) else { throw .failed(OpenSSLErrors.text()) }
            text += "-----BEGIN CERTIFICATE-----\n"
            let letters = Array(Base64.encode(encoded).utf8)
            for start in stride(from: 0, to: letters.count, by: 64) {
                text += String(decoding: letters[start..<min(start + 64, letters.count)], as: UTF8.self) + "\n"
            }
            text += "-----END CERTIFICATE-----\n"
        }
        return Array(text.utf8)
    }

    private static func encoded(_ certificate: Certificate) -> [UInt8]? {
        let count = Int(i2d_X509(certificate.pointer, nil))
        guard count > 0 else { return nil }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            var start = buffer.baseAddress
            written = Int(Swift.max(i2d_X509(certificate.pointer, &start), 0))
        }
    }
}
