/// Lets one case at a time work with the `__lockstep` topic of the shared clusters in the role `state`.
///
/// A cluster has one such topic with one lock, while suites run side by side.
package actor StateTurn {
    private static let shared = StateTurn()
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Runs `body` while no other case is in here.
    package static func run<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        await shared.enter()
        do {
            let result = try await body()
            await shared.leave()
            return result
        } catch {
            await shared.leave()
            throw error
        }
    }

    private func enter() async {
        if !isTaken {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func leave() {
        if waiting.isEmpty {
            isTaken = false
        } else {
            waiting.removeFirst().resume()
        }
    }
}
