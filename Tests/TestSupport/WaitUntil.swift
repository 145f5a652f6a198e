/// Waits until a condition holds, and fails with a sentence when it does not hold in time.
///
/// This is the only place of the tests that looks at something again and again; it replaces every fixed pause.
///
/// - Parameters:
///   - what: the event waited for, as in "the broker answers"; it is part of the failure's text.
///   - limit: how long to wait; the condition is looked at once more when it is over.
///   - interval: time between two looks.
package func waitUntil(
    _ what: String, within limit: Duration = .seconds(30), every interval: Duration = .milliseconds(10),
    _ condition: () async throws -> Bool
) async throws {
    let start = ContinuousClock.now
    while try await !condition() {
        guard start.duration(to: .now) < limit else {
            throw HarnessError("waited \(limit) in vain until \(what)")
        }
        try await Task.sleep(for: interval)
    }
}
