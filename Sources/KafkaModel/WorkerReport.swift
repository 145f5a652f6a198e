/// What a worker last did with one partition.
package struct PartitionReport: Hashable, Sendable, Codable {
    /// Partition number.
    package var partition: Int32
    /// `INITIALIZING`, `ACTIVE`, `PAUSED`, `LINK_PAUSED`, `SOURCE_UNAVAILABLE`, `FAILED` or `STOPPED`.
    package var state: MirrorTopicState
    /// Why it failed or waits, for people: what happened, where, what to do next.
    package var reason: String?
    /// Next source offset to copy, when it was known.
    package var nextOffset: Int64?
    /// Source end (last stable offset) when last seen.
    package var sourceEndOffset: Int64?
    /// When a copy or a check of this partition last succeeded, in milliseconds since 1970.
    package var lastSuccessMs: Int64?
    /// Id of the stop request that this partition has obeyed.
    package var stoppedFor: String?

    /// A report of its parts.
    package init(
        partition: Int32, state: MirrorTopicState, reason: String? = nil, nextOffset: Int64? = nil,
        sourceEndOffset: Int64? = nil, lastSuccessMs: Int64? = nil, stoppedFor: String? = nil
    ) {
        self.partition = partition
        self.state = state
        self.reason = reason
        self.nextOffset = nextOffset
        self.sourceEndOffset = sourceEndOffset
        self.lastSuccessMs = lastSuccessMs
        self.stoppedFor = stoppedFor
    }
}

/// `report/<link>/<topic>/<partition>` in the `__lockstep` topic: what the worker that holds the partition last saw.
package struct WorkerReport: Hashable, Sendable, Codable {
    /// Version of the record's form.
    package var schema: Int = 1
    /// Name of the link.
    package var link: String
    /// Name of the mirror topic.
    package var topic: String
    /// Who reports: host, process id and group member id.
    package var worker: String
    /// What was seen.
    package var partition: PartitionReport
    /// When, in milliseconds since 1970.
    package var atMs: Int64

    /// A report of its parts.
    package init(link: String, topic: String, worker: String, partition: PartitionReport, atMs: Int64) {
        self.link = link
        self.topic = topic
        self.worker = worker
        self.partition = partition
        self.atMs = atMs
    }
}
