import COpenSSL

/// SCRAM (RFC 5802, RFC 7677): both sides prove that they know the password, which never travels.
struct SCRAMExchange: Sendable {
    private enum State: Sendable {
        case sentFirst
        case sentProof(serverSignature: [UInt8])
        case over
    }

    let hash: SCRAMHash
    let firstMessage: [UInt8]
    private let bareFirstMessage: String
    private let nonce: String
    private let password: Secret
    private var state = State.sentFirst

    /// How often the password may be hashed: fewer is not secure (RFC 7677, and Kafka's own limit), more is an attack.
    private static let iterations = 4096...1_000_000

    init(_ hash: SCRAMHash, username: String, password: Secret, nonce: String) {
        self.hash = hash
        self.password = password
        self.nonce = nonce
        bareFirstMessage = "n=\(Self.escaped(username)),r=\(nonce)"
        firstMessage = Array("n,,\(bareFirstMessage)".utf8)
    }

    /// 24 random bytes in base64.
    static func randomNonce() throws(SASLError) -> String {
        var bytes = [UInt8](repeating: 0, count: 24)
        guard RAND_bytes(&bytes, Int32(bytes.count)) == 1 else {
            throw .unusable("OpenSSL has no random bytes for SCRAM.")
        }
        return Base64.encode(bytes)
    }

    /// A comma ends an attribute and "=" begins an escape.
    private static func escaped(_ name: String) -> String {
        name.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case ",": text += "=2C"
            case "=": text += "=3D"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    mutating func answer(to message: [UInt8]) throws(SASLError) -> [UInt8]? {
        let attributes = try SCRAMAttributes(message, mechanism: hash.mechanism)
        switch state {
        case .sentFirst:
            let (proof, signature) = try prove(attributes, serverFirst: String(decoding: message, as: UTF8.self))
            state = .sentProof(serverSignature: signature)
            return proof
        case .sentProof(let expected):
            state = .over
            try verify(attributes, expected)
            return nil
        case .over: throw malformed("nothing was due any more")
        }
    }

    private func prove(
        _ attributes: SCRAMAttributes, serverFirst: String
    ) throws(SASLError) -> (message: [UInt8], serverSignature: [UInt8]) {
        if let error = attributes["e", at: 0] {
            throw .refused(mechanism: hash.mechanism, "\(shown(Array(error.utf8))).")
        }
        guard let theirs = attributes["r", at: 0] else { throw malformed("it does not begin with a nonce") }
        guard theirs.hasPrefix(nonce), theirs.utf8.count > nonce.utf8.count else {
            throw malformed("its nonce does not continue ours")
        }
        guard let text = attributes["s", at: 1], let salt = Base64.decode(text), !salt.isEmpty else {
            throw malformed("it carries no salt")
        }
        guard let text = attributes["i", at: 2], let count = Int(text) else {
            throw malformed("it carries no number of iterations")
        }
        guard Self.iterations.contains(count) else {
            throw malformed(
                "it demands \(count) iterations; \(Self.iterations.lowerBound) to \(Self.iterations.upperBound) are "
                    + "accepted")
        }
        let salted = try hash.saltedPassword(password, salt: salt, iterations: count)
        let clientKey = try hash.hmac(key: salted, Array("Client Key".utf8))
        let serverKey = try hash.hmac(key: salted, Array("Server Key".utf8))
        // "biws" is "n,," in base64: no channel binding.
        let withoutProof = "c=biws,r=\(theirs)"
        let exchanged = Array("\(bareFirstMessage),\(serverFirst),\(withoutProof)".utf8)
        let clientSignature = try hash.hmac(key: hash.digest(clientKey), exchanged)
        let proof = zip(clientKey, clientSignature).map { $0 ^ $1 }
        return (Array("\(withoutProof),p=\(Base64.encode(proof))".utf8), try hash.hmac(key: serverKey, exchanged))
    }

    private func verify(_ attributes: SCRAMAttributes, _ expected: [UInt8]) throws(SASLError) {
        if let error = attributes["e", at: 0] {
            throw .refused(mechanism: hash.mechanism, "\(shown(Array(error.utf8))).")
        }
        guard let text = attributes["v", at: 0], let theirs = Base64.decode(text) else {
            throw malformed("it carries no signature")
        }
        guard theirs.count == expected.count, CRYPTO_memcmp(theirs, expected, expected.count) == 0 else {
            throw .notProven(mechanism: hash.mechanism)
        }
    }

    private func malformed(_ text: String) -> SASLError {
        .malformed(mechanism: hash.mechanism, text)
    }
}

/// The attributes of a SCRAM message, `a=value` with commas between them, whose order matters.
private struct SCRAMAttributes {
    private let parts: [Substring]

    init(_ message: [UInt8], mechanism: String) throws(SASLError) {
        guard let text = String(validating: message, as: UTF8.self) else {
            throw .malformed(mechanism: mechanism, "it is not text")
        }
        parts = text.split(separator: ",", omittingEmptySubsequences: false)
        // RFC 5802: whoever does not know a mandatory extension must not go on.
        if text.hasPrefix("m=") { throw .malformed(mechanism: mechanism, "it demands an unknown extension") }
    }

    /// The value of the attribute at `index` if it is the one called `name`.
    subscript(name: Character, at index: Int) -> String? {
        guard parts.indices.contains(index), parts[index].hasPrefix("\(name)=") else { return nil }
        return String(parts[index].dropFirst(2))
    }
}
