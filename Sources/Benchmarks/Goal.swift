import Foundation

/// A measured number beside what it is held to, as a line.
enum Goal {
    static func row(_ what: String, _ value: Double, atMost goal: Double, _ unit: String = "") -> String {
        line(what, value, "at most \(goal)\(unit)", value <= goal)
    }

    static func row(_ what: String, _ value: Double, atLeast goal: Double, _ unit: String = "") -> String {
        line(what, value, "at least \(goal)\(unit)", value >= goal)
    }

    private static func line(_ what: String, _ value: Double, _ goal: String, _ isReached: Bool) -> String {
        let name = what.padding(toLength: 24, withPad: " ", startingAt: 0)
        return "  \(name)\(String(format: "%.3f", value)), \(goal): \(isReached ? "reached" : "NOT reached")"
    }
}

/// What is promised of a worker whatever others do.
struct Promise {
    var figures: Figures

    init(of figures: Figures) {
        self.figures = figures
    }

    var text: String {
        "\nLockstep alone\n" + Goal.row("start to first record", figures.firstRecordSeconds, atMost: 2, " s")
    }
}

/// Two programs side by side, with what ours is held to.
struct Comparison {
    var ours: Figures
    var peer: Figures

    var text: String {
        let cpuGoal = peer.name.contains("tuned") ? 0.25 : 0.125
        return """

            Lockstep as a part of \(peer.name)
            \(Goal.row("CPU per GiB", ours.cpuSecondsPerGib / peer.cpuSecondsPerGib, atMost: cpuGoal))
            \(Goal.row("peak memory", ours.peakMebibytes / peer.peakMebibytes, atMost: 0.1))
            \(Goal.row("throughput", ours.mebibytesPerSecond / peer.mebibytesPerSecond, atLeast: 2))
            \(Goal.row("append to readable, p99", ours.latencyP99Ms / peer.latencyP99Ms, atMost: 0.1))
            \(Goal.row("  after a restart", ours.restartedP99Ms / peer.restartedP99Ms, atMost: 0.1))
            """
    }
}
