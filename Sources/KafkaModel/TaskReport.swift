/// A periodic job of a link, with Cluster Linking's names.
package enum LinkTaskName: String, Hashable, Sendable, Codable, CaseIterable {
    /// Committed offsets of consumer groups.
    case consumerOffsetSync = "ConsumerOffsetSync"
    /// ACLs.
    case aclSync = "AclSync"
    /// Configs of mirror topics.
    case topicConfigsSync = "TopicConfigsSync"
    /// Mirror topics for new source topics that the filters select.
    case autoCreateMirror = "AutoCreateMirror"
    /// Whether the source answers; the one that is not Cluster Linking's.
    case availabilityCheck = "AvailabilityCheck"
}

/// Something that a task could not do, or left alone on purpose.
package struct TaskProblem: Hashable, Sendable, Codable {
    /// How serious it is.
    package enum Kind: String, Hashable, Sendable, Codable {
        /// It failed; the task is in error until a pass goes through.
        case error = "ERROR"
        /// It was left alone, as it should be; a person may want to know.
        case skipped = "SKIPPED"
    }

    /// How serious it is.
    package var kind: Kind
    /// Cluster Linking's code, such as `CONSUMER_GROUP_IN_USE_ERROR`.
    package var code: String
    /// What it is about, such as a group's name; nil when it concerns the whole task.
    package var subject: String?
    /// What happened, where, why, and what to do next.
    package var text: String

    /// A problem of its parts.
    package init(_ kind: Kind, code: String, subject: String? = nil, _ text: String) {
        self.kind = kind
        self.code = code
        self.subject = subject
        self.text = text
    }

    /// What it is about, and what happened.
    package var inWords: String { (subject.map { "\($0): " } ?? "") + text }
}

/// `task/<link>/<name>` in the `__lockstep` topic: what the worker that runs the task last did.
package struct TaskReport: Hashable, Sendable, Codable {
    /// Version of the record's form.
    package var schema: Int = 1
    /// Name of the link.
    package var link: String
    /// The task.
    package var task: LinkTaskName
    /// Who reports: the worker's name.
    package var worker: String
    /// What the last pass came to, in words, such as `12 groups, 40 offsets committed`.
    package var summary: String
    /// What could not be done or was left alone, the first ones; a list that was cut ends with a count.
    package var problems: [TaskProblem]
    /// When a pass last went through without an error, in milliseconds since 1970.
    package var lastSuccessMs: Int64?
    /// Offset of `__lockstep` up to which the last pass knew what is wanted.
    package var seenOffset: Int64
    /// When, in milliseconds since 1970.
    package var atMs: Int64

    /// A report of its parts.
    package init(
        link: String, task: LinkTaskName, worker: String, summary: String, problems: [TaskProblem] = [],
        lastSuccessMs: Int64?, seenOffset: Int64, atMs: Int64
    ) {
        self.link = link
        self.task = task
        self.worker = worker
        self.summary = summary
        self.problems = problems
        self.lastSuccessMs = lastSuccessMs
        self.seenOffset = seenOffset
        self.atMs = atMs
    }

    /// Code of the problem that makes a link UNAVAILABLE.
    package static let unavailableCode = "LINK_UNAVAILABLE"

    /// Whether the last pass failed at something.
    package var isInError: Bool { problems.contains { $0.kind == .error } }
}
