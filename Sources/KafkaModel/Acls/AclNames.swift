/// How a link's prefix changes the names that ACLs are about, and back.
///
/// A mirror topic has another name than its source, so an ACL copied as it is would be about a topic that does not
/// exist. An ACL on every topic (`*`) becomes one on every mirror topic of the link.
package struct AclNames: Hashable, Sendable {
    /// In front of topic names; empty for none.
    package var topicPrefix: String
    /// In front of group names; empty for none.
    package var groupPrefix: String

    /// Names with these prefixes.
    package init(topicPrefix: String = "", groupPrefix: String = "") {
        self.topicPrefix = topicPrefix
        self.groupPrefix = groupPrefix
    }

    /// Names of a link with a prefix; those of groups have it when `consumer.group.prefix.enable` is set.
    package init(linkPrefix: String, settings: LinkSettings) {
        let isForGroups = settings.isGroupPrefixEnabled
        self.init(topicPrefix: linkPrefix, groupPrefix: isForGroups ? linkPrefix : "")
    }

    /// What the source's ACL is on the destination.
    package func onDestination(_ acl: AclBinding) -> AclBinding {
        let prefix = prefix(of: acl.resourceType)
        guard !prefix.isEmpty else { return acl }
        var copy = acl
        if acl.patternType == .literal && acl.name == AclBinding.wildcard {
            copy.name = prefix
            copy.patternType = .prefixed
        } else {
            copy.name = prefix + acl.name
        }
        return copy
    }

    /// The source's ACL that a destination's ACL is a copy of, if it is one; nil when it is about other names.
    package func onSource(_ acl: AclBinding) -> AclBinding? {
        let prefix = prefix(of: acl.resourceType)
        guard !prefix.isEmpty else { return acl }
        guard acl.name.hasPrefix(prefix) else { return nil }
        var original = acl
        original.name = String(acl.name.dropFirst(prefix.count))
        if original.name.isEmpty {
            guard acl.patternType == .prefixed else { return nil }
            original.name = AclBinding.wildcard
            original.patternType = .literal
        } else if original.name == AclBinding.wildcard && acl.patternType == .literal {
            // No ACL of the source becomes this one: `*` itself becomes the prefix.
            return nil
        }
        return original
    }

    private func prefix(of type: AclResourceType) -> String {
        switch type {
        case .topic: topicPrefix
        case .group: groupPrefix
        case .cluster, .transactionalId, .delegationToken, .user: ""
        }
    }
}
