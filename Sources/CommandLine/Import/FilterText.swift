import FoundationEssentials

/// Cluster Linking's filters in JSON as entries of a manifest.
enum FilterText {
    /// The entries of `{"<root>": [{…}, …]}`, a line of YAML each; nil when the text has another form.
    static func entries(_ json: String, root: String) -> [String]? {
        guard let tree = try? JSONDecoder().decode(JSONTree.self, from: Data(json.utf8)),
            case .object(let members) = tree, members.count == 1, case .list(let entries)? = members[root]
        else { return nil }
        return entries.map(line)
    }

    /// Keys in the order in which people write them.
    private static let order = [
        "name", "patternType", "filterType", "resourceFilter", "accessFilter", "resourceType", "principal", "operation",
        "permissionType", "host",
    ]
    private static let orderOfResource = ["resourceType", "patternType", "name"]

    private static func line(_ tree: JSONTree) -> String {
        switch tree {
        case .text(let text): return YAMLText.scalar(text)
        case .other(let text): return text
        case .list(let elements): return "[\(elements.map(line).joined(separator: ", "))]"
        case .object(let members):
            let wanted = members["resourceType"] == nil ? order : orderOfResource
            let known = wanted.filter { members[$0] != nil }
            let keys = known + members.keys.filter { !known.contains($0) }.sorted()
            let parts = keys.compactMap { key in members[key].map { "\(YAMLText.scalar(key)): \(line($0))" } }
            return "{\(parts.joined(separator: ", "))}"
        }
    }

    /// JSON of any form.
    private enum JSONTree: Decodable {
        case text(String)
        case other(String)
        case list([JSONTree])
        case object([String: JSONTree])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let text = try? value.decode(String.self) {
                self = .text(text)
            } else if let elements = try? value.decode([JSONTree].self) {
                self = .list(elements)
            } else if let members = try? value.decode([String: JSONTree].self) {
                self = .object(members)
            } else if let truth = try? value.decode(Bool.self) {
                self = .other("\(truth)")
            } else if let number = try? value.decode(Int64.self) {
                self = .other("\(number)")
            } else {
                self = .other("null")
            }
        }
    }
}
