import KafkaModel

/// What an apply may do, and how patiently.
package struct ApplyOptions: Hashable, Sendable {
    /// Who applies, for people who meet the lock: host and process id.
    package var holder: String
    /// How long to wait for another apply to end, in milliseconds (`--lock-timeout`).
    package var lockWaitMs: Int64 = 0
    /// Whether promotions and failovers are done (`--allow-irreversible`).
    package var allowIrreversible = false
    /// Whether mirror topics are deleted (`--allow-delete`).
    package var allowDelete = false
    /// Whether steps that do not depend on a failed one are still tried (`--continue-on-error`).
    package var continueOnError = false
    /// How long a failover waits for workers to let go, in milliseconds.
    package var failoverTimeoutMs: Int64 = 60_000
    /// How long the workers' group must be seen empty before an apply ends a mirror topic by itself, in milliseconds.
    ///
    /// Longer than a worker that was just started needs to join.
    package var emptyGroupMs: Int64 = 3_000
    /// How long no worker may have given a sign of life before such an end leaves records out, in milliseconds.
    ///
    /// As long as an append of a worker that was killed may be under way, and 5 s for what its kernel or a broker that
    /// stood still passes on late.
    package var quietMs = Int64(WorkerGroup.produceTimeoutMs) + 5_000

    /// Whether a worker's task applies: it gives way to every apply, and an apply waits for it.
    package var isBrief = false

    /// Options of an apply that asks for no second yes.
    package init(holder: String) {
        self.holder = holder
    }
}
