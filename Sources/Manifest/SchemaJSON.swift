import Diagnostics

/// A JSON value whose objects keep their order, for writing JSON Schema.
indirect enum SchemaJSON: Sendable, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    case text(String)
    case number(Int64)
    case boolean(Bool)
    case null
    case array([SchemaJSON])
    case object([(String, SchemaJSON)])

    init(stringLiteral value: String) { self = .text(value) }
    init(booleanLiteral value: Bool) { self = .boolean(value) }
    init(integerLiteral value: Int64) { self = .number(value) }
    init(arrayLiteral elements: SchemaJSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, SchemaJSON)...) { self = .object(elements) }

    /// The object with more members behind its own.
    func adding(_ members: [(String, SchemaJSON)]) -> SchemaJSON {
        guard case .object(let own) = self else { return self }
        return .object(own + members)
    }

    /// The value as indented JSON text.
    func rendered(indent: Int = 0) -> String {
        let inner = String(repeating: "  ", count: indent + 1)
        let outer = String(repeating: "  ", count: indent)
        switch self {
        case .text(let text): return QuotedJSON.of(text)
        case .number(let number): return String(number)
        case .boolean(let flag): return flag ? "true" : "false"
        case .null: return "null"
        case .array(let elements) where elements.isEmpty: return "[]"
        case .array(let elements):
            let isFlat = elements.allSatisfy(\.isScalar)
            if isFlat { return "[" + elements.map { $0.rendered() }.joined(separator: ", ") + "]" }
            let lines = elements.map { inner + $0.rendered(indent: indent + 1) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(outer)]"
        case .object(let members) where members.isEmpty: return "{}"
        case .object(let members):
            let lines = members.map { "\(inner)\(QuotedJSON.of($0.0)): \($0.1.rendered(indent: indent + 1))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
        }
    }

    private var isScalar: Bool {
        switch self {
        case .text, .number, .boolean, .null: true
        case .array, .object: false
        }
    }
}
