import KafkaModel

/// Who a worker is and what it works for.
package struct WorkerOptions: Hashable, Sendable {
    /// Name of the link.
    package var link: String
    /// Name of this worker within the group; the same name after a restart takes its place at once (KIP-345).
    package var instanceId: String?
    /// What reports say of this worker: host and process.
    package var describedAs: String
    /// Limits and times of mirroring.
    package var mirror: MirrorOptions

    /// Options of their parts.
    package init(
        link: String, instanceId: String?, describedAs: String, mirror: MirrorOptions = MirrorOptions()
    ) {
        self.link = link
        self.instanceId = instanceId
        self.describedAs = describedAs
        self.mirror = mirror
    }
}
