/// A moment as text in UTC, from milliseconds since 1970.
package enum UTCText {
    /// `2026-11-22 09:14:07 UTC`.
    package static func spaced(_ milliseconds: Int64) -> String {
        let moment = Moment(milliseconds)
        return "\(moment.date) \(moment.time) UTC"
    }

    /// `2026-11-22T09:14:07Z`, as ISO 8601 writes it.
    package static func iso(_ milliseconds: Int64) -> String {
        let moment = Moment(milliseconds)
        return "\(moment.date)T\(moment.time)Z"
    }

    /// `2026-11-22 09:14 UTC`.
    package static func minutes(_ milliseconds: Int64) -> String {
        let moment = Moment(milliseconds)
        return "\(moment.date) \(moment.time.prefix(5)) UTC"
    }

    private struct Moment {
        var date: String
        var time: String

        init(_ milliseconds: Int64) {
            let seconds = milliseconds.floorDivided(by: 1000)
            let days = seconds.floorDivided(by: 86_400)
            let second = seconds - days * 86_400
            time = "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
            date = Self.date(days)
        }

        /// Days since 1970 in the Gregorian calendar; years start in March, so that a leap day comes last.
        private static func date(_ days: Int64) -> String {
            let shifted = days + 719_468
            let era = shifted.floorDivided(by: 146_097)
            let dayOfEra = shifted - era * 146_097
            let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
            let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let shiftedMonth = (5 * dayOfYear + 2) / 153
            let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
            let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
            let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
            return "\(year)-\(two(month))-\(two(day))"
        }
    }
}

private func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
