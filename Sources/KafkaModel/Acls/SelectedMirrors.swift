/// The mirror topics that a link's topic filters select, those that do not exist yet included.
package struct SelectedMirrors: Hashable, Sendable {
    /// In front of the source's names.
    package var prefix: String
    /// Which names of the source are selected.
    package var filters: TopicFilters
    /// Mirror topics that have stopped: they stay what they are, and filters never make them anew.
    package var stopped: Set<String>

    /// Mirror topics of a link with this prefix and these filters.
    package init(prefix: String, filters: TopicFilters, stopped: Set<String> = []) {
        self.prefix = prefix
        self.filters = filters
        self.stopped = stopped
    }

    /// Whether an ACL is, or will be, about one of them.
    func mayBeMet(by acl: AclBinding) -> Bool {
        guard acl.resourceType == .topic else { return false }
        switch acl.patternType {
        case .literal where acl.name != AclBinding.wildcard:
            guard acl.name.hasPrefix(prefix), !stopped.contains(acl.name) else { return false }
            return filters.selects(String(acl.name.dropFirst(prefix.count)))
        case .literal: return filters.entries.contains { $0.filterType == .include }
        case .prefixed: return mayBeMet(beginning: acl.name)
        }
    }

    /// Whether a name that begins so may be selected.
    private func mayBeMet(beginning start: String) -> Bool {
        // All that the beginning stands for is Kafka's own, or excluded: none of it will ever be mirrored.
        if start.hasPrefix(prefix), TopicName.isInternal(String(start.dropFirst(prefix.count))) { return false }
        return filters.entries.contains { $0.filterType == .include && overlaps($0, start) }
            && !filters.entries.contains { $0.filterType == .exclude && coversAll($0, start) }
    }

    private func overlaps(_ entry: TopicFilter, _ start: String) -> Bool {
        switch entry.patternType {
        case .literal where entry.name != "*": (prefix + entry.name).hasPrefix(start)
        case .literal: start.hasPrefix(prefix) || prefix.hasPrefix(start)
        case .prefixed: start.hasPrefix(prefix + entry.name) || (prefix + entry.name).hasPrefix(start)
        }
    }

    private func coversAll(_ entry: TopicFilter, _ start: String) -> Bool {
        switch entry.patternType {
        case .literal: entry.name == "*"
        case .prefixed: start.hasPrefix(prefix + entry.name)
        }
    }
}
