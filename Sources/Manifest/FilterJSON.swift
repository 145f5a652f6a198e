import Diagnostics
import KafkaModel
import YAMLDocument

/// Cluster Linking's filters in JSON that no manifest points at, such as the value of a flag; read as strictly.
package enum FilterJSON: Hashable, Sendable {
    /// Filters for topics.
    case topics(TopicFilters)
    /// Filters for consumer groups.
    case groups(TopicFilters)
    /// Filters for ACLs.
    case acls(AclFilters)

    /// The only key of the JSON object, by what it filters.
    package enum Root: String, Hashable, Sendable, CaseIterable {
        /// Topics.
        case topicFilters
        /// Consumer groups.
        case groupFilters
        /// ACLs.
        case aclFilters
    }

    /// Reads JSON of the form `{"<root>": [{…}, …]}`.
    ///
    /// - Parameters:
    ///   - bytes: the text.
    ///   - name: what findings call it.
    ///   - root: what it filters.
    /// - Returns: the filters, nil when there is a mistake, and all that was found, in reading order.
    package static func read(
        _ bytes: [UInt8], name: String, _ root: Root
    ) -> (filters: FilterJSON?, findings: [Diagnostic]) {
        let findings = DiagnosticCollector()
        let source = YAMLSource(name: name, bytes: bytes, findings: findings)
        let filters: FilterJSON? =
            switch root {
            case .topicFilters: FilterFile.topicFilters(source).map { .topics(TopicFilters($0.value.map(\.value))) }
            case .groupFilters: FilterFile.groupFilters(source).map { .groups(TopicFilters($0.value.map(\.value))) }
            case .aclFilters: FilterFile.aclFilters(source).map { .acls(AclFilters($0.value.map(\.value))) }
            }
        let found = findings.diagnostics.inReadingOrder()
        return (found.containsErrors ? nil : filters, found)
    }
}
