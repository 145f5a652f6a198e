import KafkaModel

/// What one look at the groups came to.
package struct GroupOffsetOutcome: Sendable {
    /// Groups with offsets on topics that are mirrored, by their names on the destination.
    package private(set) var groups: Set<String> = []
    /// Of these, the ones that have members on the source, by their names there.
    package private(set) var inUseOnSource: Set<String> = []
    /// Offsets of these groups on topics that are mirrored.
    package private(set) var offsets = 0
    /// Offsets that were committed now.
    package internal(set) var committed = 0
    /// Offsets that stand at the mirror's end because the mirror does not have theirs yet.
    package private(set) var lowered = 0
    /// Offsets that were not touched, because their mirror is not there yet or is not copied.
    package private(set) var waiting = 0
    /// Offsets that were to be committed and were not.
    package internal(set) var uncommitted = 0
    /// Of these, the ones of groups that turned out to be in use on the destination: their offsets are their own.
    package internal(set) var uncommittedInUse = 0
    /// Mirror topics of which nothing could be said.
    package internal(set) var obstacles: [TaskProblem] = []
    /// Groups of which all offsets were committed, by their names on the destination.
    var refreshed: Set<String> = []
    /// What could not be done, or was left alone on purpose.
    package internal(set) var problems: [TaskProblem] = []

    /// Nothing yet.
    init() {}

    /// Offsets that stand on the destination as they should.
    package var inPlace: Int { offsets - waiting - uncommitted }

    /// The first thing that failed; nil when nothing did.
    package var failure: TaskProblem? { problems.first { $0.kind == .error } }

    mutating func add(_ decision: OffsetComparison.Decision, _ pair: GroupPair) {
        groups.insert(pair.destination)
        if pair.isInUseOnSource { inUseOnSource.insert(pair.source) }
        offsets += decision.offsets
        lowered += decision.lowered
        waiting += decision.waiting
    }

    /// In words, such as `40 groups, 2400 offsets, 310 committed`.
    package var summary: String {
        var parts = [counted(groups.count, "group"), counted(offsets, "offset"), "\(committed) committed"]
        if lowered > 0 { parts.append("\(lowered) at the mirror's end until it has them") }
        if waiting > 0 { parts.append("\(waiting) waiting for the mirror") }
        return parts.joined(separator: ", ")
    }
}
