import Synchronization

/// How many bytes of fetched frames a worker may hold: a slow destination slows the fetching, it never grows a queue.
///
/// A frame counts as a whole until its last batch is written, since that is how long its memory lives.
package final class MemoryBudget: Sendable {
    /// Most bytes to hold.
    package let limitBytes: Int
    private let used = Atomic<Int>(0)

    /// A budget of `limitBytes`.
    package init(limitBytes: Int) {
        self.limitBytes = limitBytes
    }

    /// Bytes held now.
    package var usedBytes: Int { used.load(ordering: .relaxed) }

    /// Bytes that may still be fetched.
    package var leftBytes: Int { max(limitBytes - usedBytes, 0) }

    /// Counts a frame of `bytes` until the returned share's last copy is gone.
    package func take(_ bytes: Int) -> MemoryShare {
        used.add(bytes, ordering: .relaxed)
        return MemoryShare(budget: self, bytes: bytes)
    }

    fileprivate func giveBack(_ bytes: Int) {
        used.subtract(bytes, ordering: .relaxed)
    }
}

/// The part of a budget that one frame takes; given back with its last reference.
package final class MemoryShare: Sendable {
    private let budget: MemoryBudget
    private let bytes: Int

    fileprivate init(budget: MemoryBudget, bytes: Int) {
        self.budget = budget
        self.bytes = bytes
    }

    deinit {
        budget.giveBack(bytes)
    }
}
