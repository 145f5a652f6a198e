/// How a command ended, as its exit code (design: product.md §6); the same for every command.
package enum ExitStatus: Int32, Sendable, CaseIterable {
    /// Done; for `plan --detailed-exitcode`: nothing to change.
    case done = 0
    /// Failed: network, broker error, or something could not be read.
    case failed = 1
    /// Changes are pending; only with `plan --detailed-exitcode`.
    case changesPending = 2
    /// Blocked by protection, a missing second yes, or an impossible transition.
    case blocked = 3
    /// Some steps were applied, some not; running it again is safe and continues.
    case partlyApplied = 4
    /// Another apply holds the destination's state.
    case lockLost = 5
    /// The saved plan does not fit the clusters any more.
    case planStale = 6
    /// The command line is wrong.
    case usage = 64
    /// The manifests are wrong.
    case manifestsInvalid = 65

    /// What the code means, for `lockstep help exit-codes`.
    package var meaning: String {
        switch self {
        case .done: "done; with plan --detailed-exitcode: nothing to change"
        case .failed: "failed: network, broker error, or something could not be read"
        case .changesPending: "changes are pending (plan --detailed-exitcode only)"
        case .blocked: "blocked by protection, a missing second yes, or an impossible transition"
        case .partlyApplied: "partly applied; running it again is safe and continues"
        case .lockLost: "another apply holds the destination's state; nothing was changed"
        case .planStale: "the saved plan is stale"
        case .usage: "wrong usage"
        case .manifestsInvalid: "the manifests are invalid"
        }
    }
}
