/// The names of consumer groups that Lockstep never touches.
package enum GroupName {
    /// Whether a name belongs to Kafka, or to Lockstep's own workers: never synced, never matched by a filter.
    package static func isInternal(_ name: String) -> Bool {
        name.hasPrefix("__") || name.hasPrefix(WorkerGroup.id(link: ""))
    }
}

extension TopicFilters {
    /// Whether the source group `name` is selected (before any prefix is added).
    package func selects(group name: String) -> Bool {
        !GroupName.isInternal(name) && selects(name)
    }
}
