import COpenSSL
import Credentials

/// A certificate of OpenSSL, freed with its last reference.
final class Certificate {
    let pointer: OpaquePointer

    /// Takes over a reference.
    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { X509_free(pointer) }
}

/// A private key of OpenSSL, freed with its last reference.
final class PrivateKey {
    let pointer: OpaquePointer

    /// Takes over a reference.
    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { EVP_PKEY_free(pointer) }
}

/// Reads the certificates and the key in a text in PEM form.
struct PEMFile {
    private let bytes: [UInt8]

    /// More certificates than the authorities of a system.
    private static let maximumCertificates = 10_000

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Every certificate, in order; fails on a damaged one.
    func certificates() throws(TLSError) -> [Certificate] {
        let memory = try open()
        defer { BIO_free(memory) }
        ERR_clear_error()
        var found: [Certificate] = []
        while found.count < Self.maximumCertificates, let one = PEM_read_bio_X509(memory, nil, Self.noPassword, nil) {
            found.append(Certificate(one))
        }
        let error = ERR_peek_last_error()
        let isEnd = OpenSSLErrors.library(error) == ERR_LIB_PEM && OpenSSLErrors.reason(error) == PEM_R_NO_START_LINE
        guard error == 0 || isEnd else {
            throw .unusable("certificate \(found.count + 1) of a PEM file is damaged: \(OpenSSLErrors.text()).")
        }
        ERR_clear_error()
        return found
    }

    /// The first private key, decrypted with `password` where it is encrypted.
    func privateKey(password: Secret?) throws(TLSError) -> PrivateKey {
        let memory = try open()
        defer { BIO_free(memory) }
        ERR_clear_error()
        var asked = Password(text: Array((password?.reveal() ?? "").utf8))
        let key = withUnsafeMutablePointer(to: &asked) {
            PEM_read_bio_PrivateKey(memory, nil, Self.givePassword, UnsafeMutableRawPointer($0))
        }
        if let key { return PrivateKey(key) }
        guard asked.wasAsked else {
            throw .unusable(
                "the client key cannot be read as a private key in PEM form (-----BEGIN PRIVATE KEY-----): "
                    + "\(OpenSSLErrors.text()). Check tls.keyFile (with client properties: ssl.keystore.location or "
                    + "ssl.keystore.key).")
        }
        // A cipher that is not there shows before the password is tried.
        let isUnavailable = OpenSSLErrors.reason(ERR_peek_last_error()) == Self.unsupported
        ERR_clear_error()
        let field = "tls.keyPassword (with client properties: ssl.key.password)"
        guard password != nil else {
            throw .unusable("the client key is encrypted, and no password is declared. Set \(field).")
        }
        throw .unusable(
            isUnavailable
                ? "the client key is encrypted in a way that OpenSSL does not offer here. Convert it: openssl pkcs8 "
                    + "-topk8 -v2 aes256 -provider legacy -provider default -in OLD -out NEW"
                : "the client key cannot be decrypted with the declared password. Check \(field).")
    }

    /// `ERR_R_UNSUPPORTED`, which Swift does not see.
    private static let unsupported: Int32 = 268 | 2 << 18

    private func open() throws(TLSError) -> OpaquePointer {
        // The memory is only looked at as long as the copy that OpenSSL makes takes.
        guard let memory = BIO_new(BIO_s_mem()) else { throw .failed(OpenSSLErrors.text()) }
        guard bytes.isEmpty || BIO_write(memory, bytes, Int32(clamping: bytes.count)) == Int32(clamping: bytes.count)
        else {
            BIO_free(memory)
            throw .failed(OpenSSLErrors.text())
        }
        return memory
    }

    private struct Password {
        var text: [UInt8]
        var wasAsked = false
    }

    /// Without a callback OpenSSL would ask on the terminal.
    private static let noPassword:
        @convention(c) (
            UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?
        ) -> Int32 = { _, _, _, _ in -1 }

    private static let givePassword:
        @convention(c) (
            UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?
        ) -> Int32 = { buffer, size, _, context in
            guard let asked = context?.assumingMemoryBound(to: Password.self), let buffer else { return -1 }
            asked.pointee.wasAsked = true
            let text = asked.pointee.text
            guard !text.isEmpty, text.count <= Int(size) else { return -1 }
            for (index, byte) in text.enumerated() { buffer[index] = CChar(bitPattern: byte) }
            return Int32(text.count)
        }
}
