import Credentials

/// The broker's side of SCRAM (RFC 5802): both sides prove that they know the password, which never travels.
///
/// As Kafka's server does it: no channel binding, texts in ASCII, and extensions that it does not know are passed over.
struct SCRAMServerExchange: Sendable {
    private enum State: Sendable {
        case begins
        case challenged(Challenge)
        case over
    }

    private struct Challenge: Sendable {
        var user: String
        var credential: SCRAMCredential
        var nonce: String
        /// What both sides sign: the client's first message without its header, and the broker's.
        var messages: String
    }

    private let hash: SCRAMHash
    private let nonce: String
    private var state = State.begins

    init(_ hash: SCRAMHash, nonce: String) {
        self.hash = hash
        self.nonce = nonce
    }

    mutating func answer(
        to message: [UInt8], _ options: SASLOptions
    ) throws(SASLRefusal) -> SASLServerExchange.Step {
        // A message that is not as it should be ends the exchange.
        let former = state
        state = .over
        guard message.allSatisfy({ (0x01...0x7f).contains($0) }) else { throw .untold }
        let text = String(decoding: message, as: UTF8.self)
        switch former {
        case .begins:
            let (challenge, answer) = try challenge(text, options)
            state = .challenged(challenge)
            return .more(Array(answer.utf8))
        case .challenged(let challenge): return try verify(text, challenge)
        case .over: throw .untold
        }
    }

    /// `n,[a=who to act as],n=user,r=nonce[,extensions]`.
    private func challenge(
        _ text: String, _ options: SASLOptions
    ) throws(SASLRefusal) -> (challenge: Challenge, answer: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0] == "n" else { throw .untold }
        // An extension that is mandatory may stand before the name; Kafka passes it over like all others.
        let begin = parts[2].hasPrefix("m=") ? 3 : 2
        guard let name = value("n", parts, begin), let user = Self.unescaped(name),
            let theirs = value("r", parts, begin + 1), theirs.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
            parts.dropFirst(begin + 2).allSatisfy(Self.isExtension)
        else { throw .untold }
        guard let credential = options.scramCredential(of: user, hash) else { throw .untold }
        if !parts[1].isEmpty {
            guard let name = value("a", parts, 1), let other = Self.unescaped(name) else { throw .untold }
            guard other == user else { throw .otherAuthorizationId }
        }
        let both = theirs + nonce
        let answer = "r=\(both),s=\(Base64.encode(credential.salt)),i=\(credential.iterations)"
        let bare = parts.dropFirst(2).joined(separator: ",")
        return (
            Challenge(user: user, credential: credential, nonce: both, messages: "\(bare),\(answer)"), answer
        )
    }

    /// `c=header,r=nonce[,extensions],p=proof`.
    private func verify(_ text: String, _ challenge: Challenge) throws(SASLRefusal) -> SASLServerExchange.Step {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count >= 3, let header = value("c", parts, 0), Base64.decode(header) != nil,
            value("r", parts, 1) == challenge.nonce, parts[2..<(parts.count - 1)].allSatisfy(Self.isExtension),
            let proof = value("p", parts, parts.count - 1).flatMap(Base64.decode)
        else { throw .untold }
        let signed = Array("\(challenge.messages),\(parts.dropLast().joined(separator: ","))".utf8)
        guard let own = try? signature(of: signed, for: proof, challenge.credential) else { throw .untold }
        return .done(Array("v=\(Base64.encode(own))".utf8), SASLIdentity(name: challenge.user))
    }

    /// Our signature of what both have signed; nil when the client's proof is not right.
    private func signature(
        of signed: [UInt8], for proof: [UInt8], _ credential: SCRAMCredential
    ) throws(SASLError) -> [UInt8]? {
        let theirs = try hash.hmac(key: credential.storedKey, signed)
        guard proof.count == theirs.count else { return nil }
        let key = try hash.digest(zip(proof, theirs).map { $0 ^ $1 })
        // All bytes are looked at, so that the time tells nothing.
        let difference = zip(key, credential.storedKey).reduce(0) { $0 | ($1.0 ^ $1.1) }
        return difference == 0 ? try hash.hmac(key: credential.serverKey, signed) : nil
    }

    /// The value of the attribute at `index` if it is the one called `name` and not empty.
    private func value(_ name: Character, _ parts: [Substring], _ index: Int) -> String? {
        guard parts.indices.contains(index), parts[index].hasPrefix("\(name)="), parts[index].utf8.count > 2 else {
            return nil
        }
        return String(parts[index].dropFirst(2))
    }

    private static func isExtension(_ part: Substring) -> Bool {
        let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return sides.count == 2 && !sides[1].isEmpty && !sides[0].isEmpty
            && sides[0].utf8.allSatisfy { (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) }
    }

    /// A name without its escapes; nil when an equals sign begins none.
    static func unescaped(_ name: String) -> String? {
        var parts = name.split(separator: "=", omittingEmptySubsequences: false)[...]
        var text = String(parts.removeFirst())
        for part in parts {
            if part.hasPrefix("2C") {
                text += ","
            } else if part.hasPrefix("3D") {
                text += "="
            } else {
                return nil
            }
            text += part.dropFirst(2)
        }
        return text.isEmpty ? nil : text
    }
}
