/// What a sync of ACLs starts from: both clusters as they list their ACLs in full, and what is known beside.
package struct AclSync: Hashable, Sendable {
    /// All ACLs of the source; never a part of them, because what is missing here may be removed there.
    package var source: Set<AclBinding>
    /// All ACLs of the destination.
    package var destination: Set<AclBinding>
    /// ACLs of the destination that the link owns: it created them, was about to when it was cut off, or wants what
    /// another link owns.
    package var owned: Set<AclBinding>
    /// ACLs of the destination that other links own.
    package var ofOtherLinks: Set<AclBinding>
    /// Those of them that links with a name before this one's own; of several owners the first is the last to let go.
    package var ofEarlierLinks: Set<AclBinding>
    /// Which ACLs of the source are synced.
    package var filters: AclFilters
    /// How names change on the way.
    package var names: AclNames
    /// What may be removed.
    package var prune: AclPrune
    /// What Lockstep itself needs on the destination.
    package var ownAccess: AclOwnAccess

    /// A start of its parts.
    package init(
        source: Set<AclBinding>, destination: Set<AclBinding>, owned: Set<AclBinding>,
        ofOtherLinks: Set<AclBinding> = [], ofEarlierLinks: Set<AclBinding> = [], filters: AclFilters,
        names: AclNames = AclNames(), prune: AclPrune = .owned, ownAccess: AclOwnAccess = AclOwnAccess()
    ) {
        self.source = source
        self.destination = destination
        self.owned = owned
        self.ofOtherLinks = ofOtherLinks
        self.ofEarlierLinks = ofEarlierLinks
        self.filters = filters
        self.names = names
        self.prune = prune
        self.ownAccess = ownAccess
    }

    /// A start for a link with this prefix and these settings.
    package init(
        source: Set<AclBinding>, destination: Set<AclBinding>, owned: Set<AclBinding>,
        ofOtherLinks: Set<AclBinding> = [], ofEarlierLinks: Set<AclBinding> = [], prefix: String,
        settings: LinkSettings, ownAccess: AclOwnAccess
    ) {
        self.init(
            source: source, destination: destination, owned: owned, ofOtherLinks: ofOtherLinks,
            ofEarlierLinks: ofEarlierLinks, filters: settings.aclFilters ?? AclFilters([]),
            names: AclNames(linkPrefix: prefix, settings: settings), prune: settings.aclPrune ?? .owned,
            ownAccess: ownAccess)
    }

    /// What to do on the destination; it takes time with many ACLs, so ask once.
    package var changes: AclChanges {
        let wanted = Set(source.lazy.filter(filters.covers).map(names.onDestination))
        var changes = AclChanges()
        let equal = wanted.intersection(destination)
        changes.equal = equal.count
        changes.claim = equal.intersection(ofOtherLinks).subtracting(owned).sorted()
        for acl in wanted.subtracting(destination).sorted() {
            if ownAccess.isDenied(by: acl) {
                changes.kept.append(AclChanges.Kept(acl: acl, reason: .wouldDenyLockstep))
            } else {
                changes.create.append(acl)
            }
        }
        for acl in destination.subtracting(wanted).sorted() {
            guard covers(acl) else { continue }
            switch fate(of: acl) {
            case nil: changes.delete.append(acl)
            case let reason?: changes.kept.append(AclChanges.Kept(acl: acl, reason: reason))
            }
        }
        // What is neither there nor wanted is nobody's: whoever makes it by hand keeps it.
        let gone = owned.subtracting(destination).subtracting(changes.create)
        let left = owned.intersection(destination).subtracting(wanted).filter(isLeftToOthers)
        changes.disown = gone.union(left).sorted()
        return changes
    }

    /// Whether the link's filters cover what an ACL of the destination would be on the source.
    private func covers(_ acl: AclBinding) -> Bool { names.onSource(acl).map(filters.covers) ?? false }

    /// Why an ACL that the source lacks stays; nil when it goes.
    private func fate(of acl: AclBinding) -> AclChanges.Reason? {
        switch prune {
        case .never: .pruneNever
        case .owned where !owned.contains(acl): .notOwned
        case _ where ofOtherLinks.contains(acl): .ofOtherLink
        case .matching where !owned.contains(acl) && ownAccess.principals.contains(acl.principal): .ofLockstep
        case .owned, .matching: nil
        }
    }

    /// Whether an owned ACL that is not wanted becomes the other owners' alone.
    ///
    /// Only the last owner deletes an ACL. If two let go of it at the same moment nobody would, so the first of them by
    /// name stays its owner until it is the only one; but not if it would not delete it anyway.
    private func isLeftToOthers(_ acl: AclBinding) -> Bool {
        ofEarlierLinks.contains(acl) || (ofOtherLinks.contains(acl) && (prune == .never || !covers(acl)))
    }
}

