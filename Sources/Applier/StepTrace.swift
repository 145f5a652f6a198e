import Synchronization

/// What a step has written so far: one that fails half-way has changed something all the same.
final class StepTrace: Sendable {
    private let flag = Mutex(false)

    /// Whether something that the step wrote is still so, or may be.
    var hasActed: Bool {
        get { flag.withLock { $0 } }
        set { flag.withLock { $0 = newValue } }
    }
}
