import YAMLDocument

/// One key of a mapping: its name, what it means, its shape, and whether this version can do what it asks for.
struct Field<Value>: Sendable, FieldDescription {
    let name: String
    let about: String
    let shape: Shape<Value>
    let isRequired: Bool
    let fallback: SchemaJSON?
    /// Whether a value asks for something that is not available in this version.
    let isUnavailable: @Sendable (Value) -> Bool
    /// What to do about a value that is not available.
    let unavailableHint: String

    init(
        _ name: String, _ about: String, _ shape: Shape<Value>, required: Bool = false, fallback: SchemaJSON? = nil,
        unavailable: @escaping @Sendable (Value) -> Bool = { _ in false }, hint: String = "remove it for now"
    ) {
        self.name = name
        self.about = about
        self.shape = shape
        isRequired = required
        self.fallback = fallback
        isUnavailable = unavailable
        unavailableHint = hint
    }

    var schema: SchemaJSON {
        shape.schema.adding([("description", .text(about))] + (fallback.map { [("default", $0)] } ?? []))
    }
}

/// What the schema needs to know of a field, whatever its value.
protocol FieldDescription: Sendable {
    var name: String { get }
    var schema: SchemaJSON { get }
    var isRequired: Bool { get }
}

/// Takes the fields of one mapping.
struct FieldReader {
    let mapping: MappingReader

    /// The value of a field with its place; nil when it is absent or does not fit (which was reported).
    func take<Value>(_ field: Field<Value>) -> Located<Value>? {
        guard let entry = mapping.entry(field.name) else {
            if field.isRequired { mapping.reportMissing(field.name) }
            return nil
        }
        let path = mapping.path(of: field.name)
        guard let value = field.shape.read(entry.value, path) else { return nil }
        if field.isUnavailable(value) {
            NotAvailable.report(path: path, value: entry.value, at: entry.keySpot, hint: field.unavailableHint)
        }
        return Located(value: value, spot: entry.value.spot)
    }

    /// Where findings about the mapping as a whole point to.
    var spot: YAMLSpot { mapping.spot }

    /// The keys that are there, whatever their values.
    var presentKeys: Set<String> { Set((mapping.node.entries ?? []).map(\.key)) }
}

/// The finding for a feature that is known and not there yet: never silently ignored.
enum NotAvailable {
    static func report(path: String, value: YAMLNode, at spot: YAMLSpot, hint: String) {
        let shortPath = path.hasPrefix("spec.") ? String(path.dropFirst(5)) : path
        let isHidden = SecretMask.looksSecret(shortPath) || shortPath.hasPrefix("sasl.") || shortPath.hasPrefix("ssl.")
        let shown = value.text.map { isHidden || $0.count > 60 ? shortPath : "\(shortPath): \($0)" } ?? shortPath
        spot.report(
            ManifestCode.notAvailable, "\"\(shown)\" is not available in this version of Lockstep", hint: hint)
    }
}

extension Shape {
    /// A mapping with these fields and no others.
    ///
    /// `build` takes every field exactly so that a field of the table that is never read is found by the tests.
    static func object(
        _ fields: [any FieldDescription], build: @escaping @Sendable (FieldReader) -> Value?
    ) -> Shape {
        let required = fields.filter(\.isRequired).map { SchemaJSON.text($0.name) }
        var schema: SchemaJSON = [
            "type": required.isEmpty ? ["object", "null"] : "object",
            "properties": .object(fields.map { ($0.name, $0.schema) }),
            "additionalProperties": false,
        ]
        if !required.isEmpty { schema = schema.adding([("required", .array(required))]) }
        let names = Set(fields.map(\.name))
        return Shape(schema) { node, path in
            guard let mapping = MappingReader(node, path: path) else { return nil }
            let value = build(FieldReader(mapping: mapping))
            // Our own mistake, not the user's: the table and the reader must name the same keys.
            assert(mapping.asked == names, "fields of \(path): \(mapping.asked.symmetricDifference(names))")
            mapping.finish()
            return value
        }
    }
}
