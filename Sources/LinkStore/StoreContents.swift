import KafkaModel

/// Everything that `__lockstep` holds at some offset.
package struct StoreContents: Hashable, Sendable {
    /// Why a record cannot be used; it is never overwritten.
    package enum Problem: Hashable, Sendable {
        /// Written by a newer Lockstep.
        case newerSchema(Int)
        /// Not in Lockstep's form; why.
        case damaged(String)
    }

    /// Which mirror topic of which link.
    package struct MirrorKey: Hashable, Sendable {
        /// Name of the link.
        package var link: String
        /// Name on the destination.
        package var topic: String

        /// A mirror topic of a link.
        package init(link: String, topic: String) {
            self.link = link
            self.topic = topic
        }
    }

    /// Links by name.
    package var links: [String: LinkRecord] = [:]
    /// Mirror topics, those that have stopped included.
    package var mirrors: [MirrorKey: MirrorRecord] = [:]
    /// The last report on each partition: by mirror topic, then by partition.
    package var reports: [MirrorKey: [Int32: WorkerReport]] = [:]
    /// The last report on each task: by link, then by task.
    package var tasks: [String: [LinkTaskName: TaskReport]] = [:]
    /// ACLs on the destination that links own: by link, then by the id in the key.
    package var acls: [String: [String: AclRecord]] = [:]
    /// Who applies, or did last without releasing it.
    package var lock: ApplyLock?
    /// Records that this version cannot use.
    package var problems: [StoreKey: Problem] = [:]
    /// Offset behind the last record that was read.
    package var endOffset: Int64 = 0

    /// An empty store.
    package init() {}

    /// The mirror topics of one link, by name.
    package func mirrors(of link: String) -> [String: MirrorRecord] {
        var found: [String: MirrorRecord] = [:]
        for (key, record) in mirrors where key.link == link { found[key.topic] = record }
        return found
    }

    /// The ACLs on the destination that a link, this one and not one before it, owns.
    package func ownedAcls(of link: LinkRecord) -> Set<AclBinding> {
        Set((acls[link.name] ?? [:]).values.lazy.filter { $0.linkId == link.linkId }.map(\.acl))
    }

    /// The ACLs on the destination that links of other names own.
    package func aclsOwned(besides link: String) -> Set<AclBinding> { aclsOwned { $0 != link } }

    /// The ACLs on the destination that links of names before this one own.
    package func aclsOwned(before link: String) -> Set<AclBinding> { aclsOwned { $0 < link } }

    private func aclsOwned(by isOwner: (String) -> Bool) -> Set<AclBinding> {
        links.values.reduce(into: []) { acls, link in
            if isOwner(link.name) { acls.formUnion(ownedAcls(of: link)) }
        }
    }

    /// The keys of all records.
    var keys: Set<StoreKey> {
        var keys = Set(problems.keys)
        for name in links.keys { keys.insert(.link(name)) }
        for mirror in mirrors.keys { keys.insert(.mirror(link: mirror.link, topic: mirror.topic)) }
        for (mirror, partitions) in reports {
            for partition in partitions.keys {
                keys.insert(.report(link: mirror.link, topic: mirror.topic, partition: partition))
            }
        }
        for (link, reports) in tasks {
            for name in reports.keys { keys.insert(.task(link: link, name)) }
        }
        for (link, records) in acls {
            for id in records.keys { keys.insert(.acl(link: link, id: id)) }
        }
        if lock != nil { keys.insert(.lock) }
        return keys
    }

    /// Fails when the record of `key` cannot be used, or one of any key when nil.
    package func insist(on key: StoreKey? = nil, cluster: String) throws(StoreError) {
        for (damaged, problem) in problems.sorted(by: { $0.key < $1.key }) where key == nil || key == damaged {
            switch problem {
            case .newerSchema(let schema):
                throw StoreError(.newerSchema(key: "\(damaged)", schema: schema), cluster: cluster)
            case .damaged(let reason):
                throw StoreError(.damaged(key: "\(damaged)", reason), cluster: cluster)
            }
        }
    }
}
