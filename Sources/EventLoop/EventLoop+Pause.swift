import Synchronization

extension EventLoop {
    /// Waits on the loop; ends early, without an error, when the task is cancelled.
    package func pause(_ duration: Duration) async {
        let waiter = Waiter()
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                guard waiter.begin(continuation) else { return }
                submit { waiter.arm { self.schedule(after: duration, holdsLoop: true) { waiter.end() } } }
            }
        } onCancel: {
            if let timer = waiter.end() { submit { self.cancel(timer) } }
        }
    }
}

/// A continuation that a timer and a cancellation race for.
private final class Waiter: Sendable {
    private enum State: Sendable {
        case idle
        case waiting(UnsafeContinuation<Void, Never>, TimerToken?)
        case ended
    }

    private let state = Mutex(State.idle)

    /// False when the wait is over already; the continuation is then resumed.
    func begin(_ continuation: UnsafeContinuation<Void, Never>) -> Bool {
        let isWaiting = state.withLock { state in
            if case .ended = state { return false }
            state = .waiting(continuation, nil)
            return true
        }
        if !isWaiting { continuation.resume() }
        return isWaiting
    }

    /// Sets the timer unless the wait is over.
    func arm(_ set: () -> TimerToken) {
        state.withLock { state in
            if case .waiting(let continuation, nil) = state { state = .waiting(continuation, set()) }
        }
    }

    /// Ends the wait; returns the timer that was set for it.
    @discardableResult
    func end() -> TimerToken? {
        let ended = state.withLock { state -> State in
            defer { state = .ended }
            return state
        }
        guard case .waiting(let continuation, let timer) = ended else { return nil }
        continuation.resume()
        return timer
    }
}
