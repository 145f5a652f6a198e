import YAMLDocument

/// What a value of a manifest looks like: how it is read, and how JSON Schema describes it.
///
/// Reader and schema are made together, so they cannot drift apart. A value that does not fit is reported and reads as
/// nil; the reader never stops.
struct Shape<Value>: Sendable {
    /// The value's description in JSON Schema (draft 2020-12).
    let schema: SchemaJSON
    /// Reads a node; `path` names it in findings, such as `spec.workers.count`.
    let read: @Sendable (_ node: YAMLNode, _ path: String) -> Value?

    init(_ schema: SchemaJSON, read: @escaping @Sendable (YAMLNode, String) -> Value?) {
        self.schema = schema
        self.read = read
    }

    /// The same value with a further check or conversion; nil when it does not pass (and was reported).
    func map<Other>(_ convert: @escaping @Sendable (Value, YAMLNode, String) -> Other?) -> Shape<Other> {
        Shape<Other>(schema) { node, path in
            read(node, path).flatMap { convert($0, node, path) }
        }
    }
}

/// A value that was read, with the place it came from.
struct Located<Value> {
    let value: Value
    let spot: YAMLSpot
}

extension Shape {
    /// A list whose elements all have the same shape; elements that do not fit are left out.
    ///
    /// Null is an empty list.
    static func list<Element>(of element: Shape<Element>) -> Shape where Value == [Located<Element>] {
        Shape(["type": ["array", "null"], "items": element.schema]) { node, path in
            guard let elements = node.elements else {
                node.reportWrongType("a list", what: path)
                return nil
            }
            return elements.enumerated().compactMap { index, node in
                element.read(node, "\(path)[\(index)]").map { Located(value: $0, spot: node.spot) }
            }
        }
    }

    /// A list of at least one element; nil when none fits.
    static func nonEmptyList<Element>(of element: Shape<Element>) -> Shape where Value == [Located<Element>] {
        let any = list(of: element)
        return Shape(["type": "array", "minItems": 1, "items": element.schema]) { node, path in
            if let elements = node.elements, elements.isEmpty {
                node.spot.report(YAMLCode.noValue, "\(path) is empty; it needs at least one element")
                return nil
            }
            return any.read(node, path).flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    /// A mapping with names of the user's choice and text as values, such as `labels`.
    static func freeText() -> Shape where Value == [String: String] {
        Shape(["type": ["object", "null"], "additionalProperties": ["type": ["string", "number", "boolean"]]]) {
            node, path in
            guard let entries = node.entries else {
                node.reportWrongType("a mapping", what: path)
                return nil
            }
            var texts: [String: String] = [:]
            for entry in entries {
                guard let text = entry.value.text else {
                    entry.value.reportWrongType("text", what: "\(path).\(entry.key)")
                    continue
                }
                texts[entry.key] = text
            }
            return texts
        }
    }
}
