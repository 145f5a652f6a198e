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

extension Shape where Value == String {
    /// One of several words in any case, read as it is listed.
    static func lowercaseWord(_ words: [String]) -> Shape {
        choice(listed: words.map { ($0, $0) })
    }
}
