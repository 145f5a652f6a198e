/// One entry of a list of ACL filters, with Cluster Linking's words; whatever is nil is any.
package struct AclFilter: Hashable, Sendable, Codable {
    /// How the filter's name is compared with the name of an ACL's resource.
    package enum PatternType: String, Hashable, Sendable, Codable, CaseIterable {
        /// The same name, whatever the ACL's pattern.
        case any
        /// The ACL is about a resource of this name: literally, by prefix, or as `*`.
        case match
        /// The same name, and the ACL's pattern is literal.
        case literal
        /// The same name, and the ACL's pattern is prefixed.
        case prefixed
    }

    /// Kind of the resource.
    package var resourceType: AclResourceType?
    /// How names are compared.
    package var patternType: PatternType
    /// Name of the resource; `*` is the wildcard resource, not any.
    package var name: String?
    /// Principal.
    package var principal: String?
    /// Host.
    package var host: String?
    /// Operation; `all` is the ACL that allows or denies all operations, not any.
    package var operation: AclOperation?
    /// Permission.
    package var permission: AclPermission?

    /// An entry of its parts; by default it covers every ACL.
    package init(
        resourceType: AclResourceType? = nil, patternType: PatternType = .any, name: String? = nil,
        principal: String? = nil, host: String? = nil, operation: AclOperation? = nil,
        permission: AclPermission? = nil
    ) {
        self.resourceType = resourceType
        self.patternType = patternType
        self.name = name
        self.principal = principal
        self.host = host
        self.operation = operation
        self.permission = permission
    }

    /// Whether an ACL is one of those the entry stands for, as Kafka's `AclBindingFilter` has it.
    package func covers(_ acl: AclBinding) -> Bool {
        (resourceType ?? acl.resourceType) == acl.resourceType && coversName(of: acl)
            && (principal ?? acl.principal) == acl.principal && (host ?? acl.host) == acl.host
            && (operation ?? acl.operation) == acl.operation && (permission ?? acl.permission) == acl.permission
    }

    private func coversName(of acl: AclBinding) -> Bool {
        switch patternType {
        case .literal where acl.patternType != .literal, .prefixed where acl.patternType != .prefixed: return false
        default: break
        }
        guard let name else { return true }
        return patternType == .match ? acl.isAbout(acl.resourceType, name) : acl.name == name
    }

    /// In words, such as `READ on topic orders- (prefixed) of User:app`.
    package var described: String {
        let what = (operation?.kafkaName ?? "any") + (permission.map { " (\($0.rawValue))" } ?? "")
        let type = resourceType?.rawValue ?? "any resource"
        let pattern = patternType == .any ? "" : " (\(patternType.rawValue))"
        let who = principal.map { " of \($0)" } ?? ""
        let from = host.map { " from host \($0)" } ?? ""
        return "\(what) on \(type)" + (name.map { " \($0)" } ?? "") + pattern + who + from
    }
}

/// A list of ACL filters: an ACL is covered when any entry covers it.
package struct AclFilters: Hashable, Sendable, Codable {
    /// The entries, in the order they were written.
    package var entries: [AclFilter]

    /// A list of entries.
    package init(_ entries: [AclFilter]) {
        self.entries = entries
    }

    /// Whether any entry covers an ACL.
    package func covers(_ acl: AclBinding) -> Bool { entries.contains { $0.covers(acl) } }

    /// The entries in words.
    package var described: String { entries.map(\.described).joined(separator: ", ") }
}

/// Which ACLs of the destination may be removed when the source lacks them (`policy.aclPrune`).
package enum AclPrune: String, Hashable, Sendable, Codable, CaseIterable {
    /// Those that Lockstep itself created.
    case owned
    /// All that the filters cover, as with Cluster Linking.
    case matching
    /// None.
    case never
}
