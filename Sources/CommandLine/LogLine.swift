import LinkStore
import PlanReport

/// A line of a log: when, who, what.
enum LogLine {
    /// For example `2026-11-22T09:14:07Z worker paris-to-dublin: joined the group`.
    static func text(_ who: String, _ what: String, atMs: Int64 = WallClock.nowMs) -> String {
        "\(UTCText.iso(atMs)) \(who): \(what)"
    }
}
