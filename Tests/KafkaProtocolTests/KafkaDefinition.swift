import Foundation
import Testing

/// One message as Kafka's own JSON defines it.
struct KafkaDefinition {
    /// One field.
    struct Field {
        var name: String
        var type: String
        var versions: ClosedRange<Int>
        var nullable: ClosedRange<Int>?
        var tagged: ClosedRange<Int>?
        var tag: Int?
        var standard: String?
        var ignorable: Bool
        var fields: [Field]

        var isArray: Bool { type.hasPrefix("[]") }
        var element: String { isArray ? String(type.dropFirst(2)) : type }
    }

    var validVersions: ClosedRange<Int>
    var flexibleVersions: ClosedRange<Int>?
    /// Whether the highest version is still being worked on and not offered by brokers.
    var latestVersionUnstable: Bool
    var fields: [Field]
    private var shared: [String: [Field]] = [:]

    /// Reads the JSON in `text`, which has comments in lines of their own.
    init(_ text: String) throws {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.drop { $0 == " " }.hasPrefix("//") }
        let bare = Data(Self.firstObject(in: lines.joined(separator: "\n")).utf8)
        let object = try #require(try JSONSerialization.jsonObject(with: bare) as? [String: Any])
        validVersions = try #require(Self.range(object["validVersions"]))
        flexibleVersions = Self.range(object["flexibleVersions"])
        latestVersionUnstable = Self.flag(object["latestVersionUnstable"])
        for structure in object["commonStructs"] as? [[String: Any]] ?? [] {
            let name = try #require(structure["name"] as? String)
            shared[name] = try Self.fields(structure["fields"])
        }
        fields = try Self.fields(object["fields"])
    }

    /// The text up to the brace that closes the first one: one released file has stray brackets behind it.
    private static func firstObject(in text: String) -> Substring {
        var depth = 0
        var isQuoted = false
        for index in text.indices {
            switch text[index] {
            case "\"": isQuoted.toggle()
            case "{" where !isQuoted: depth += 1
            case "}" where !isQuoted:
                depth -= 1
                if depth == 0 { return text[...index] }
            default: break
            }
        }
        return text[...]
    }

    private static func fields(_ json: Any?) throws -> [Field] {
        try (json as? [[String: Any]] ?? []).map { field in
            let name = try #require(field["name"] as? String)
            let standard = field["default"].map { $0 is NSNull ? "null" : "\($0)" }
            return Field(
                name: name.prefix(1).lowercased() + name.dropFirst(),
                type: try #require(field["type"] as? String),
                versions: try #require(range(field["versions"]), "versions of \(name)"),
                nullable: range(field["nullableVersions"]), tagged: range(field["taggedVersions"]),
                tag: field["tag"] as? Int, standard: standard, ignorable: flag(field["ignorable"]),
                fields: try fields(field["fields"]))
        }
    }

    private static func flag(_ json: Any?) -> Bool {
        json as? Bool ?? (json as? String == "true")
    }

    /// Reads `3`, `3-5` or `3+`; nil for `none`.
    private static func range(_ json: Any?) -> ClosedRange<Int>? {
        guard let text = json as? String, text != "none" else { return nil }
        if text.hasSuffix("+") { return Int(text.dropLast()).map { $0...Int.max } }
        let ends = text.split(separator: "-").compactMap { Int($0) }
        return ends.first.map { $0...(ends.last ?? $0) }
    }

    /// The lines a `RecordingCoder` should note for `version`.
    func lines(_ version: Int) -> [String] {
        lines(fields, version, path: [])
    }

    private func lines(_ fields: [Field], _ version: Int, path: [String]) -> [String] {
        let present = fields.filter { $0.versions.contains(version) }
        let tagged = present.filter { $0.tagged?.contains(version) ?? false }.sorted { $0.tag ?? 0 < $1.tag ?? 0 }
        let ordinary = present.filter { !($0.tagged?.contains(version) ?? false) }
        var lines: [String] = []
        for field in ordinary + tagged {
            let isTagged = field.tagged?.contains(version) ?? false
            let place = (path + [field.name]).joined(separator: ".")
            let (type, value) = typeAndDefault(field, version)
            lines.append("\(isTagged ? "tag \(field.tag ?? -1) " : "")\(place): \(type) = \(value)")
            if let parts = parts(field) { lines += self.lines(parts, version, path: path + [field.name]) }
        }
        lines.append("\(path.isEmpty ? "" : path.joined(separator: ".") + " ")end")
        return lines
    }

    /// The paths of the fields that must not be dropped silently at `version`, out of those in any of `ours`.
    func refusals(_ version: Int, ours: ClosedRange<Int>) -> Set<String> {
        refusals(fields, version, ours: ours, path: [])
    }

    private func refusals(
        _ fields: [Field], _ version: Int, ours: ClosedRange<Int>, path: [String]
    ) -> Set<String> {
        var found: Set<String> = []
        for field in fields where field.versions.overlaps(ours) {
            if field.versions.contains(version) {
                guard let parts = parts(field) else { continue }
                let inner = field.versions.clamped(to: ours)
                found.formUnion(refusals(parts, version, ours: inner, path: path + [field.name]))
            } else if !field.ignorable {
                found.insert((path + [field.name]).joined(separator: "."))
            }
        }
        return found
    }

    private func parts(_ field: Field) -> [Field]? {
        if !field.fields.isEmpty { return field.fields }
        return shared[field.element]
    }

    private func typeAndDefault(_ field: Field, _ version: Int) -> (String, String) {
        let isStructure = parts(field) != nil
        var type = isStructure ? "structure" : field.element == "records" ? "bytes" : field.element
        if field.isArray { type = "[\(type)]" }
        let isNullable = field.nullable?.contains(version) ?? false
        let canBeNull = field.nullable != nil
        let standard: String
        switch field.element {
        case _ where field.standard == "null" && canBeNull: standard = isNullable ? "null" : "\"\""
        case _ where field.isArray: standard = "[]"
        case _ where isStructure: standard = "default"
        case "records": standard = "null"
        case "string": standard = "\"\(field.standard ?? "")\""
        case "bytes": standard = "[]"
        case "bool": standard = (field.standard ?? "false").lowercased()
        case "uuid": standard = "zero"
        default:
            let text = field.standard ?? "0"
            standard = text.hasPrefix("0x") ? String(Int(text.dropFirst(2), radix: 16) ?? 0) : text
        }
        return (isNullable ? "nullable \(type)" : type, standard)
    }
}
