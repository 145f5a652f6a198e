/// `lock/apply` in the `__lockstep` topic: who is applying now.
///
/// The lock keeps a second apply from beginning. That the first does not go on after it lost the lock is ensured by the
/// transactional id, not by clocks.
package struct ApplyLock: Hashable, Sendable, Codable {
    /// Version of the record's form.
    package var schema: Int = 1
    /// Who holds it, for people: host and process id.
    package var holder: String
    /// Random id of the session.
    package var token: String
    /// Until when it holds without being renewed, in milliseconds since 1970.
    package var expiresAtMs: Int64
    /// Set when a worker's task holds it, which ends within seconds: an apply waits for it instead of giving up.
    package var isBrief: Bool?

    /// A lock of its parts.
    package init(holder: String, token: String, expiresAtMs: Int64, isBrief: Bool = false) {
        self.holder = holder
        self.token = token
        self.expiresAtMs = expiresAtMs
        self.isBrief = isBrief ? true : nil
    }

    /// Whether a session with `token` may take the lock at `nowMs`.
    package func isFree(for token: String, nowMs: Int64) -> Bool {
        self.token == token || expiresAtMs <= nowMs
    }
}
