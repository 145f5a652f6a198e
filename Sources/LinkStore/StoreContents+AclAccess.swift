import KafkaModel

extension StoreContents {
    /// What Lockstep needs on the destination that this was read from, and as whom it works there.
    ///
    /// - Parameters:
    ///   - acls: all ACLs of the destination.
    ///   - principals: as whom Lockstep is known to connect; whoever may write `__lockstep` counts, too.
    ///   - topics: mirror topics that are about to be made.
    package func ownAclAccess(
        acls: Set<AclBinding>, principals: Set<String> = [], creating topics: [String] = []
    ) -> AclOwnAccess {
        var resources: Set = [
            AclOwnAccess.Resource(.topic, StateTopic.name), AclOwnAccess.Resource(.cluster, AclBinding.clusterName),
            AclOwnAccess.Resource(.transactionalId, StateTopic.transactionalId),
        ]
        for link in links.keys { resources.insert(AclOwnAccess.Resource(.group, WorkerGroup.id(link: link))) }
        for (key, mirror) in mirrors where mirror.state != .stopped {
            resources.insert(AclOwnAccess.Resource(.topic, key.topic))
        }
        for topic in topics { resources.insert(AclOwnAccess.Resource(.topic, topic)) }
        return AclOwnAccess(
            principals: principals.union(AclOwnAccess.writers(of: StateTopic.name, among: acls)), resources: resources)
    }
}
