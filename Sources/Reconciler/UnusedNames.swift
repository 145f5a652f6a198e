import KafkaModel

/// Names that nobody has: what a cluster permits on them, it permits on all names that begin alike.
///
/// Kafka's ACLs are about one name, about all that begin alike, or about all. What is permitted on two names that
/// differ right behind the beginning, and that no ACL names, is permitted by an ACL on that beginning or a shorter one.
enum UnusedNames {
    /// Kafka's limit for names of topics.
    private static let topicNameLimit = 249
    private static let endings = ["lockstep-doctor-asks", "0-lockstep-doctor-asks"]

    /// The names to ask about for a right: its own, or unused ones when it is on many.
    ///
    /// Empty when no name that begins so can be that long.
    static func samples(of grant: AclGrant) -> [String] {
        guard !grant.isOfOneResource else { return [grant.name] }
        let beginning = grant.patternType == .prefixed ? grant.name : ""
        let names = endings.map { beginning + $0 }
        return grant.resourceType == .topic && names.contains { $0.utf8.count > topicNameLimit } ? [] : names
    }
}

extension AclGrant {
    /// Whether it is about one resource by its name.
    var isOfOneResource: Bool { patternType == .literal && name != AclBinding.wildcard }

    /// Whether whoever has this right has `other`, too.
    func includes(_ other: AclGrant) -> Bool {
        guard operation == other.operation, resourceType == other.resourceType else { return false }
        if patternType == .prefixed { return other.name.hasPrefix(name) && other.name != AclBinding.wildcard }
        return name == AclBinding.wildcard || (name == other.name && patternType == other.patternType)
    }
}
