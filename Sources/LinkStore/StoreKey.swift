import KafkaModel

/// The key of a record in `__lockstep`.
package enum StoreKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// `link/<name>`.
    case link(String)
    /// `mirror/<link>/<topic>`.
    case mirror(link: String, topic: String)
    /// `report/<link>/<topic>/<partition>`.
    case report(link: String, topic: String, partition: Int32)
    /// `task/<link>/<name>`.
    case task(link: String, LinkTaskName)
    /// `acls/<link>/<id>`.
    case acl(link: String, id: String)
    /// `lock/apply`.
    case lock

    /// Reads a key; nil when it has none of these forms, such as one of a newer Lockstep.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        switch (parts.first, parts.count) {
        case ("link", 2): self = .link(parts[1])
        case ("mirror", 3): self = .mirror(link: parts[1], topic: parts[2])
        case ("report", 4):
            guard let partition = Int32(parts[3]), partition >= 0 else { return nil }
            self = .report(link: parts[1], topic: parts[2], partition: partition)
        case ("task", 3):
            guard let name = LinkTaskName(rawValue: parts[2]) else { return nil }
            self = .task(link: parts[1], name)
        case ("acls", 3): self = .acl(link: parts[1], id: parts[2])
        case ("lock", 2) where parts[1] == "apply": self = .lock
        default: return nil
        }
    }

    /// The key as it stands in the record.
    package var description: String {
        switch self {
        case .link(let name): "link/\(name)"
        case .mirror(let link, let topic): "mirror/\(link)/\(topic)"
        case .report(let link, let topic, let partition): "report/\(link)/\(topic)/\(partition)"
        case .task(let link, let name): "task/\(link)/\(name.rawValue)"
        case .acl(let link, let id): "acls/\(link)/\(id)"
        case .lock: "lock/apply"
        }
    }

    /// By text.
    package static func < (left: StoreKey, right: StoreKey) -> Bool { left.description < right.description }
}
