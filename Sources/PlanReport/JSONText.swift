import Diagnostics

/// A JSON document whose keys stay in the order they were written in, so that people can read it from the top.
package indirect enum JSONText: Hashable, Sendable {
    /// Members in order.
    case object([Member])
    /// Elements in order.
    case array([JSONText])
    /// Text.
    case string(String)
    /// A whole number.
    case integer(Int64)
    /// True or false.
    case bool(Bool)
    /// Nothing.
    case null

    /// A key and its value.
    package struct Member: Hashable, Sendable {
        /// The key.
        package var key: String
        /// The value.
        package var value: JSONText
    }

    /// Text, or null when there is none.
    static func optional(_ text: String?) -> JSONText { text.map { .string($0) } ?? .null }

    /// The document, indented by two blanks, with a line end at its end.
    package func pretty() -> String {
        var text = ""
        write(to: &text, indent: 0)
        return text + "\n"
    }

    /// The document in one line without a line end.
    package func compact() -> String {
        var text = ""
        writeCompact(to: &text)
        return text
    }

    // MARK: Writing

    private func write(to text: inout String, indent: Int) {
        switch self {
        case .object(let members) where !members.isEmpty:
            let inner = String(repeating: "  ", count: indent + 1)
            for (index, member) in members.enumerated() {
                text += index == 0 ? "{\n" : ",\n"
                text += "\(inner)\(QuotedJSON.of(member.key)): "
                member.value.write(to: &text, indent: indent + 1)
            }
            text += "\n\(String(repeating: "  ", count: indent))}"
        case .array(let elements) where !elements.isEmpty:
            let inner = String(repeating: "  ", count: indent + 1)
            for (index, element) in elements.enumerated() {
                text += (index == 0 ? "[\n" : ",\n") + inner
                element.write(to: &text, indent: indent + 1)
            }
            text += "\n\(String(repeating: "  ", count: indent))]"
        case .object, .array, .string, .integer, .bool, .null:
            writeCompact(to: &text)
        }
    }

    private func writeCompact(to text: inout String) {
        switch self {
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                text += (index == 0 ? "" : ",") + QuotedJSON.of(member.key) + ":"
                member.value.writeCompact(to: &text)
            }
            text += "}"
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += "," }
                element.writeCompact(to: &text)
            }
            text += "]"
        case .string(let value): text += QuotedJSON.of(value)
        case .integer(let value): text += "\(value)"
        case .bool(let value): text += value ? "true" : "false"
        case .null: text += "null"
        }
    }
}

extension JSONText: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
    ExpressibleByBooleanLiteral
{
    /// An object whose keys stay in the order written.
    package init(dictionaryLiteral elements: (String, JSONText)...) {
        self = .object(elements.map { Member(key: $0.0, value: $0.1) })
    }

    /// An array of elements.
    package init(arrayLiteral elements: JSONText...) { self = .array(elements) }

    /// Text.
    package init(stringLiteral value: String) { self = .string(value) }

    /// True or false.
    package init(booleanLiteral value: Bool) { self = .bool(value) }

    /// A whole number.
    static func number(_ value: Int) -> JSONText { .integer(Int64(value)) }

    /// An object of a dictionary, keys in alphabetical order.
    package static func sorted(_ values: [String: JSONText]) -> JSONText {
        .object(values.sorted { $0.key < $1.key }.map { Member(key: $0.key, value: $0.value) })
    }
}
