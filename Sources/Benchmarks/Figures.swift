import Foundation

/// What was measured while a program copied the topic.
struct CopyFigures {
    var gib: Double
    /// From the start of the process to the first record on the destination, in seconds.
    var firstRecordSeconds: Double
    /// From the first record to the last.
    var mebibytesPerSecond: Double
    /// User and system time of the process between first and last record.
    var cpuSecondsPerGib: Double
    /// Largest resident memory up to the last record (`VmHWM`), in MiB.
    var peakMebibytes: Double
    /// Allocations between first and last record, where they were counted.
    var allocations: Int
}

/// What was measured of one program that copies a topic, idles and follows a trickle.
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
    /// The same in the first 20 seconds after the program was started again.
    var restartedP50Ms: Double
    var restartedP99Ms: Double

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
                after a restart       p50 \(number(restartedP50Ms)) ms, p99 \(number(restartedP99Ms)) ms
            """
    }
}
