/// Finds the known name that somebody who misspelt one most likely meant.
package enum DidYouMean {
    /// Names longer than this are not compared: the comparison costs the product of both lengths.
    package static let nameLengthLimit = 256

    /// The closest of the known names, or nil when none is close enough to be worth suggesting.
    ///
    /// Case does not count. Close enough is one mistake (a letter more, less, other, or two swapped) per three letters,
    /// or a name that was cut short or written on (`filter` for `filters.names` is not, `topicFilter` for
    /// `topicFilters` is). Of equally close names the first in alphabetical order wins.
    package static func name(for wanted: String, among known: some Sequence<String>) -> String? {
        let letters = Array(wanted.lowercased().unicodeScalars)
        guard !letters.isEmpty, letters.count <= nameLengthLimit else { return nil }
        let limit = max(1, letters.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in known.sorted() {
            let other = Array(candidate.lowercased().unicodeScalars)
            guard other.count <= nameLengthLimit, abs(other.count - letters.count) <= limit else { continue }
            let distance = distance(letters, other)
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// The suggestion as a hint, `did you mean "name"?`, or nil when there is none.
    package static func hint(for wanted: String, among known: some Sequence<String>) -> String? {
        name(for: wanted, among: known).map { "did you mean \"\($0)\"?" }
    }

    /// The number of letters to insert, remove, replace, or swap with a neighbour to turn one name into the other
    /// (optimal string alignment).
    static func distance(_ from: [Unicode.Scalar], _ to: [Unicode.Scalar]) -> Int {
        guard !from.isEmpty, !to.isEmpty else { return max(from.count, to.count) }
        var beforeLast = [Int](repeating: 0, count: to.count + 1)
        var last = Array(0...to.count)
        for row in 1...from.count {
            var current = [row]
            current.reserveCapacity(to.count + 1)
            for column in 1...to.count {
                let same = from[row - 1] == to[column - 1]
                var cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1))
                if row > 1, column > 1, from[row - 1] == to[column - 2], from[row - 2] == to[column - 1] {
                    cost = min(cost, beforeLast[column - 2] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[to.count]
    }
}
