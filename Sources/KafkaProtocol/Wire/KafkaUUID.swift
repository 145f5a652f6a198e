/// A UUID as Kafka writes it: 16 bytes on the wire, 22 characters of URL-safe base64 for people (topic ids).
package struct KafkaUUID: Hashable, Sendable, CustomStringConvertible {
    /// The first eight bytes, big-endian.
    package var high: UInt64
    /// The last eight bytes, big-endian.
    package var low: UInt64

    /// The UUID of two halves.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// All bytes zero: "no id" in the protocol.
    package static let zero = KafkaUUID(high: 0, low: 0)

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The 22 characters that Kafka's tools print.
    package var description: String {
        var characters: [UInt8] = []
        for index in 0..<22 {
            // Six bits at a time from 128 bits followed by four zero bits.
            var value = 0
            for bit in index * 6..<index * 6 + 6 {
                let set = bit < 64 ? high >> UInt64(63 - bit) & 1 : bit < 128 ? low >> UInt64(127 - bit) & 1 : 0
                value = value << 1 | Int(set)
            }
            characters.append(Self.alphabet[value])
        }
        return String(decoding: characters, as: UTF8.self)
    }

    /// Reads the 22 characters; nil when they are no UUID.
    package init?(_ text: String) {
        guard text.utf8.count == 22 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, character) in text.utf8.enumerated() {
            guard let value = Self.alphabet.firstIndex(of: character) else { return nil }
            for bit in 0..<6 {
                let set = UInt64(value >> (5 - bit) & 1)
                let place = index * 6 + bit
                if place < 64 {
                    high |= set << UInt64(63 - place)
                } else if place < 128 {
                    low |= set << UInt64(127 - place)
                } else if set == 1 {
                    return nil
                }
            }
        }
        self.init(high: high, low: low)
    }
}
