/// An ACL as the broker keeps it.
struct StoredAcl: Hashable, Sendable {
    /// How the name is compared (`PatternType`).
    enum Pattern: Int8, Sendable {
        case literal = 3
        case prefixed = 4
    }

    var kind: GuardedResource.Kind
    var name: String
    var pattern: Pattern
    var principal: String
    var host: String
    var operation: GuardedOperation
    var isAllowing: Bool

    static let wildcard = "*"
    static let everybody = "User:*"

    /// Kafka's codes for the permission (`AclPermissionType`).
    static let deny: Int8 = 2
    static let allow: Int8 = 3

    /// Whether the ACL is about a resource.
    func isAbout(_ resource: GuardedResource) -> Bool {
        guard kind == resource.kind else { return false }
        return switch pattern {
        case .literal: name == resource.name || name == Self.wildcard
        case .prefixed: resource.name.hasPrefix(name)
        }
    }

    /// Whether the ACL decides about a principal from a host.
    func concerns(_ principal: String, host: String) -> Bool {
        (self.principal == principal || self.principal == Self.everybody)
            && (self.host == Self.wildcard || self.host == host)
    }

    /// By resource and then by everything else, so that listings have an order.
    var order: String {
        [
            "\(kind.rawValue)", name, "\(pattern.rawValue)", principal, host, "\(operation.rawValue)", "\(isAllowing)",
        ].joined(separator: "\u{0}")
    }
}

/// A filter of DescribeAcls or DeleteAcls; nil is any.
struct StoredAclFilter {
    var kind: GuardedResource.Kind?
    var name: String?
    /// nil for any and match.
    var pattern: StoredAcl.Pattern?
    /// Whether the name is that of a resource which the ACL must be about.
    var isMatch: Bool
    var principal: String?
    var host: String?
    var operation: GuardedOperation?
    var isAllowing: Bool?

    private static let any: Int8 = 1
    private static let match: Int8 = 2

    /// Reads a filter; nil when a code is unknown.
    init?(
        kind: Int8, name: String?, pattern: Int8, principal: String?, host: String?, operation: Int8, permission: Int8
    ) {
        self.name = name
        self.principal = principal
        self.host = host
        isMatch = pattern == Self.match
        if kind != Self.any {
            guard let known = GuardedResource.Kind(rawValue: kind) else { return nil }
            self.kind = known
        }
        if pattern != Self.any && pattern != Self.match {
            guard let known = StoredAcl.Pattern(rawValue: pattern) else { return nil }
            self.pattern = known
        }
        if operation != Self.any {
            guard let known = GuardedOperation(rawValue: operation) else { return nil }
            self.operation = known
        }
        switch permission {
        case Self.any: break
        case StoredAcl.allow: isAllowing = true
        case StoredAcl.deny: isAllowing = false
        default: return nil
        }
    }

    /// Whether the filter covers an ACL.
    func covers(_ acl: StoredAcl) -> Bool {
        (kind ?? acl.kind) == acl.kind && (pattern ?? acl.pattern) == acl.pattern && coversName(of: acl)
            && (principal ?? acl.principal) == acl.principal && (host ?? acl.host) == acl.host
            && (operation ?? acl.operation) == acl.operation && (isAllowing ?? acl.isAllowing) == acl.isAllowing
    }

    private func coversName(of acl: StoredAcl) -> Bool {
        guard let name else { return true }
        return isMatch ? acl.isAbout(GuardedResource(kind: acl.kind, name: name)) : acl.name == name
    }
}
