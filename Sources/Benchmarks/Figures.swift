import Foundation

/// What was measured of one program that copies a topic.
struct Figures: Codable {
    var name: String
    var gib: Double
    /// From the start of the process to the first record on the destination, in seconds.
    var firstRecordSeconds: Double
    /// From the first record to the last.
    var mebibytesPerSecond: Double
    /// User and system time of the process between first and last record.
    var cpuSecondsPerGib: Double
    /// Largest resident memory up to the last record (`VmHWM`), in MiB.
    var peakMebibytes: Double
    /// Share of one core while there is nothing to copy, in percent.
    var idlePercent: Double
    /// From the acknowledged append at the source to readable at the destination at 1,000 records/s, in ms.
    var latencyP50Ms: Double
    var latencyP99Ms: Double

    var text: String {
        func number(_ value: Double, _ digits: Int = 1) -> String { String(format: "%.\(digits)f", value) }
        return """

            \(name), \(number(gib, 2)) GiB
              start to first record   \(number(firstRecordSeconds, 2)) s
              throughput              \(number(mebibytesPerSecond)) MiB/s
              CPU per GiB             \(number(cpuSecondsPerGib, 2)) s
              peak memory             \(number(peakMebibytes, 0)) MiB
              idle                    \(number(idlePercent, 2)) % of a core
              append to readable      p50 \(number(latencyP50Ms)) ms, p99 \(number(latencyP99Ms)) ms
            """
    }
}

/// Two programs side by side, with what ours is held to.
struct Comparison {
    var ours: Figures
    var peer: Figures

    var text: String {
        let cpuGoal = peer.name.contains("tuned") ? 0.25 : 0.125
        return """

            Lockstep beside \(peer.name)
            \(line("CPU per GiB", ours.cpuSecondsPerGib / peer.cpuSecondsPerGib, atMost: cpuGoal))
            \(line("peak memory", ours.peakMebibytes / peer.peakMebibytes, atMost: 0.1))
            \(line("throughput", ours.mebibytesPerSecond / peer.mebibytesPerSecond, atLeast: 2))
            \(line("append to readable, p99", ours.latencyP99Ms / peer.latencyP99Ms, atMost: 0.1))
            """
    }

    private func line(_ what: String, _ ratio: Double, atMost goal: Double) -> String {
        row(what, ratio, "at most \(goal)", ratio <= goal)
    }

    private func line(_ what: String, _ ratio: Double, atLeast goal: Double) -> String {
        row(what, ratio, "at least \(goal)", ratio >= goal)
    }

    private func row(_ what: String, _ ratio: Double, _ goal: String, _ isReached: Bool) -> String {
        let name = what.padding(toLength: 24, withPad: " ", startingAt: 0)
        return
            "  \(name)\(String(format: "%.3f", ratio)) of the peer's, \(goal): \(isReached ? "reached" : "NOT reached")"
    }
}
