import Credentials

/// What TLS needs to know before it connects: whom to trust, and who we are.
package struct TLSOptions: Hashable, Sendable {
    /// Certificates to trust, as PEM; nil for the system's.
    package var trustedCertificates: [UInt8]?
    /// Our own certificate; nil for none.
    package var identity: TLSIdentity?
    /// Name expected in the broker's certificate; nil for the host that is connected to.
    package var serverName: String?
    /// Whether the certificate must name the broker's host.
    package var verifiesHostName: Bool

    /// Options; the defaults trust the system's authorities and verify host names.
    package init(
        trustedCertificates: [UInt8]? = nil, identity: TLSIdentity? = nil, serverName: String? = nil,
        verifiesHostName: Bool = true
    ) {
        self.trustedCertificates = trustedCertificates
        self.identity = identity
        self.serverName = serverName
        self.verifiesHostName = verifiesHostName
    }
}

/// The certificate of a client or of a server, with its key.
package enum TLSIdentity: Hashable, Sendable {
    /// PEM: the certificate and what it was signed by, and the key, encrypted when there is a password.
    case pem(certificateChain: [UInt8], key: Secret, password: Secret?)
    /// PKCS#12, in base64 so that it is kept as carefully as a key.
    case pkcs12(base64: Secret, password: Secret)
}
