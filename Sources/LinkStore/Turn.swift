/// Lets callers of one actor in one after the other, although each `await` lets others run.
struct Turn {
    private var isTaken = false
    private var waiting: [UnsafeContinuation<Void, Never>] = []

    /// Resumes the caller when it is its turn.
    mutating func enter(_ caller: UnsafeContinuation<Void, Never>) {
        if isTaken {
            waiting.append(caller)
        } else {
            isTaken = true
            caller.resume()
        }
    }

    /// Ends a turn; the caller that has waited longest is next.
    mutating func leave() {
        if waiting.isEmpty {
            isTaken = false
        } else {
            waiting.removeFirst().resume()
        }
    }
}
