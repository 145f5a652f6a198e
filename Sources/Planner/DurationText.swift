/// Milliseconds as people write them: `10m`, `90s`, `1h`, `250ms`.
package enum DurationText {
    /// The duration in the largest unit that gives a whole number; two units never.
    package static func of(_ milliseconds: Int64) -> String {
        let units: [(Int64, String)] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")]
        for (size, letter) in units where milliseconds > 0 && milliseconds % size == 0 {
            return "\(milliseconds / size)\(letter)"
        }
        return milliseconds == 0 ? "0s" : "\(milliseconds)ms"
    }
}
