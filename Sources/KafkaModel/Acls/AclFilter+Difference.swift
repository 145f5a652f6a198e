extension AclFilter {
    /// The first thing about an ACL that keeps the entry from covering it, in words; nil when it is covered.
    package func difference(from acl: AclBinding) -> String? {
        if let resourceType, resourceType != acl.resourceType {
            return "the resource type is \(acl.resourceType.rawValue)"
        }
        switch patternType {
        case .literal where acl.patternType != .literal: return "the pattern is PREFIXED"
        case .prefixed where acl.patternType != .prefixed: return "the pattern is LITERAL"
        default: break
        }
        if let principal, principal != acl.principal { return "the principal is \(acl.principal)" }
        if let host, host != acl.host { return "the host is \(acl.host)" }
        if let operation, operation != acl.operation { return "the operation is \(acl.operation.kafkaName)" }
        if let permission, permission != acl.permission { return "the permission is \(acl.permission.rawValue)" }
        return covers(acl) ? nil : "the name is \(acl.name)"
    }
}
