/// The consumer group that the workers of a link form on the destination (design: mirroring.md §9).
package enum WorkerGroup {
    /// Its protocol type: no consumer of another kind is let in.
    package static let protocolType = "lockstep"

    /// How long a worker's append may take to be replicated, in milliseconds; the broker gives up then.
    package static let produceTimeoutMs: Int32 = 10_000

    /// The group of the workers of `link`.
    package static func id(link: String) -> String { "lockstep.\(link)" }
}
