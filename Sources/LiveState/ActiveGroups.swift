import KafkaClient
import KafkaModel

/// Which synced groups still have members on the source; a plan tells them before a topic is promoted.
struct ActiveGroups: Sendable {
    let source: ClusterClient
    let filters: TopicFilters

    /// The groups with members by the topics that they have committed offsets on; nil when that cannot be told.
    func read() async -> [String: [String]]? {
        do throws(ClientError) {
            let listing = try await source.listGroups()
            guard listing.failures.isEmpty else { return nil }
            let active = listing.groups.values.filter { group in
                filters.selects(group: group.groupId) && !group.isOfWorkers && group.obstacleToSync == nil
                    && group.hasMembers != false
            }
            guard active.allSatisfy({ $0.hasMembers == true }) else { return nil }
            var groups: [String: Set<String>] = [:]
            let offsets = await source.committedOffsets(
                of: active.map(\.groupId), coordinators: listing.coordinators)
            for (group, answer) in offsets {
                for partition in try answer.get().keys { groups[partition.topic, default: []].insert(group) }
            }
            return groups.mapValues { $0.sorted() }
        } catch {
            return nil
        }
    }
}
