import COpenSSL
import EventLoop
import Glibc

/// TLS on one connected socket: stands between a `StreamSocket` and its bytes.
///
/// Sound as `@unchecked Sendable`: it belongs to one connection, which lives on one loop and touches it there only.
package final class TLSSession: StreamLayer, @unchecked Sendable {
    /// What the handshake came to.
    package enum Progress: Sendable {
        /// Both sides agreed; read once more, bytes may have come along.
        case done
        /// It goes on when the socket is ready again, for whatever.
        case waits
        /// It failed.
        case failed(TLSError)
    }

    private let context: TLSContext
    private let pointer: OpaquePointer
    private let descriptor: Int32
    /// Whom the peer must be.
    let host: String
    private var isOpen = false
    private var hasRead = false
    private var firstBytes: [UInt8] = []
    private let records = RecordGathering()
    /// What is wrong with the peer's certificate, as the check came upon it.
    var rejection: TLSError?
    /// Whether the peer asked for a certificate of ours.
    var wasAskedForCertificate = false

    /// Why the connection broke, after `.failed`; nil when the socket itself failed.
    package private(set) var failure: TLSError?
    /// Whether reading goes on only once the socket can be written.
    package private(set) var readWaitsForWriting = false
    /// Whether writing goes on only once the socket can be read.
    package private(set) var writeWaitsForReading = false

    /// Begins as a client that expects to meet `host`; nothing is sent before `handshake`.
    package static func client(
        _ options: TLSOptions, host: String, descriptor: Int32
    ) throws(TLSError) -> TLSSession {
        let session = try TLSSession(
            TLSContext.client(options), host: options.serverName ?? host, descriptor: descriptor)
        try session.expect(verifiesHostName: options.verifiesHostName)
        SSL_set_connect_state(session.pointer)
        return session
    }

    /// Begins as a server.
    package static func server(_ context: TLSContext, descriptor: Int32) throws(TLSError) -> TLSSession {
        let session = try TLSSession(context, host: "", descriptor: descriptor)
        SSL_set_accept_state(session.pointer)
        return session
    }

    private init(_ context: TLSContext, host: String, descriptor: Int32) throws(TLSError) {
        guard let pointer = SSL_new(context.pointer) else { throw .failed(OpenSSLErrors.text()) }
        self.context = context
        self.pointer = pointer
        self.descriptor = descriptor
        // A name with a dot at its end is the same name, but no certificate has it.
        self.host = host.hasSuffix(".") ? String(host.dropLast()) : host
        guard lockstep_set_socket(pointer, context.socketMethod, descriptor) == 1 else {
            throw .failed(OpenSSLErrors.text())
        }
    }

    deinit {
        SSL_free(pointer)
    }

    /// Who the peer is, from its certificate; nil without one.
    package var peer: PeerCertificate? {
        guard let certificate = SSL_get1_peer_certificate(pointer) else { return nil }
        return PeerCertificate(Certificate(certificate).pointer)
    }

    /// The subject of the peer's certificate as Kafka makes a principal of it; nil without a certificate.
    package var peerName: String? {
        guard let certificate = SSL_get1_peer_certificate(pointer) else { return nil }
        return DistinguishedName.text(X509_get_subject_name(Certificate(certificate).pointer))
    }

    /// The version agreed on, such as `TLSv1.3`.
    package var version: String { String(cString: SSL_get_version(pointer)) }

    // MARK: Whom to expect

    private func expect(verifiesHostName: Bool) throws(TLSError) {
        SSL_set_ex_data(pointer, 0, Unmanaged.passUnretained(self).toOpaque())
        SSL_set_verify(pointer, SSL_VERIFY_PEER, PeerVerification.noteRejection)
        SSL_set_cert_cb(pointer, PeerVerification.noteRequest, Unmanaged.passUnretained(self).toOpaque())
        let parameters = SSL_get0_param(pointer)
        let isAddress = PeerVerification.isAddress(host)
        if !isAddress, lockstep_set_server_name(pointer, host) != 1 {
            throw .unusable("\"\(host)\" is no host name that TLS can carry. Set tls.serverName.")
        }
        guard verifiesHostName else { return }
        X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        let isSet =
            isAddress
            ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host) : X509_VERIFY_PARAM_set1_host(parameters, host, 0)
        guard isSet == 1 else { throw .unusable("\"\(host)\" is no host name that a certificate can have.") }
    }

    // MARK: Handshake

    /// Goes on with the handshake as far as the socket allows.
    package func handshake() -> Progress {
        if firstBytes.isEmpty { firstBytes = peek() }
        ERR_clear_error()
        let result = SSL_do_handshake(pointer)
        if result == 1 {
            isOpen = true
            return .done
        }
        let number = errno
        let error: TLSError
        switch SSL_get_error(pointer, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .waits
        case SSL_ERROR_ZERO_RETURN: error = rejection ?? closed(nil)
        case SSL_ERROR_SYSCALL: error = closed(number == 0 ? nil : SystemError("TLS handshake", number))
        default:
            error = protocolError()
            if case .notTLS = error, SSL_is_server(pointer) == 1 { alertPlaintext() }
        }
        failure = error
        return .failed(error)
    }

    /// Answers a client that speaks no TLS with the alert `unexpected_message`, by which it sees what is spoken here.
    ///
    /// Java's servers do so; OpenSSL would send nothing.
    private func alertPlaintext() {
        let alert: [UInt8] = [0x15, 3, 3, 0, 2, UInt8(SSL3_AL_FATAL), UInt8(SSL3_AD_UNEXPECTED_MESSAGE)]
        _ = send(descriptor, alert, alert.count, Int32(MSG_NOSIGNAL))
    }

    /// The first bytes of the peer, left where they are: they say what it speaks when that is not TLS.
    private func peek() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 8) { buffer, count in
            count = Swift.max(recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_PEEK)), 0)
        }
    }

    private func closed(_ error: SystemError?) -> TLSError {
        mayMissCertificate ? .certificateWanted : .closed(error)
    }

    /// Whether the peer may have gone because it was shown no certificate: one that has sent something lets us in.
    private var mayMissCertificate: Bool { wasAskedForCertificate && !context.hasIdentity && !hasRead }

    private func protocolError() -> TLSError {
        let code = ERR_peek_last_error()
        defer { ERR_clear_error() }
        guard OpenSSLErrors.library(code) == ERR_LIB_SSL else { return .failed(OpenSSLErrors.text()) }
        let reason = OpenSSLErrors.reason(code)
        if let rejection, reason == SSL_R_CERTIFICATE_VERIFY_FAILED { return rejection }
        if let first = firstBytes.first, !(0x14...0x17).contains(first) { return .notTLS(firstBytes) }
        guard reason > SSL_AD_REASON_OFFSET, let alert = UInt8(exactly: reason - SSL_AD_REASON_OFFSET) else {
            return .failed(OpenSSLErrors.text())
        }
        // bad_certificate to unknown_ca are about a certificate, and 116 is certificate_required.
        guard (41...48).contains(alert) || alert == 116 || (alert == 40 && mayMissCertificate) else {
            return .alert(alert)
        }
        if mayMissCertificate { return .certificateWanted }
        return wasAskedForCertificate && !hasRead ? .certificateRefused(alert) : .alert(alert)
    }

    // MARK: Transfer

    /// Reads up to `capacity` bytes, of one record at most.
    package func read(into memory: UnsafeMutableRawPointer, capacity: Int) -> TransferResult {
        readWaitsForWriting = false
        ERR_clear_error()
        let moved = SSL_read(pointer, memory, Int32(clamping: capacity))
        if moved > 0 {
            hasRead = true
            return .moved(Int(moved))
        }
        let number = errno
        switch SSL_get_error(pointer, moved) {
        case SSL_ERROR_WANT_READ: return .wouldBlock
        case SSL_ERROR_WANT_WRITE:
            readWaitsForWriting = true
            return .wouldBlock
        case SSL_ERROR_ZERO_RETURN: return .ended
        case SSL_ERROR_SYSCALL: return broken(number, "recv")
        default:
            failure = protocolError()
            return .failed(SystemError("recv", EPROTO))
        }
    }

    /// Writes the parts in full records, as far as the socket takes them.
    package func write(_ parts: UnsafeMutableBufferPointer<iovec>) -> TransferResult {
        var written = 0
        var place = RecordGathering.Place()
        while let piece = records.next(parts, at: place) {
            let result = write(piece)
            guard case .moved(let count) = result else {
                if case .wouldBlock = result, written > 0 { break }
                return result
            }
            written += count
            place.advance(by: count, in: parts)
        }
        return .moved(written)
    }

    private func write(_ piece: UnsafeRawBufferPointer) -> TransferResult {
        writeWaitsForReading = false
        ERR_clear_error()
        let moved = SSL_write(pointer, piece.baseAddress, Int32(clamping: piece.count))
        if moved > 0 { return .moved(Int(moved)) }
        let number = errno
        switch SSL_get_error(pointer, moved) {
        case SSL_ERROR_WANT_WRITE: return .wouldBlock
        case SSL_ERROR_WANT_READ:
            writeWaitsForReading = true
            return .wouldBlock
        case SSL_ERROR_ZERO_RETURN: return .ended
        case SSL_ERROR_SYSCALL: return broken(number, "sendmsg")
        default:
            failure = protocolError()
            return .failed(SystemError("sendmsg", EPROTO))
        }
    }

    private func broken(_ number: Int32, _ call: String) -> TransferResult {
        isOpen = false
        if mayMissCertificate { failure = .certificateWanted }
        return number == 0 ? .ended : .failed(SystemError(call, number))
    }

    /// Says goodbye (close_notify) unless the connection broke.
    package func close() {
        // After an error the session must not be used any more.
        guard isOpen, failure == nil else { return }
        isOpen = false
        ERR_clear_error()
        SSL_shutdown(pointer)
        ERR_clear_error()
    }
}
