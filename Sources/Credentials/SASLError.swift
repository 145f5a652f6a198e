/// Why a SASL exchange cannot begin, or does not prove what it should.
package enum SASLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The credentials cannot be used: what is wrong with them.
    case unusable(String)
    /// A message of the broker does not have the form that the mechanism demands: the mechanism, and what is wrong.
    case malformed(mechanism: String, String)
    /// The broker refused: the mechanism, and its words.
    case refused(mechanism: String, String)
    /// The broker could not prove that it knows the password.
    case notProven(mechanism: String)

    /// What happened and what to do, without any secret.
    package var description: String {
        switch self {
        case .unusable(let text): text
        case .malformed(let mechanism, let text):
            "its answer in the \(mechanism) exchange is not valid: \(text). Is this a Kafka broker?"
        case .refused(let mechanism, let text):
            "refused \(mechanism) authentication: \(text)"
        case .notProven(let mechanism):
            "could not prove in the \(mechanism) exchange that it knows the password: it is not the broker it claims to "
                + "be. Check the address, and use TLS."
        }
    }
}

/// Text of a peer, fit for a message: printable ASCII, at most 300 characters of it.
package func shown(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes.prefix(300).map { (0x20...0x7e).contains($0) ? $0 : 0x3f }, as: UTF8.self)
    return bytes.count > 300 ? text + "…" : text
}
