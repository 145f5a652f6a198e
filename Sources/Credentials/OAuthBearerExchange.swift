/// OAUTHBEARER (RFC 7628): the token in the first message; a refusal comes as JSON and is acknowledged.
struct OAuthBearerExchange: Sendable {
    let firstMessage: [UInt8]
    /// What the broker said against the token.
    private(set) var complaint: String?

    init(_ token: Secret) throws(SASLError) {
        let text = token.reveal()
        guard !text.isEmpty else { throw .unusable("the token for OAUTHBEARER is empty.") }
        // RFC 6750: letters, digits and "-._~+/", then "=".
        let isSpoken = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
            default: "-._~+/=".utf8.contains(byte)
            }
        }
        guard isSpoken else {
            throw .unusable(
                "the token for OAUTHBEARER contains a character that no token has. Take away line breaks, spaces and "
                    + "quotes where the token comes from.")
        }
        firstMessage = Array("n,,\u{1}auth=Bearer \(text)\u{1}\u{1}".utf8)
    }

    mutating func answer(to message: [UInt8]) throws(SASLError) -> [UInt8]? {
        if let complaint { throw .refused(mechanism: "OAUTHBEARER", "\(complaint).") }
        guard !message.isEmpty else { return nil }
        complaint = shown(message)
        return [1]
    }
}
