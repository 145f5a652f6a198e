import COpenSSL
import Credentials
import Synchronization

/// What many TLS connections have in common: the trusted authorities, and our own certificate.
///
/// Sound as `@unchecked Sendable`: the pointers never change, and OpenSSL locks what they point to.
package final class TLSContext: @unchecked Sendable {
    /// OpenSSL's `SSL_CTX`.
    let pointer: OpaquePointer
    /// Whether we have a certificate to show.
    let hasIdentity: Bool
    /// How OpenSSL reads and writes our sockets; one for all contexts, never freed.
    var socketMethod: OpaquePointer? { Self.socketMethod.pointer }

    private struct SocketMethod: @unchecked Sendable {
        let pointer = lockstep_socket_method()
    }

    private static let socketMethod = SocketMethod()

    /// Read from a socket at once: four full records, so that a stream costs a call for every 64 KiB.
    private static let readAheadBytes = 4 * (16 * 1024 + 512)

    private init(_ method: OpaquePointer?, _ identity: TLSIdentity?) throws(TLSError) {
        guard let pointer = SSL_CTX_new(method) else { throw .failed(OpenSSLErrors.text()) }
        self.pointer = pointer
        hasIdentity = identity != nil
        guard lockstep_context_defaults(pointer, Self.readAheadBytes) == 1 else { throw .failed(OpenSSLErrors.text()) }
        if let identity { try TLSIdentityLoading.load(identity, into: pointer) }
    }

    deinit { SSL_CTX_free(pointer) }

    // MARK: Clients

    private static let recent = Mutex(Recent())

    /// The context of `options`: the same one as long as nothing changes.
    package static func client(_ options: TLSOptions) throws(TLSError) -> TLSContext {
        if let known = recent.withLock({ $0.use(options) }) { return known }
        let context = try TLSContext(TLS_client_method(), options.identity)
        try context.trust(options.trustedCertificates)
        return recent.withLock { $0.use(options) ?? $0.add(context, of: options) }
    }

    /// The contexts used last, the latest at the end.
    private struct Recent {
        private var entries: [(options: TLSOptions, context: TLSContext)] = []

        /// More than the clusters of one program; a rotated certificate leaves its former one behind for a while.
        private static let maximum = 16

        mutating func use(_ options: TLSOptions) -> TLSContext? {
            guard let place = entries.firstIndex(where: { $0.options == options }) else { return nil }
            let entry = entries.remove(at: place)
            entries.append(entry)
            return entry.context
        }

        mutating func add(_ context: TLSContext, of options: TLSOptions) -> TLSContext {
            entries.append((options, context))
            if entries.count > Self.maximum { entries.removeFirst() }
            return context
        }
    }

    // MARK: Servers

    /// What a server wants of its clients' certificates (`ssl.client.auth`); the authorities that issue them, as PEM.
    package enum ClientCertificates: Sendable {
        /// It does not ask for one.
        case none
        /// It asks for one and lets those in who have none.
        case requested(authorities: [UInt8])
        /// Nobody is let in without one.
        case required(authorities: [UInt8])
    }

    /// A server that shows `identity`.
    package static func server(
        _ identity: TLSIdentity, clients: ClientCertificates = .none
    ) throws(TLSError) -> TLSContext {
        let context = try TLSContext(TLS_server_method(), identity)
        // Sessions are resumed within one context only; without a name for them, those of known clients would fail.
        let name = Array("lockstep".utf8)
        guard SSL_CTX_set_session_id_context(context.pointer, name, UInt32(name.count)) == 1 else {
            throw .failed(OpenSSLErrors.text())
        }
        switch clients {
        case .none: break
        case .requested(let authorities): try context.verify(SSL_VERIFY_PEER, authorities)
        case .required(let authorities):
            try context.verify(SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, authorities)
        }
        return context
    }

    private func verify(_ mode: Int32, _ authorities: [UInt8]) throws(TLSError) {
        try trust(authorities)
        SSL_CTX_set_verify(pointer, mode, nil)
    }

    // MARK: Trust

    private func trust(_ authorities: [UInt8]?) throws(TLSError) {
        guard let authorities else {
            guard SSL_CTX_set_default_verify_paths(pointer) == 1 else { throw .failed(OpenSSLErrors.text()) }
            return
        }
        let certificates = try PEMFile(authorities).certificates()
        guard !certificates.isEmpty else {
            throw .unusable(
                "the trusted certificates hold no certificate in PEM form (-----BEGIN CERTIFICATE-----). Check tls.caFile "
                    + "(with client properties: ssl.truststore.location).")
        }
        let store = SSL_CTX_get_cert_store(pointer)
        for certificate in certificates {
            guard X509_STORE_add_cert(store, certificate.pointer) == 1 else { throw .failed(OpenSSLErrors.text()) }
        }
        // As in Java, whatever is named is trusted, whether or not it was issued by somebody else again.
        X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN))
    }
}
