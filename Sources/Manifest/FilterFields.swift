import KafkaModel
import YAMLDocument

/// The fields of an entry of `topicFilters` and `consumerGroupFilters`.
enum FilterFields {
    static let name = Field(
        "name", "A name, the beginning of names, or * alone for all.", Shape<String>.text, required: true)
    static let patternType = Field(
        "patternType", "LITERAL compares the whole name, PREFIXED its beginning.",
        Shape<TopicFilter.PatternType>.choice(
            ["LITERAL": .literal, "PREFIXED": .prefixed], synonyms: ["PREFIX": .prefixed]), required: true)
    static let filterType = Field(
        "filterType", "INCLUDE selects, EXCLUDE always wins.",
        Shape<TopicFilter.FilterType>.choice(["INCLUDE": .include, "EXCLUDE": .exclude]), required: true)

    static let all: [any FieldDescription] = [name, patternType, filterType]

    /// An entry about topics.
    static let topicFilter = entry { name, filter in checkTopicName(name, filter) }
    /// An entry about consumer groups, whose names may be any text.
    static let groupFilter = entry { name, filter in checkGroupName(name, filter) }

    private static func entry(
        check: @escaping @Sendable (Located<String>, TopicFilter) -> Bool
    ) -> Shape<TopicFilter> {
        Shape<TopicFilter>.object(all) { reader in
            let (name, pattern, type) = (reader.take(Self.name), reader.take(patternType), reader.take(filterType))
            guard let name else { return nil }
            let filter = TopicFilter(
                name: name.value, patternType: pattern?.value ?? .literal, filterType: type?.value ?? .include)
            guard checkWildcard(name, filter), check(name, filter) else { return nil }
            return pattern == nil || type == nil ? nil : filter
        }
    }

    /// `*` means every name, alone and with LITERAL; anywhere else it would be a character no topic has.
    private static func checkWildcard(_ name: Located<String>, _ filter: TopicFilter) -> Bool {
        guard name.value.contains("*") else { return true }
        if name.value == "*" {
            if filter.patternType == .literal { return true }
            name.spot.report(
                ManifestCode.filter, "\"*\" must be LITERAL, not PREFIXED", hint: "write patternType: LITERAL")
            return false
        }
        let beginning = name.value.prefix { $0 != "*" }
        let isPrefix = beginning.count == name.value.count - 1
        name.spot.report(
            ManifestCode.filter, "\"*\" is no wildcard inside a name: \"\(name.value)\" matches nothing",
            hint: isPrefix
                ? "write name: \(beginning) with patternType: PREFIXED" : "filters know whole names and prefixes")
        return false
    }

    private static func checkGroupName(_ name: Located<String>, _ filter: TopicFilter) -> Bool {
        guard GroupName.isInternal(filter.name), filter.filterType == .include else { return true }
        name.spot.report(
            ManifestCode.internalTopic, "\"\(name.value)\" is internal to a cluster and is never synced",
            hint: "groups that start with \"__\" or \"\(WorkerGroup.id(link: ""))\" belong to Kafka and to Lockstep")
        return false
    }

    private static func checkTopicName(_ name: Located<String>, _ filter: TopicFilter) -> Bool {
        if filter.name == "*" { return true }
        // A prefix is legal when a name that begins with it can be.
        let candidate = filter.patternType == .prefixed ? filter.name + "x" : filter.name
        if let problem = TopicName.problem(candidate) {
            name.spot.report(ManifestCode.topicName, "\"\(name.value)\" matches no topic: \(problem)")
            return false
        }
        if TopicName.isInternal(filter.name), filter.filterType == .include {
            name.spot.report(
                ManifestCode.internalTopic, "\"\(name.value)\" is internal to a cluster and is never mirrored",
                hint: "names that start with \"__\" belong to Kafka and its tools")
            return false
        }
        return true
    }
}

/// The fields of an entry of `aclFilters`, with Cluster Linking's words.
enum AclFilterFields {
    static let resourceType = word(
        "resourceType", "Kind of resource.",
        [
            "any", "topic", "group", "cluster", "transactionalId", "delegationToken",
        ])
    static let patternType = word("patternType", "Pattern type of the ACL.", ["any", "literal", "prefixed", "match"])
    static let name = Field("name", "Resource name; any when absent.", Shape<String>.text)
    static let principal = Field("principal", "Principal such as User:app; any when absent.", Shape<String>.text)
    static let host = Field("host", "Host; any when absent.", Shape<String>.text)
    static let operation = word(
        "operation", "Operation of the ACL.",
        [
            "any", "all", "read", "write", "create", "delete", "alter", "describe", "cluster_action",
            "describe_configs",
            "alter_configs", "idempotent_write",
        ])
    static let permissionType = word("permissionType", "Permission of the ACL.", ["any", "allow", "deny"])

    static let resourceFilter = Field(
        "resourceFilter", "Which resources.",
        Shape<Bool>.object([resourceType, patternType, name]) { reader in
            _ = reader.take(resourceType)
            _ = reader.take(patternType)
            _ = reader.take(name)
            return true
        }, required: true)
    static let accessFilter = Field(
        "accessFilter", "Which entries of those resources.",
        Shape<Bool>.object([principal, host, operation, permissionType]) { reader in
            _ = reader.take(principal)
            _ = reader.take(host)
            _ = reader.take(operation)
            _ = reader.take(permissionType)
            return true
        }, required: true)

    static let all: [any FieldDescription] = [resourceFilter, accessFilter]

    /// Checked in full; nothing is kept in this version.
    static let aclFilter = Shape<Bool>.object(all) { reader in
        _ = reader.take(resourceFilter)
        _ = reader.take(accessFilter)
        return true
    }

    private static func word(_ name: String, _ about: String, _ words: [String]) -> Field<String> {
        Field(name, about, Shape<String>.lowercaseWord(words), required: true)
    }
}

extension Shape where Value == String {
    /// One of several words in any case, read as it is listed.
    static func lowercaseWord(_ words: [String]) -> Shape {
        choice(listed: words.map { ($0, $0) })
    }
}
