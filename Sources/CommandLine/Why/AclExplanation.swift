import Diagnostics
import KafkaModel
import LinkStore

/// Why an ACL is synced by a link or not, and what becomes of it: pure, from the manifests alone.
struct AclExplanation {
    let acl: AclBinding
    let link: LinkSpec
    /// As whom Lockstep works on the destination; nil when the manifests do not tell.
    var principal: String?

    /// The first line says what decides, the others what follows from it.
    var lines: [String] {
        if link.isAbsent { return ["not synced: \(WhyCommand.absence(link))"] }
        guard let filters = link.settings.aclFilters, link.settings.syncsAcls else {
            return ["not synced: aclFilters are not declared, or acl.sync.enable is not true"]
        }
        return asSource(filters.entries) + asDestination(filters.entries)
    }

    private var names: AclNames { AclNames(linkPrefix: link.prefix, settings: link.settings) }

    /// Taken as an ACL of the source.
    private func asSource(_ entries: [AclFilter]) -> [String] {
        guard let index = entries.firstIndex(where: { $0.covers(acl) }) else {
            let place = link.configPlaces["acl.filters"].map { " (\($0))" } ?? ""
            let differences = entries.enumerated().compactMap { index, entry in
                entry.difference(from: acl).map { "  \(words(entry, index)): \($0)" }
            }
            return ["not synced: no filter covers it\(place)"] + differences
        }
        let copy = names.onDestination(acl)
        if ownAccess.isDenied(by: copy) {
            return [
                "not copied, although covered by \(words(entries[index], index)): "
                    + AclChanges.Reason.wouldDenyLockstep.sentence
            ]
        }
        return ["synced as \(copy): \(words(entries[index], index))", "  once the source lacks it, \(fate(of: copy))"]
    }

    /// Taken as an ACL of the destination, when that is something else because names get a prefix on the way.
    private func asDestination(_ entries: [AclFilter]) -> [String] {
        guard let original = names.onSource(acl), original != acl,
            let index = entries.firstIndex(where: { $0.covers(original) })
        else { return [] }
        return [
            "  on \(link.destination) it is the copy of \(original): \(words(entries[index], index)); "
                + "once the source lacks that, \(fate(of: acl))"
        ]
    }

    /// What becomes of an ACL of the destination that the source lacks.
    private func fate(of copy: AclBinding) -> String {
        switch link.aclPrune {
        case .never: "it stays on \(link.destination) (aclPrune: never)"
        case .matching where copy.principal != principal:
            "it is deleted on \(link.destination), whoever created it (aclPrune: matching)"
        case .matching:
            "it is deleted on \(link.destination) if Lockstep created it, because Lockstep works as this principal "
                + "(aclPrune: matching)"
        case .owned: "it is deleted on \(link.destination) if Lockstep created it (aclPrune: owned)"
        }
    }

    /// What Lockstep itself needs on the destination, as far as the manifests tell.
    private var ownAccess: AclOwnAccess {
        var access = StoreContents().ownAclAccess(
            acls: [], principals: principal.map { [$0] } ?? [], declaring: link.mirroredNames, planned: link)
        access.resources.insert(AclOwnAccess.Resource(.group, WorkerGroup.id(link: link.name)))
        return access
    }

    private func words(_ entry: AclFilter, _ index: Int) -> String {
        let places = link.filterPlaces["acl.filters"] ?? []
        let place = places.indices.contains(index) ? " (\(places[index]))" : ""
        return entry.described + place
    }
}
