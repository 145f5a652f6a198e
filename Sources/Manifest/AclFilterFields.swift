import KafkaModel
import YAMLDocument

/// The fields of an entry of `aclFilters`, with Cluster Linking's words in any case.
enum AclFilterFields {
    static let resourceType = Field(
        "resourceType", "Kind of resource.",
        anyOr(
            AclResourceType.allCases.map { ($0.rawValue, $0) },
            kafka: [("transactional_id", .transactionalId), ("delegation_token", .delegationToken)]), required: true)
    static let patternType = Field(
        "patternType",
        "any and match compare only names; literal and prefixed also the pattern of the ACL.",
        Shape<AclFilter.PatternType>.choice(
            listed: AclFilter.PatternType.allCases.map { ($0.rawValue, $0) }, synonyms: [("prefix", .prefixed)]),
        required: true)
    static let name = Field(
        "name", "Resource name; any when absent. * is the wildcard resource, not any.", Shape<String>.text)
    static let principal = Field("principal", "Principal such as User:app; any when absent.", principalShape)
    static let host = Field("host", "Host; any when absent. * is the ACLs for every host, not any.", hostShape)
    static let operation = Field(
        "operation", "Operation of the ACL.",
        anyOr(
            AclOperation.allCases.map { ($0.rawValue, $0) },
            kafka: AclOperation.allCases.filter { $0.rawValue.contains("_") }.map { ($0.toolName, $0) }), required: true
    )
    static let permissionType = Field(
        "permissionType", "Permission of the ACL.", anyOr(AclPermission.allCases.reversed().map { ($0.rawValue, $0) }),
        required: true)

    static let resourceFilter = Field(
        "resourceFilter", "Which resources.",
        Shape<AclFilter>.object([resourceType, patternType, name]) { reader in
            let type = reader.take(resourceType)
            let pattern = reader.take(patternType)
            let name = reader.take(Self.name)
            guard let type, let pattern else { return nil }
            return AclFilter(resourceType: type.value, patternType: pattern.value, name: name?.value)
        }, required: true)
    static let accessFilter = Field(
        "accessFilter", "Which entries of those resources.",
        Shape<AclFilter>.object([principal, host, operation, permissionType]) { reader in
            let principal = reader.take(Self.principal)
            let host = reader.take(Self.host)
            let operation = reader.take(Self.operation)
            let permission = reader.take(permissionType)
            guard let operation, let permission else { return nil }
            return AclFilter(
                principal: principal?.value, host: host?.value, operation: operation.value,
                permission: permission.value)
        }, required: true)

    static let all: [any FieldDescription] = [resourceFilter, accessFilter]

    /// One entry.
    static let aclFilter = Shape<AclFilter>.object(all) { reader in
        let resource = reader.take(resourceFilter)?.value
        let access = reader.take(accessFilter)?.value
        guard var filter = resource, let access else { return nil }
        filter.principal = access.principal
        filter.host = access.host
        filter.operation = access.operation
        filter.permission = access.permission
        return filter
    }

    /// The entries.
    static let list = Shape<[Located<AclFilter>]>.list(of: aclFilter)

    /// `any`, which is nil, or one of several words, which Kafka's tools may spell in another way.
    private static func anyOr<Word: Sendable>(
        _ words: [(String, Word)], kafka synonyms: [(String, Word)] = []
    ) -> Shape<Word?> {
        Shape<Word?>.choice(
            listed: [("any", nil)] + words.map { ($0.0, Optional($0.1)) },
            synonyms: synonyms.map { ($0.0, Optional($0.1)) })
    }

    /// `Type:name`, as Kafka writes principals.
    private static let principalShape = Shape<String>(["type": "string", "pattern": "^[^:]+:.+$"]) { node, path in
        guard let text = Shape<String>.text.read(node, path) else { return nil }
        if let colon = text.firstIndex(of: ":"), colon != text.startIndex, text.index(after: colon) != text.endIndex {
            return text
        }
        node.spot.report(
            ManifestCode.badValue, "\(path) must be a principal, not \(node.kindInWords)",
            hint: text.lowercased() == "any"
                ? "leave it out for any"
                : text.contains(":") ? "for example User:app" : "did you mean \"User:\(text)\"?")
        return nil
    }

    /// An address, or `*`; no host is called `any`, and an entry about it would cover nothing.
    private static let hostShape = Shape<String>(["type": "string", "minLength": 1]) { node, path in
        guard let text = Shape<String>.text.read(node, path) else { return nil }
        guard text.lowercased() == "any" else { return text }
        node.spot.report(
            ManifestCode.badValue, "\(path) must be an address or *, not \(node.kindInWords)",
            hint: "leave it out for any")
        return nil
    }
}
