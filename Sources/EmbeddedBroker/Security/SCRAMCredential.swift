import Credentials

/// What a broker keeps of a password for SCRAM (RFC 5802, section 3): enough to verify, not enough to log in.
struct SCRAMCredential: Sendable {
    let salt: [UInt8]
    let iterations: Int
    let storedKey: [UInt8]
    let serverKey: [UInt8]

    /// What Kafka's tools take, and the fewest that it accepts.
    static let iterations = 4096

    /// Hashes a password with a salt of its own; takes milliseconds.
    init(_ hash: SCRAMHash, _ password: Secret, salt: [UInt8] = RandomBytes.next(16)) throws(SASLError) {
        self.salt = salt
        iterations = Self.iterations
        let salted = try hash.saltedPassword(password, salt: salt, iterations: iterations)
        storedKey = try hash.digest(hash.hmac(key: salted, Array("Client Key".utf8)))
        serverKey = try hash.hmac(key: salted, Array("Server Key".utf8))
    }
}

/// Bytes that nobody can guess.
enum RandomBytes {
    static func next(_ count: Int) -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }
}
