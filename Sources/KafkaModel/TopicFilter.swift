/// One entry of a filter list, with Cluster Linking's words.
package struct TopicFilter: Hashable, Sendable, Codable {
    /// How `name` is compared.
    package enum PatternType: String, Sendable, Codable, CaseIterable {
        /// The whole name, or every name when it is `*`.
        case literal = "LITERAL"
        /// The beginning of the name.
        case prefixed = "PREFIXED"
    }

    /// What a match means.
    package enum FilterType: String, Sendable, Codable, CaseIterable {
        /// The name is wanted.
        case include = "INCLUDE"
        /// The name is refused, whatever else matches.
        case exclude = "EXCLUDE"
    }

    /// The name, the prefix, or `*`.
    package var name: String
    /// How the name is compared.
    package var patternType: PatternType
    /// What a match means.
    package var filterType: FilterType

    /// An entry of a filter list.
    package init(name: String, patternType: PatternType, filterType: FilterType) {
        self.name = name
        self.patternType = patternType
        self.filterType = filterType
    }

    /// Whether this entry's pattern covers `candidate`; case counts.
    package func covers(_ candidate: String) -> Bool {
        switch patternType {
        case .literal: name == "*" || name == candidate
        case .prefixed: candidate.hasPrefix(name)
        }
    }
}

/// A filter list: EXCLUDE always wins, otherwise any INCLUDE, otherwise not matched; order has no meaning.
package struct TopicFilters: Hashable, Sendable, Codable {
    /// The entries, in the order they were written.
    package var entries: [TopicFilter]

    /// A list of entries.
    package init(_ entries: [TopicFilter]) {
        self.entries = entries
    }

    /// Why a topic is or is not selected.
    package enum Verdict: Hashable, Sendable {
        /// An INCLUDE entry covers it and no EXCLUDE entry does.
        case included(by: TopicFilter)
        /// An EXCLUDE entry covers it.
        case excluded(by: TopicFilter)
        /// No entry covers it.
        case notMatched
        /// It starts with `__`: Kafka's or Lockstep's own.
        case internalTopic
        /// It starts with `_confluent`, and no INCLUDE entry names it in full.
        case reserved
    }

    /// The verdict on the source topic `name` (before any prefix is added).
    package func verdict(on name: String) -> Verdict {
        if TopicName.isInternal(name) { return .internalTopic }
        if let entry = entries.first(where: { $0.filterType == .exclude && $0.covers(name) }) {
            return .excluded(by: entry)
        }
        guard let entry = entries.first(where: { $0.filterType == .include && $0.covers(name) }) else {
            return .notMatched
        }
        // Topics in which Confluent's brokers and tools keep their own things are wanted only by who names them.
        guard name.hasPrefix("_confluent") else { return .included(by: entry) }
        let exact = entries.first { $0.filterType == .include && $0.patternType == .literal && $0.name == name }
        return exact.map { .included(by: $0) } ?? .reserved
    }

    /// Whether the source topic `name` is selected.
    package func selects(_ name: String) -> Bool {
        if case .included = verdict(on: name) { true } else { false }
    }
}
