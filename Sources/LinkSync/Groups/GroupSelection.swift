import KafkaClient
import KafkaModel

/// A consumer group of the source, and what it is called on the destination.
struct GroupPair: Hashable, Sendable {
    /// Its name on the source.
    var source: String
    /// Its name on the destination.
    var destination: String
    /// Whether it has members on the source, as far as the source tells.
    var isInUseOnSource: Bool
}

/// Which groups of the source are synced.
struct GroupSelection: Sendable {
    /// The groups, by name.
    private(set) var pairs: [GroupPair] = []
    /// Groups that the filters select and that cannot be synced.
    private(set) var problems: [TaskProblem] = []

    /// Selects from what the source lists.
    ///
    /// A group that an INCLUDE entry names in full is asked about even if it is not listed: whether it does not exist
    /// or may not be seen is then told by its coordinator.
    ///
    /// - Parameters:
    ///   - listed: groups of the source by name.
    ///   - prefix: what stands in front of each name on the destination.
    init(_ listed: [String: ListedGroup], filters: TopicFilters, prefix: String) {
        let named = filters.entries.filter {
            $0.filterType == .include && $0.patternType == .literal && $0.name != "*"
        }.map(\.name)
        for name in Set(listed.keys).union(named).sorted() where filters.selects(group: name) {
            let group = listed[name]
            if group?.isOfWorkers == true { continue }
            if let reason = group?.obstacleToSync {
                problems.append(
                    TaskProblem(.skipped, code: "INVALID_REQUEST_ERROR", subject: name, "it is not synced: \(reason)"))
                continue
            }
            pairs.append(
                GroupPair(source: name, destination: prefix + name, isInUseOnSource: group?.hasMembers ?? false))
        }
    }
}

extension LinkRecord {
    /// What stands in front of the names of synced groups on the destination (`consumer.group.prefix.enable`).
    var groupPrefix: String { settings.isGroupPrefixEnabled ? prefix : "" }
}
