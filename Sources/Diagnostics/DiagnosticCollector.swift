/// Collects the findings of one run, so that a loader can go on after a mistake.
///
/// The number is limited: one wrong indentation in a large file must not produce a hundred thousand findings.
package final class DiagnosticCollector {
    /// The most findings that are kept of one run.
    package static let limit = 500

    /// The findings so far, in the order they were found.
    package private(set) var diagnostics: [Diagnostic] = []
    /// How many findings came after the limit was reached and were not kept.
    package private(set) var leftOut = 0
    private var seen: Set<Diagnostic> = []

    /// Makes an empty collector.
    package init() {}

    /// Keeps a finding.
    ///
    /// The same finding twice (a mistake behind an alias that is used twice) is kept once.
    ///
    /// Beyond the limit only the first error is kept, so that a flood of warnings never hides that there is one.
    package func add(_ diagnostic: Diagnostic) {
        guard diagnostics.count < Self.limit || (diagnostic.severity == .error && !diagnostics.containsErrors) else {
            leftOut += 1
            return
        }
        if seen.insert(diagnostic).inserted { diagnostics.append(diagnostic) }
    }
}
