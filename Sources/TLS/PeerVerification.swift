import COpenSSL

/// What OpenSSL calls back while it checks a peer's certificate.
enum PeerVerification {
    /// Notes why a certificate is not accepted, with what it says about itself; decides nothing.
    static let noteRejection: @convention(c) (Int32, OpaquePointer?) -> Int32 = { isAccepted, check in
        guard isAccepted == 0, let check,
            let connection = X509_STORE_CTX_get_ex_data(check, SSL_get_ex_data_X509_STORE_CTX_idx()),
            let owner = SSL_get_ex_data(OpaquePointer(connection), 0)
        else { return isAccepted }
        let session = Unmanaged<TLSSession>.fromOpaque(owner).takeUnretainedValue()
        let code = X509_STORE_CTX_get_error(check)
        let rejection = rejection(code, host: session.host)
        // What has run out may be a certificate above the broker's own; that nobody is trusted is told of its own.
        let own = X509_STORE_CTX_get0_cert(check)
        let about = rejection == .unknownAuthority ? own : X509_STORE_CTX_get_current_cert(check) ?? own
        guard let about else { return isAccepted }
        session.rejection = .rejected(PeerCertificate(about), rejection)
        return isAccepted
    }

    /// Notes that the peer asked for a certificate of ours.
    static let noteRequest: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = { _, owner in
        if let owner { Unmanaged<TLSSession>.fromOpaque(owner).takeUnretainedValue().wasAskedForCertificate = true }
        return 1
    }

    private static func rejection(_ code: Int32, host: String) -> TLSError.Rejection {
        switch code {
        case X509_V_ERR_CERT_HAS_EXPIRED: .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: .notYetValid
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .otherHost(host)
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_CERT_SIGNATURE_FAILURE, X509_V_ERR_CERT_UNTRUSTED:
            .unknownAuthority
        default: .other(String(cString: X509_verify_cert_error_string(Int(code))))
        }
    }

    /// Whether `host` is an address of IPv4 or IPv6 and not a name.
    static func isAddress(_ host: String) -> Bool {
        guard let address = a2i_IPADDRESS(host) else { return false }
        ASN1_OCTET_STRING_free(address)
        return true
    }
}
