import Glibc

/// The time of day, as records carry it and people read it; never for deadlines.
package enum WallClock {
    /// Milliseconds since 1970.
    package static var nowMs: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }
}
