extension PartitionMachine {
    /// Where the partition stands.
    enum Phase: Equatable, Sendable {
        /// Not ours, or told to stand still.
        case idle
        /// Steps 2 to 5 are due or under way.
        case probing
        /// Steps 6 to 8.
        case copying
        /// Waits before the next probe, since there is an obstacle.
        case waiting
        /// Stopped with a reason; only a change of what is wanted moves it.
        case failed(MirrorFailure)
        /// Ended for the stop request with this id.
        case stopped(requestId: String)
    }

    /// What step 3 to 5 found.
    struct Probe: Equatable, Sendable {
        /// The destination's true log end.
        var destinationEnd: Int64
        /// Last sequence of our producer id there; nil when the broker holds no state.
        var lastSequence: Int32?
        /// Leader epoch of the source batch below the end, when there is one.
        var sourceEpoch: Int32?
        /// The source's end: last stable offset.
        var sourceEnd: Int64
        /// Whether, when the ends were asked for, nothing sent before could arrive any more.
        var isQuiet = true
    }

    /// Something in the way that may pass.
    struct Obstacle: Equatable, Sendable {
        /// What it is, in a sentence.
        var reason: String
        /// Whether the source cluster cannot be used.
        var isSource: Bool
        /// Whether it lasts until somebody mends something, such as a missing right or a limit.
        var isRefusal = false
    }

    /// A batch to be sent now.
    struct Outgoing: Sendable {
        var batch: QueuedBatch
        var sequence: Int32
    }
}
