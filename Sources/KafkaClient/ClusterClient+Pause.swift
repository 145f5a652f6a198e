import EventLoop

extension ClusterClient {
    /// Waits on the client's loop; ends early, without an error, when the task is cancelled.
    package nonisolated func pause(_ duration: Duration) async {
        await loop.pause(duration)
    }

    /// Longest time that a quota keeps a connection from being used, in milliseconds; no real one asks for as much.
    private static let longestThrottleMs: Int64 = 600_000

    /// Waits as long as an answer's `throttleTimeMs` says: the broker answers at once when a quota is used up, and then
    /// leaves the connection unread (KIP-219), so what is sent meanwhile lies there until it counts as lost.
    package nonisolated func waitOutQuota(_ throttleTimeMs: Int32) async {
        guard throttleTimeMs > 0 else { return }
        await loop.pause(.milliseconds(min(Int64(throttleTimeMs), Self.longestThrottleMs)))
    }
}
