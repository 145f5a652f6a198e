import Synchronization

/// A value that several race to give, such as a look-up, its deadline and a cancellation: the first one counts.
package final class OneAnswer<Value: Sendable>: Sendable {
    private struct State: Sendable {
        var value: Value?
        var continuation: UnsafeContinuation<Value, Never>?
        var cleanUps: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    /// An answer that nobody has given yet.
    package init() {}

    /// Gives the answer; what comes after the first one is forgotten.
    package func give(_ value: Value) {
        let (continuation, cleanUps) = state.withLock { state in
            // Both are gone after the first answer.
            if state.value == nil { state.value = value }
            defer { state.cleanUps = [] }
            return (state.continuation.take(), state.cleanUps)
        }
        continuation?.resume(returning: value)
        for cleanUp in cleanUps { cleanUp() }
    }

    /// Runs `action` when the answer is there, perhaps at once.
    package func whenGiven(_ action: @escaping @Sendable () -> Void) {
        let isGiven = state.withLock { state in
            if state.value == nil { state.cleanUps.append(action) }
            return state.value != nil
        }
        if isGiven { action() }
    }

    /// Waits for the answer, which is `cancelled` once the task is; for one waiter.
    package func wait(cancelled: Value) async -> Value {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let value = state.withLock { state in
                    if state.value == nil { state.continuation = continuation }
                    return state.value
                }
                if let value { continuation.resume(returning: value) }
            }
        } onCancel: {
            give(cancelled)
        }
    }

    /// Waits for the answer, which is `late` after `limit`; whoever was to give it may be stuck for ever.
    package func wait(within limit: Duration, on loop: EventLoop, late: Value, cancelled: Value) async -> Value {
        loop.submit {
            let timer = loop.schedule(after: limit, holdsLoop: true) { self.give(late) }
            self.whenGiven { loop.submit { loop.cancel(timer) } }
        }
        return await wait(cancelled: cancelled)
    }
}
