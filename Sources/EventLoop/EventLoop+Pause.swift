import Synchronization

extension EventLoop {
    /// Waits on the loop; ends early, without an error, when the task is cancelled.
    package func pause(_ duration: Duration) async {
        let waiter = Waiter()
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                waiter.begin(continuation)
                submit { self.schedule(after: duration) { waiter.end() } }
            }
        } onCancel: {
            waiter.end()
        }
    }
}

/// A continuation that a timer and a cancellation race for.
private final class Waiter: Sendable {
    private enum State: Sendable {
        case idle
        case waiting(UnsafeContinuation<Void, Never>)
        case ended
    }

    private let state = Mutex(State.idle)

    func begin(_ continuation: UnsafeContinuation<Void, Never>) {
        let isOver = state.withLock { state in
            if case .ended = state { return true }
            state = .waiting(continuation)
            return false
        }
        if isOver { continuation.resume() }
    }

    func end() {
        let waiting = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            defer { state = .ended }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume()
    }
}
