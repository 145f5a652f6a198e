import KafkaModel

extension StoreContents {
    /// What Lockstep needs on the destination that this was read from, and as whom it works there.
    ///
    /// Mirror topics that are still to be made count as well, by an entry or by a filter: what denies everybody a name
    /// would deny Lockstep the mirror.
    ///
    /// - Parameters:
    ///   - acls: all ACLs of the destination.
    ///   - principals: as whom Lockstep is known to connect; whoever may write `__lockstep` counts, too.
    ///   - topics: mirror topics that manifests declare and that may not exist yet.
    ///   - planned: a link whose declared filters count in place of those that are stored, because an apply comes next.
    package func ownAclAccess(
        acls: Set<AclBinding>, principals: Set<String> = [], declaring topics: Set<String> = [],
        planned: LinkSpec? = nil
    ) -> AclOwnAccess {
        var resources: Set = [
            AclOwnAccess.Resource(.topic, StateTopic.name), AclOwnAccess.Resource(.cluster, AclBinding.clusterName),
            AclOwnAccess.Resource(.transactionalId, StateTopic.transactionalId),
        ]
        for link in links.keys { resources.insert(AclOwnAccess.Resource(.group, WorkerGroup.id(link: link))) }
        var stopped: Set<String> = []
        for (key, mirror) in mirrors {
            if mirror.state == .stopped {
                stopped.insert(key.topic)
            } else {
                resources.insert(AclOwnAccess.Resource(.topic, key.topic))
            }
        }
        for topic in topics.subtracting(stopped) { resources.insert(AclOwnAccess.Resource(.topic, topic)) }
        return AclOwnAccess(
            principals: principals.union(AclOwnAccess.writers(of: StateTopic.name, among: acls)), resources: resources,
            selected: selected(stopped, planned))
    }

    private func selected(_ stopped: Set<String>, _ planned: LinkSpec?) -> [SelectedMirrors] {
        let stored = links.values.filter { $0.name != planned?.name }.sorted { $0.name < $1.name }
        let filters = stored.map { ($0.prefix, $0.settings.topicFilters) }
        return (filters + (planned.map { [($0.prefix, $0.autoCreateFilters)] } ?? [])).compactMap { prefix, filters in
            filters.map { SelectedMirrors(prefix: prefix, filters: $0, stopped: stopped) }
        }
    }
}
