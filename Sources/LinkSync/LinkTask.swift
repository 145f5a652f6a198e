import KafkaModel
import LinkStore

/// A periodic job of a link, such as syncing group offsets; one worker of the link runs it (design: mirroring.md §9).
///
/// A pass reads both clusters and does what differs, so that a pass that is cut off, repeated or run by two workers
/// at once does no harm.
package protocol LinkTask: Sendable {
    /// Which task it is.
    var name: LinkTaskName { get }

    /// Time from the start of one pass to that of the next in milliseconds; nil while it is switched off.
    func intervalMs(_ settings: LinkSettings) -> Int64?

    /// One pass.
    ///
    /// What goes wrong is part of the outcome: a task never ends its worker.
    func run(_ pass: TaskPass) async -> TaskOutcome
}

extension LinkTask {
    /// As the settings say for a task of that name.
    package func intervalMs(_ settings: LinkSettings) -> Int64? { settings.intervalMs(of: name) }
}

/// What a pass of a task starts from.
package struct TaskPass: Sendable {
    /// The stored link.
    package let link: LinkRecord
    /// What `__lockstep` held when the link or one of its mirrors last changed; reports and ACLs may be older.
    package let contents: StoreContents
    /// Whether the task is still this worker's; ask right before each write.
    package let isCurrent: @Sendable () async -> Bool

    /// A pass over a link of `contents`.
    package init(link: LinkRecord, contents: StoreContents, isCurrent: @escaping @Sendable () async -> Bool) {
        self.link = link
        self.contents = contents
        self.isCurrent = isCurrent
    }

    /// The mirror topics of the link, by name.
    package var mirrors: [String: MirrorRecord] { contents.mirrors(of: link.name) }
}

/// What a pass came to.
package struct TaskOutcome: Hashable, Sendable {
    /// In words, such as `12 groups, 40 offsets committed`.
    package var summary: String
    /// What could not be done, or was left alone on purpose.
    package var problems: [TaskProblem]

    /// An outcome of its parts.
    package init(summary: String, problems: [TaskProblem] = []) {
        self.summary = summary
        self.problems = problems
    }

    /// Whether something failed.
    package var isInError: Bool { problems.contains { $0.kind == .error } }
}
