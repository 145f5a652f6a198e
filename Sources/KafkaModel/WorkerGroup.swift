/// The consumer group that the workers of a link form on the destination (design: mirroring.md §9).
package enum WorkerGroup {
    /// Its protocol type: no consumer of another kind is let in.
    package static let protocolType = "lockstep"

    /// The group of the workers of `link`.
    package static func id(link: String) -> String { "lockstep.\(link)" }
}
