import COpenSSL

/// OpenSSL's queue of errors of the calling thread.
enum OpenSSLErrors {
    /// The newest error in words, such as `wrong version number`; the queue is then empty.
    static func text() -> String {
        let error = ERR_peek_last_error()
        ERR_clear_error()
        guard error != 0 else { return "OpenSSL does not say why" }
        if let reason = ERR_reason_error_string(error) { return String(cString: reason) }
        return "OpenSSL's error \(String(error, radix: 16))"
    }

    /// The part of OpenSSL that an error comes from, such as `ERR_LIB_SSL`.
    static func library(_ error: UInt) -> Int32 { ERR_GET_LIB(error) }

    /// What is wrong, as a number of that part.
    static func reason(_ error: UInt) -> Int32 { ERR_GET_REASON(error) }
}
