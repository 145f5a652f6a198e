/// What was told of one concern and still lasts, so that each line is told once while it is there.
struct LastingProblems {
    private var told: Set<String> = []

    /// The lines that were not told yet, sorted; those that are gone may come again.
    mutating func news(_ lines: some Sequence<String>) -> [String] {
        let now = Set(lines)
        defer { told = now }
        return now.subtracting(told).sorted()
    }
}
