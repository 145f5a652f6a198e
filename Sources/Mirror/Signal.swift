/// Wakes the one task that waits for work; for use within one actor.
final class Signal {
    private var isRaised = false
    private var waiter: UnsafeContinuation<Void, Never>?

    /// Wakes the waiting task, or lets the next wait return at once.
    func raise() {
        if let waiter {
            self.waiter = nil
            waiter.resume()
        } else {
            isRaised = true
        }
    }

    /// Hands over the continuation of a task that begins to wait.
    func wait(_ continuation: UnsafeContinuation<Void, Never>) {
        if isRaised {
            isRaised = false
            continuation.resume()
        } else {
            // One loop waits on one signal; a second waiter would be lost.
            precondition(waiter == nil, "a signal has one waiter")
            waiter = continuation
        }
    }
}
