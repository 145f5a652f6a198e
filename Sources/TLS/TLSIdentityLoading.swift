import COpenSSL
import Credentials

/// Puts our own certificate and key into a context.
enum TLSIdentityLoading {
    static func load(_ identity: TLSIdentity, into context: OpaquePointer) throws(TLSError) {
        switch identity {
        case .pem(let chain, let key, let password):
            let certificates = try PEMFile(chain).certificates()
            let key = try PEMFile(Array(key.reveal().utf8)).privateKey(password: password)
            try use(certificates, key, in: context)
        case .pkcs12(let base64, let password):
            let (certificates, key) = try open(base64, password)
            try use(certificates, key, in: context)
        }
    }

    private static func use(
        _ certificates: [Certificate], _ key: PrivateKey, in context: OpaquePointer
    ) throws(TLSError) {
        guard let own = certificates.first else {
            throw .unusable(
                "the client certificate holds no certificate in PEM form (-----BEGIN CERTIFICATE-----). Check "
                    + "tls.certFile.")
        }
        ERR_clear_error()
        guard SSL_CTX_use_certificate(context, own.pointer) == 1 else {
            throw .unusable("the client certificate cannot be used: \(OpenSSLErrors.text()).")
        }
        for further in certificates.dropFirst() {
            guard lockstep_context_add_chain(context, further.pointer) == 1 else {
                throw .unusable("the client certificate's chain cannot be used: \(OpenSSLErrors.text()).")
            }
        }
        guard SSL_CTX_use_PrivateKey(context, key.pointer) == 1, SSL_CTX_check_private_key(context) == 1 else {
            ERR_clear_error()
            throw .unusable(
                "the client key does not belong to the client certificate. Check tls.certFile and tls.keyFile; the "
                    + "client's own certificate comes first in its file.")
        }
    }

    private static func open(
        _ base64: Secret, _ password: Secret
    ) throws(TLSError) -> (certificates: [Certificate], key: PrivateKey) {
        guard let bytes = Base64.decode(base64.reveal()) else {
            throw .unusable("the PKCS#12 key store is not in base64.")
        }
        ERR_clear_error()
        var start: UnsafePointer<UInt8>?
        let store = bytes.withUnsafeBufferPointer { buffer in
            start = buffer.baseAddress
            return d2i_PKCS12(nil, &start, buffer.count)
        }
        guard let store else { throw .unusable("the key store is not in PKCS#12 form. Is it a JKS store?") }
        defer { PKCS12_free(store) }
        var key: OpaquePointer?
        var own: OpaquePointer?
        var others: OpaquePointer?
        guard PKCS12_parse(store, password.reveal(), &key, &own, &others) == 1 else { throw refusal() }
        let privateKey = key.map(PrivateKey.init)
        let certificate = own.map(Certificate.init)
        defer { lockstep_certificates_free(others) }
        guard let privateKey, let certificate else {
            throw .unusable("the PKCS#12 key store holds no key with its certificate.")
        }
        var chain = [certificate]
        for index in 0..<Swift.max(lockstep_certificates_count(others), 0) {
            guard let one = lockstep_certificate_at(others, index), X509_up_ref(one) == 1 else { continue }
            chain.append(Certificate(one))
        }
        return (chain, privateKey)
    }

    private static func refusal() -> TLSError {
        let error = ERR_peek_last_error()
        let library = OpenSSLErrors.library(error)
        if library == ERR_LIB_PKCS12, OpenSSLErrors.reason(error) == PKCS12_R_MAC_VERIFY_FAILURE {
            ERR_clear_error()
            return .unusable("the password of the PKCS#12 key store is wrong.")
        }
        return .unusable(
            "the PKCS#12 key store cannot be read (\(OpenSSLErrors.text())). If it is encrypted in an old way, convert "
                + "it: openssl pkcs12 -legacy -in OLD -nodes -out client.pem, and declare client.pem.")
    }
}
