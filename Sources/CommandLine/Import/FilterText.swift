import KafkaModel
import Manifest

/// Filters as entries of a manifest.
enum FilterText {
    /// The entries, a line of YAML each.
    static func entries(_ filters: FilterJSON) -> [String] {
        switch filters {
        case .topics(let filters), .groups(let filters): filters.entries.map(line)
        case .acls(let filters): filters.entries.map(line)
        }
    }

    private static func line(_ filter: TopicFilter) -> String {
        mapping([
            ("name", filter.name), ("patternType", filter.patternType.rawValue),
            ("filterType", filter.filterType.rawValue),
        ])
    }

    /// Whatever is any is written as such where the field is needed, and left out elsewhere.
    private static func line(_ filter: AclFilter) -> String {
        let resource = mapping([
            ("resourceType", filter.resourceType?.rawValue ?? "any"), ("patternType", filter.patternType.rawValue),
            ("name", filter.name),
        ])
        let access = mapping([
            ("principal", filter.principal), ("operation", filter.operation?.rawValue ?? "any"),
            ("permissionType", filter.permission?.rawValue ?? "any"), ("host", filter.host),
        ])
        return "{resourceFilter: \(resource), accessFilter: \(access)}"
    }

    private static func mapping(_ entries: [(key: String, value: String?)]) -> String {
        let parts = entries.compactMap { key, value in value.map { "\(key): \(YAMLText.scalar($0))" } }
        return "{\(parts.joined(separator: ", "))}"
    }
}
