/// When offsets that agree are committed again: a cluster forgets offsets that nobody commits; no clock.
///
/// What was committed before this schedule existed counts as long ago, so the first look at a group commits all of it.
struct RefreshSchedule: Sendable {
    /// How long the destination keeps an offset (`offsets.retention.minutes`), in milliseconds.
    var retentionMs = Self.defaultRetentionMs
    private var refreshedAtMs: [String: Int64] = [:]

    /// Kafka's default, for a cluster that does not tell: 7 days.
    static let defaultRetentionMs: Int64 = 7 * 86_400_000
    /// Part of the retention after which an offset is committed again.
    private static let part: Int64 = 4

    /// Whether all offsets of a group are due, by its name on the destination.
    func isDue(_ group: String, nowMs: Int64) -> Bool {
        guard let last = refreshedAtMs[group] else { return true }
        return nowMs - last >= retentionMs / Self.part
    }

    /// All offsets of these groups were committed.
    mutating func note(_ groups: some Sequence<String>, nowMs: Int64) {
        for group in groups { refreshedAtMs[group] = nowMs }
    }

    /// Forgets groups that are not synced any more.
    mutating func keep(only groups: Set<String>) {
        refreshedAtMs = refreshedAtMs.filter { groups.contains($0.key) }
    }
}
