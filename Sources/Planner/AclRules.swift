import KafkaModel

/// What the next sync of ACLs would do: no step of the plan, because workers do it, but nothing a reviewer may miss.
struct AclRules {
    let context: LinkContext

    /// Most ACLs that a note names; the rest is counted.
    private static let limit = 20

    private var link: LinkSpec { context.link }

    /// A note with the counts, then one for each of the first ACLs.
    var notes: [String] {
        switch context.live.acls {
        case nil: []
        case .unreadable(let reason): ["link \(link.name): ACLs are not synced: \(reason)"]
        case .listed(let sync): notes(sync.changes)
        }
    }

    private func notes(_ changes: AclChanges) -> [String] {
        let locked = changes.kept.filter { $0.reason == .wouldDenyLockstep }.map(\.acl)
        var notes: [String] = []
        if !changes.create.isEmpty || !changes.delete.isEmpty {
            notes.append(
                "link \(link.name): the next ACL sync creates \(changes.create.count) and deletes "
                    + "\(changes.delete.count) on \(context.destination.name)")
        }
        notes += lines("-", changes.delete, "to delete") + lines("+", changes.create, "to create")
        let others = changes.keptCount(.ofOtherLink)
        if others > 0 {
            notes.append(
                "link \(link.name): \(counted(others, "ACL")) of \(context.destination.name) that the source lacks "
                    + "stay: another link owns them")
        }
        return notes + lines("x", locked, "not copied", because: AclChanges.Reason.wouldDenyLockstep.sentence)
    }

    private func lines(
        _ symbol: String, _ acls: [AclBinding], _ what: String, because reason: String? = nil
    ) -> [String] {
        let why = reason.map { ": \($0)" } ?? ""
        let lines = acls.prefix(Self.limit).map { "link \(link.name): \(symbol) ACL: \($0)\(why)" }
        let left = acls.count - Self.limit
        return left > 0 ? lines + ["link \(link.name): \(symbol) ACL: \(left) more \(what)"] : lines
    }

    /// How names change on the way, for the step that makes the link or changes its settings; nil when none does.
    static func renaming(_ link: LinkSpec) -> Detail? {
        guard link.settings.syncsAcls, !link.prefix.isEmpty else { return nil }
        let names = AclNames(linkPrefix: link.prefix, settings: link.settings)
        let what = names.groupPrefix.isEmpty ? "topics" : "topics and groups"
        return Detail(
            "ACL names", "those of \(what) get the prefix \"\(link.prefix)\"; * becomes \(link.prefix) (PREFIXED)")
    }
}
