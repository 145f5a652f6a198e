/// How an apply session gets and keeps the lock, without I/O: what happened in, what to do next out.
///
/// Getting it: read → take the transactional id over (fences every other session) → read again → write the lock.
/// Whoever is fenced in between begins anew, so of two sessions exactly one writes the lock while the other still can.
/// Keeping it: a session that is fenced takes the id over again and goes on only if the lock is still its own; so a
/// session that merely tried does not stop the one at work.
struct LockMachine: Sendable {
    /// What to do next.
    enum Action: Equatable, Sendable {
        /// Read the store to its end, then tell `read`.
        case read
        /// Wait for a change of the store, at most so long, then read.
        case wait(milliseconds: Int64)
        /// Take the transactional id over, read the store to its end, then tell `takenOver`.
        case takeOver
        /// Write the lock, or the changes that were interrupted; then tell `committed` or `fenced`.
        case commit
        /// Pause for a moment of random length, then do as `again` says.
        case pause(again: Again)
        /// The lock is held, and nothing is left to do.
        case done
        /// Give up.
        case fail(Failure)
    }

    /// What follows a pause.
    enum Again: Equatable, Sendable {
        case read
        case takeOver
    }

    /// Why a session gives up.
    enum Failure: Equatable, Sendable {
        case locked(holder: String, remainingMs: Int64)
        case fenced(holder: String?)
        case contended(attempts: Int)
    }

    private enum Phase: Sendable {
        case acquiring
        case held
    }

    /// Random id of the session.
    let token: String
    /// Until when a held lock is waited for, in milliseconds since 1970.
    let waitUntilMs: Int64
    /// Until when a lock is waited for that a worker's task holds.
    let waitForBriefUntilMs: Int64
    private var phase = Phase.acquiring
    private var interruptions = 0

    /// Interruptions in a row after which a session gives up.
    static let interruptionLimit = 12
    /// Longest wait before the lock is looked at again; a change ends it earlier.
    static let longestWaitMs: Int64 = 1000

    init(token: String, waitUntilMs: Int64, waitForBriefUntilMs: Int64 = 0) {
        self.token = token
        self.waitUntilMs = waitUntilMs
        self.waitForBriefUntilMs = max(waitUntilMs, waitForBriefUntilMs)
    }

    /// Whether the lock was written and not lost since.
    var isHeld: Bool { phase == .held }

    /// The store was read before the transactional id was touched.
    func read(lock: ApplyLock?, nowMs: Int64) -> Action {
        guard let lock, !lock.isFree(for: token, nowMs: nowMs) else { return .takeOver }
        let patience = (lock.isBrief == true ? waitForBriefUntilMs : waitUntilMs) - nowMs
        guard patience > 0 else {
            return .fail(.locked(holder: lock.holder, remainingMs: lock.expiresAtMs - nowMs))
        }
        return .wait(milliseconds: min(patience, Self.longestWaitMs, max(lock.expiresAtMs - nowMs, 1)))
    }

    /// The transactional id is ours, and the store was read to its end after that.
    mutating func takenOver(lock: ApplyLock?, nowMs: Int64) -> Action {
        switch phase {
        case .acquiring:
            guard let lock, !lock.isFree(for: token, nowMs: nowMs) else { return .commit }
            return read(lock: lock, nowMs: nowMs)
        case .held:
            // Also when it has expired: as long as nobody has taken it, nobody else has written.
            return lock?.token == token ? .commit : .fail(.fenced(holder: lock?.holder))
        }
    }

    /// The transaction is committed.
    mutating func committed() -> Action {
        phase = .held
        interruptions = 0
        return .done
    }

    /// The transaction was interrupted: by another session, or by trouble of the cluster that taking over cures.
    mutating func interrupted() -> Action {
        interruptions += 1
        guard interruptions < Self.interruptionLimit else {
            return .fail(phase == .held ? .fenced(holder: nil) : .contended(attempts: interruptions))
        }
        return .pause(again: phase == .held ? .takeOver : .read)
    }
}
