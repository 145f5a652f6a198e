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
                    + "tls.certFile (with client properties: ssl.keystore.location or ssl.keystore.certificate.chain).")
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
                "the client key does not belong to the client certificate. Check tls.certFile and tls.keyFile (with "
                    + "client properties: ssl.keystore.location); the client's own certificate comes first in its file."
            )
        }
    }

    private static func open(
        _ base64: Secret, _ password: Secret
    ) throws(TLSError) -> (certificates: [Certificate], key: PrivateKey) {
        guard let bytes = Base64.decode(base64.reveal()) else {
            throw .unusable("the PKCS#12 key store is not in base64.")
        }
        let store = try PKCS12Store(bytes, password: password, .keyStore)
        guard store.keyCount < 2 else {
            throw .unusable(
                "the PKCS#12 key store holds \(store.keyCount) keys, and which one is ours is not known. Name a store "
                    + "with one key: keytool -list shows their aliases, keytool -importkeystore -srcalias copies one.")
        }
        guard let key = store.key, !store.certificates.isEmpty else {
            throw .unusable("the PKCS#12 key store holds no key with its certificate.")
        }
        return (store.certificates, key)
    }
}
