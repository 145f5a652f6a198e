/// One ACL: who may or may not do what with which resource, from which host.
package struct AclBinding: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// Kind of the resource.
    package var resourceType: AclResourceType
    /// Name of the resource, or its beginning.
    package var name: String
    /// How the name is compared.
    package var patternType: AclPatternType
    /// Principal, such as `User:app`; `User:*` is everybody.
    package var principal: String
    /// Host it comes from; `*` is any.
    package var host: String
    /// What it may or may not do.
    package var operation: AclOperation
    /// May it or may it not.
    package var permission: AclPermission

    /// The name that stands for all names when it is literal.
    package static let wildcard = "*"
    /// The only name of the cluster as a resource.
    package static let clusterName = "kafka-cluster"
    /// The principal that stands for everybody.
    package static let everybody = "User:*"

    /// An ACL of its parts.
    package init(
        _ permission: AclPermission, _ principal: String, _ operation: AclOperation, _ resourceType: AclResourceType,
        _ name: String, _ patternType: AclPatternType = .literal, host: String = AclBinding.wildcard
    ) {
        self.resourceType = resourceType
        self.name = name
        self.patternType = patternType
        self.principal = principal
        self.host = host
        self.operation = operation
        self.permission = permission
    }

    /// In words, such as `allow User:app to READ topic orders- (PREFIXED)`.
    package var description: String {
        let verb = permission == .allow ? "allow \(principal) to" : "deny \(principal) to"
        let pattern = patternType == .prefixed ? " (PREFIXED)" : ""
        let from = host == Self.wildcard ? "" : " from host \(host)"
        return "\(verb) \(operation.kafkaName) \(resourceType.rawValue) \(name)\(pattern)\(from)"
    }

    /// Whether the resource `candidate` of this kind is one of those the ACL is about.
    package func isAbout(_ type: AclResourceType, _ candidate: String) -> Bool {
        guard resourceType == type else { return false }
        return switch patternType {
        case .literal: name == Self.wildcard || name == candidate
        case .prefixed: candidate.hasPrefix(name)
        }
    }

    /// By resource, then by principal.
    package static func < (left: AclBinding, right: AclBinding) -> Bool {
        if left.resourceType != right.resourceType { return left.resourceType.rawValue < right.resourceType.rawValue }
        if left.name != right.name { return left.name < right.name }
        if left.patternType != right.patternType { return left.patternType.rawValue < right.patternType.rawValue }
        if left.principal != right.principal { return left.principal < right.principal }
        if left.host != right.host { return left.host < right.host }
        if left.operation != right.operation { return left.operation.rawValue < right.operation.rawValue }
        return left.permission.rawValue < right.permission.rawValue
    }
}

/// The ACLs of a cluster as it lists them.
package struct AclListing: Hashable, Sendable {
    /// All that can be understood.
    package var bindings: Set<AclBinding>
    /// How many are in words of a newer Kafka.
    package var unknownCount: Int

    /// A listing of its parts.
    package init(bindings: Set<AclBinding> = [], unknownCount: Int = 0) {
        self.bindings = bindings
        self.unknownCount = unknownCount
    }
}
