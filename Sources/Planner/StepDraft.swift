import Diagnostics
import KafkaModel

/// A step before it has a number, and where it belongs in the order.
struct StepDraft {
    /// Order of steps within a link; one-way steps and deletions go after the steps of all links.
    enum Stage: Int, Comparable {
        case store, link, linkState, linkSettings, forget, creation, partitions
        case configs, pause, resume, workers, stop, deletion, linkDeletion

        /// Whether steps of this stage go last, alone (design: product.md §2).
        var isLast: Bool { self >= .stop }

        static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
    }

    var stage: Stage
    var step: Step
}

/// What planning one link, or one mirror topic of it, came to.
struct Outcome {
    var drafts: [StepDraft] = []
    var blocked: [BlockedChange] = []
    var notes: [String] = []
    /// What a filter asks for and is left out, while all else goes on.
    var skipped: [SkippedTopic] = []
    var incomplete: [String] = []
    /// Objects that were compared and match.
    var unchanged = 0
    /// Mirror topics that mirror but could not be compared, because their source cannot be read.
    var notCompared = 0
    /// Mirror topics that no file and no filter mentions any more.
    var undeclared: [String] = []
    /// What each mirror topic is once the steps are done; missing = none exists then.
    var statesAfter: [MirrorTopicState] = []

    static let matches = Outcome(unchanged: 1)

    mutating func add(_ other: Outcome) {
        drafts += other.drafts
        blocked += other.blocked
        notes += other.notes
        skipped += other.skipped
        incomplete += other.incomplete
        unchanged += other.unchanged
        notCompared += other.notCompared
        undeclared += other.undeclared
        statesAfter += other.statesAfter
    }

    /// Why a change is blocked; `isGap` when the reason is something that could not be read.
    mutating func block(_ change: BlockedChange, isGap: Bool = false) {
        blocked.append(change)
        if isGap { incomplete.append(change.reason) }
    }
}

/// A mirror topic that a filter asks for and that cannot be made: told, and no reason to leave others out.
struct SkippedTopic {
    var name: String
    /// Cluster Linking's code for the reason.
    var code: String
    var reason: String
    var remedy: String

    func note(link: String) -> Plan.Note {
        Plan.Note(
            link: link, text: "mirror topic \(name): \(code): \(reason); it is left out. To mirror it: \(remedy)",
            skipped: name, code: code)
    }
}
