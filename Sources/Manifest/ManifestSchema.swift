/// The JSON Schema of all manifest kinds, for editors and for checks without Lockstep.
package enum ManifestSchema {
    /// One schema (draft 2020-12) for every kind, because editors apply one schema to all documents of a file.
    ///
    /// It is made of the same tables the loader reads with.
    package static func json() -> String {
        let schema: SchemaJSON = [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Lockstep manifest",
            "type": "object",
            "required": ["apiVersion", "kind", "metadata", "spec"],
            "oneOf": .array(
                ManifestKind.allCases.map { kind in
                    SchemaJSON.object([("title", .text(kind.rawValue)), ("description", .text(kind.about))])
                        .adding(kind.document.schema.members)
                }),
        ]
        return schema.rendered() + "\n"
    }
}

extension SchemaJSON {
    /// The members of an object; none of anything else.
    var members: [(String, SchemaJSON)] {
        if case .object(let members) = self { members } else { [] }
    }
}
