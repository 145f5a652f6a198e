import Glibc

/// The broker's two clocks in milliseconds; tests may move both forward.
struct BrokerClock: Sendable {
    /// Added to both clocks.
    var shiftMs: Int64 = 0
    private let start = ContinuousClock.now

    /// Wall clock, milliseconds since 1970: what records and markers are stamped with.
    var wall: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000 + shiftMs
    }

    /// Milliseconds since the broker started: what deadlines count with.
    var monotonic: Int64 {
        let (seconds, attoseconds) = start.duration(to: .now).components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000 + shiftMs
    }
}
