/// Kafka's rules for topic names, and the names Lockstep never touches.
package enum TopicName {
    /// Longest name a broker accepts, in characters.
    package static let maximumLength = 249

    /// Why `name` is no legal topic name, or nil when it is legal (Kafka: `Topic.validate`).
    package static func problem(_ name: String) -> String? {
        if name.isEmpty { return "a topic name may not be empty" }
        if name == "." || name == ".." { return "a topic may not be named \".\" or \"..\"" }
        if name.utf8.count > maximumLength { return "a topic name has at most \(maximumLength) characters" }
        let legal = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return legal ? nil : "a topic name has only letters, digits, '.', '_' and '-'"
    }

    /// Whether a name belongs to Kafka or to a tool, Lockstep included: never mirrored, never matched by a filter.
    package static func isInternal(_ name: String) -> Bool {
        name.hasPrefix("__")
    }
}
