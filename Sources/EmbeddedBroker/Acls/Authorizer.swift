/// The ACLs of the cluster and what follows from them, as Kafka's `StandardAuthorizer` decides.
struct Authorizer: Sendable {
    private(set) var acls: Set<StoredAcl> = []
    /// Nil when there is no authorizer: then everybody may do everything.
    private let options: AuthorizerOptions?

    init(_ options: AuthorizerOptions?) {
        self.options = options
    }

    /// Whether there is one.
    var isEnabled: Bool { options != nil }

    /// Adds an ACL; one that is there stays.
    mutating func add(_ acl: StoredAcl) { acls.insert(acl) }

    /// Removes the ACLs that a filter covers and returns them, in order.
    mutating func remove(_ filter: StoredAclFilter) -> [StoredAcl] {
        let covered = matching(filter)
        acls.subtract(covered)
        return covered
    }

    /// The ACLs that a filter covers, in order.
    func matching(_ filter: StoredAclFilter) -> [StoredAcl] {
        acls.filter(filter.covers).sorted { $0.order < $1.order }
    }

    /// Whether a principal may do something: a denial beats everything, otherwise any allowance.
    func allows(
        _ principal: String, from host: String, _ operation: GuardedOperation, _ resource: GuardedResource
    ) -> Bool {
        guard let options, !options.superUsers.contains(principal) else { return true }
        var isAllowed = false
        var isGuarded = false
        for acl in acls where acl.isAbout(resource) {
            isGuarded = true
            guard acl.concerns(principal, host: host) else { continue }
            if acl.isAllowing {
                isAllowed = isAllowed || acl.operation.implies(operation)
            } else if acl.operation == operation || acl.operation == .all {
                return false
            }
        }
        return isAllowed || !isGuarded && options.allowsEverybodyWithoutAcl
    }

    /// Whether a principal may do something with at least one resource of a kind (KIP-679).
    func allowsSome(
        _ principal: String, from host: String, _ operation: GuardedOperation, _ kind: GuardedResource.Kind
    ) -> Bool {
        // Kafka asks for a name that nobody uses, to find super users and clusters open to everybody.
        if allows(principal, from: host, operation, GuardedResource(kind: kind, name: "hardcode")) { return true }
        let mine = acls.filter { $0.kind == kind && $0.concerns(principal, host: host) }
        let denials = mine.filter { !$0.isAllowing && ($0.operation == operation || $0.operation == .all) }
        if denials.contains(where: { $0.pattern == .literal && $0.name == StoredAcl.wildcard }) { return false }
        let allowances = mine.filter { $0.isAllowing && ($0.operation == operation || $0.operation == .all) }
        // An allowance counts unless a denial of the same or a shorter prefix covers all of it.
        return allowances.contains { allowance in
            !denials.contains { denial in
                denial.pattern == .prefixed
                    ? allowance.name.hasPrefix(denial.name)
                    : allowance.pattern == .literal && allowance.name == denial.name
            }
        }
    }
}

/// An authorizer that is switched on.
package struct AuthorizerOptions: Sendable {
    /// Principals that may do everything (`super.users`).
    package var superUsers: Set<String>
    /// Whether everybody may use a resource that no ACL is about (`allow.everyone.if.no.acl.found`).
    package var allowsEverybodyWithoutAcl: Bool

    /// An authorizer with these super users; by default nobody may do anything without an ACL.
    package init(superUsers: Set<String> = [], allowsEverybodyWithoutAcl: Bool = false) {
        self.superUsers = superUsers
        self.allowsEverybodyWithoutAcl = allowsEverybodyWithoutAcl
    }
}
