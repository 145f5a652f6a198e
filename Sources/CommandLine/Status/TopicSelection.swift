import KafkaModel
import Reconciler

/// Which mirror topics a status shows, as Cluster Linking's tools choose them.
enum TopicSelection: Hashable, Sendable {
    /// All but those that have stopped for good.
    case live
    /// Those that have stopped as well (`--include-stopped`).
    case includingStopped
    /// Only those that are stopping (`--pending-stopped-only`).
    case stopping

    /// Whether a mirror topic in this state is shown.
    func includes(_ state: MirrorTopicState) -> Bool {
        switch self {
        case .live: state != .stopped
        case .includingStopped: true
        case .stopping: state == .pendingStopped
        }
    }

    /// What stands for an empty list; nil when there is nothing to say.
    func nothing(in link: LinkStatus) -> String {
        if link.topics.isEmpty { return "no mirror topics" }
        switch self {
        case .live: return "no mirror topics that have not stopped"
        case .includingStopped: return "no mirror topics"
        case .stopping: return "no mirror topics are stopping"
        }
    }

    /// How many mirror topics are left out, and how to see them; nil when none are.
    func leftOut(of link: LinkStatus) -> String? {
        let count = link.topics.count { !includes($0.state) }
        guard count > 0 else { return nil }
        let topics = count == 1 ? "1 mirror topic" : "\(count) mirror topics"
        return self == .stopping
            ? "\(topics) not stopping \(count == 1 ? "is" : "are") left out"
            : "\(topics) that \(count == 1 ? "has" : "have") stopped \(count == 1 ? "is" : "are") left out "
                + "(--include-stopped shows \(count == 1 ? "it" : "them"))"
    }
}
