import Diagnostics

/// Scalars as they stand in manifests.
enum YAMLText {
    /// Words that YAML or a manifest would read as something else than text.
    private static let special: Set<String> = ["", "~", "null", "true", "false", "yes", "no", "on", "off"]

    /// Text as a scalar: plain where that is safe, else in double quotes, which YAML reads as JSON does.
    static func scalar(_ text: String) -> String {
        isPlain(text) && !special.contains(text.lowercased()) && Int64(text) == nil ? text : QuotedJSON.of(text)
    }

    /// A config's value: numbers, true and false stay what they are.
    static func value(_ text: String) -> String {
        text == "true" || text == "false" || Int64(text).map({ "\($0)" }) == text ? text : scalar(text)
    }

    /// A line of a comment.
    static func comment(_ text: String) -> String { text.isEmpty ? "#" : "# \(text)" }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, isWord(first) else { return false }
        return text.utf8.allSatisfy { isWord($0) || "._-/".utf8.contains($0) }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