/// What a sync comes to.
package struct AclChanges: Hashable, Sendable, Codable {
    /// Why nothing is done about an ACL.
    package enum Reason: String, Hashable, Sendable, Codable {
        /// The source lacks it, but the link does not own it.
        case notOwned
        /// The source lacks it, but nothing is to be removed.
        case pruneNever
        /// The source lacks it, but it is an ACL of the principal that Lockstep works as.
        case ofLockstep
        /// The source lacks it, but another link to this destination owns it: that link's source has it.
        case ofOtherLink
        /// The source has it, but here it would lock Lockstep out.
        case wouldDenyLockstep

        /// The reason in words.
        package var sentence: String {
            switch self {
            case .notOwned: "the source lacks it, but this link did not create it (aclPrune: owned)"
            case .pruneNever: "the source lacks it, but nothing is removed (aclPrune: never)"
            case .ofLockstep: "the source lacks it, but Lockstep itself works as this principal"
            case .ofOtherLink: "the source lacks it, but another link owns it"
            case .wouldDenyLockstep:
                "it would deny Lockstep itself what it needs; deny single principals instead of everybody, or create it "
                    + "by hand once the mirror topics have stopped"
            }
        }
    }

    /// An ACL that is left as it is.
    package struct Kept: Hashable, Sendable, Codable {
        /// Which, as it is or would be on the destination.
        package var acl: AclBinding
        /// Why.
        package var reason: Reason
    }

    /// To be created on the destination, in order.
    package var create: [AclBinding] = []
    /// To be deleted on the destination, in order.
    package var delete: [AclBinding] = []
    /// There already, and another link's: from now on they are this link's as well, and stay as long as one wants them.
    package var claim: [AclBinding] = []
    /// Owned ACLs that are not wanted, and that somebody else removed or that other links own as well.
    package var disown: [AclBinding] = []
    /// Where both sides differ and stay so.
    package var kept: [Kept] = []
    /// How many of the source's ACLs the destination has.
    package var equal = 0

    /// No change.
    package init() {}

    /// Whether nothing is to be created, deleted or written down.
    package var isSettled: Bool { create.isEmpty && delete.isEmpty && claim.isEmpty && disown.isEmpty }

    /// How many ACLs are left as they are for one reason.
    package func keptCount(_ reason: Reason) -> Int { kept.count { $0.reason == reason } }
}

/// What Lockstep itself needs on the destination, and as whom it works there.
package struct AclOwnAccess: Hashable, Sendable {
    /// A resource that Lockstep works with.
    package struct Resource: Hashable, Sendable {
        /// Its kind.
        package var type: AclResourceType
        /// Its name.
        package var name: String

        /// A resource of a kind and a name.
        package init(_ type: AclResourceType, _ name: String) {
            self.type = type
            self.name = name
        }
    }

    /// Principals that Lockstep works as, or may.
    package var principals: Set<String>
    /// Resources that it works with.
    package var resources: Set<Resource>
    /// Mirror topics that it works with, or will as soon as the source has them: one for each link with topic filters.
    package var selected: [SelectedMirrors]

    /// Access of its parts.
    package init(
        principals: Set<String> = [], resources: Set<Resource> = [], selected: [SelectedMirrors] = []
    ) {
        self.principals = principals
        self.resources = resources
        self.selected = selected
    }

    /// Whether an ACL would deny Lockstep something.
    package func isDenied(by acl: AclBinding) -> Bool {
        acl.permission == .deny && (acl.principal == AclBinding.everybody || principals.contains(acl.principal))
            && (resources.contains { acl.isAbout($0.type, $0.name) } || selected.contains { $0.mayBeMet(by: acl) })
    }

    /// The principals whom ACLs allow to write a topic: Kafka tells nobody who he is, so Lockstep is recognised by what
    /// it must be allowed to do.
    package static func writers(of topic: String, among acls: Set<AclBinding>) -> Set<String> {
        Set(
            acls.lazy.filter { $0.permission == .allow && $0.operation.allows(.write) && $0.isAbout(.topic, topic) }
                .map(\.principal))
    }
}
