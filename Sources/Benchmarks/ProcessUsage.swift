import Foundation

/// What the kernel says about a running process.
struct ProcessUsage {
    /// User and system time so far, in seconds.
    var cpuSeconds: Double
    /// Largest resident memory so far, in MiB.
    var peakMebibytes: Double

    init(pid: Int32) throws {
        let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        // Behind the name in parentheses: state is field 3, utime and stime are fields 14 and 15, in ticks of 10 ms.
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        let ticks = [12, 13].reduce(0.0) { $0 + (fields.indices.contains($1) ? Double(fields[$1]) ?? 0 : 0) }
        cpuSeconds = ticks / 100
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        peakMebibytes = (line.split(separator: " ").compactMap { Double($0) }.first ?? 0) / 1024
    }
}
