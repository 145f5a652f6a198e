/// Names a timer of an `EventLoop`.
package struct TimerToken: Hashable, Sendable {
    let number: UInt64
}

/// Timers by deadline: a binary heap whose cancelled entries are skipped when they surface.
struct TimerQueue {
    private struct Entry {
        var deadline: ContinuousClock.Instant
        var token: TimerToken
    }

    private var heap: [Entry] = []
    private var actions: [TimerToken: (run: @Sendable () -> Void, holdsLoop: Bool)] = [:]
    private var holding = 0
    private var nextNumber: UInt64 = 1

    /// Whether somebody waits for one of the timers.
    var isHeld: Bool { holding > 0 }

    mutating func add(
        at deadline: ContinuousClock.Instant, holdsLoop: Bool = false, _ action: @escaping @Sendable () -> Void
    ) -> TimerToken {
        let token = TimerToken(number: nextNumber)
        nextNumber += 1
        actions[token] = (action, holdsLoop)
        if holdsLoop { holding += 1 }
        heap.append(Entry(deadline: deadline, token: token))
        siftUp(heap.count - 1)
        return token
    }

    mutating func cancel(_ token: TimerToken) {
        _ = take(token)
        // Cancelled entries surface at their deadline; when they are the majority they are swept out.
        if heap.count > 2 * actions.count + 64 {
            heap.removeAll { actions[$0.token] == nil }
            for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
        }
    }

    /// The next action whose deadline has come, removed; the caller runs it, so that it may add and cancel timers.
    mutating func popDue(_ now: ContinuousClock.Instant) -> (@Sendable () -> Void)? {
        while let first = heap.first, first.deadline <= now {
            removeFirst()
            if let action = take(first.token) { return action }
        }
        return nil
    }

    private mutating func take(_ token: TimerToken) -> (@Sendable () -> Void)? {
        guard let (run, holdsLoop) = actions.removeValue(forKey: token) else { return nil }
        if holdsLoop { holding -= 1 }
        return run
    }

    /// Milliseconds until the next deadline, rounded up; -1 when there is none.
    var millisecondsToNext: Int32 {
        guard let first = heap.first else { return -1 }
        let left = ContinuousClock.now.duration(to: first.deadline)
        if left <= .zero { return 0 }
        let (seconds, attoseconds) = left.components
        let milliseconds = seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: milliseconds)
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            siftDown(0)
        }
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0, heap[index].deadline < heap[(index - 1) / 2].deadline {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in 2 * index + 1...2 * index + 2 where child < heap.count {
                if heap[child].deadline < heap[least].deadline { least = child }
            }
            if least == index { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}
