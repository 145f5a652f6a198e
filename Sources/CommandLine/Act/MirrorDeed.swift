import KafkaModel

/// What one of the commands `promote`, `failover`, `pause` and `resume` does to mirror topics.
enum MirrorDeed: String, Hashable, CaseIterable {
    case promote, failover, pause, resume

    /// The state that it leads to.
    var state: MirrorTopicSpec.State {
        switch self {
        case .promote: .promoted
        case .failover: .failedOver
        case .pause: .paused
        case .resume: .active
        }
    }

    /// Whether it cannot be undone.
    var isOneWay: Bool {
        switch self {
        case .promote, .failover: true
        case .pause, .resume: false
        }
    }

    /// What the command does, in one line.
    var summary: String {
        switch self {
        case .promote: "Promote mirror topics now: wait for lag 0, then stop mirroring for good."
        case .failover: "Fail mirror topics over now: stop mirroring for good, also with the source down."
        case .pause: "Pause mirror topics now; they keep their positions."
        case .resume: "Let paused mirror topics go on now."
        }
    }
}
