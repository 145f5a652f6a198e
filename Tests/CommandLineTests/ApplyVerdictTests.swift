import Testing

@testable import CommandLine

@Suite struct ApplyVerdicts {
    /// Facts about an apply, by letter: c changed, f failed, b blocked, u unfinished, l lost lock, i incomplete.
    private static func verdict(_ facts: String) -> ApplyVerdict {
        var verdict = ApplyVerdict()
        verdict.hasChanged = facts.contains("c")
        verdict.hasFailed = facts.contains("f")
        verdict.isBlocked = facts.contains("b")
        verdict.isUnfinished = facts.contains("u")
        verdict.lostLock = facts.contains("l")
        verdict.isIncomplete = facts.contains("i")
        return verdict
    }

    @Test(arguments: [
        ("", Int32(0)), ("c", 0), ("b", 3), ("cb", 3), ("f", 1), ("cf", 4), ("fb", 1), ("cu", 4), ("u", 1), ("i", 1),
        ("ci", 4), ("l", 5), ("lfu", 5), ("cl", 4),
    ])
    func `facts become one exit code`(_ facts: String, _ expected: Int32) {
        #expect(Self.verdict(facts).status.rawValue == expected)
    }
}
