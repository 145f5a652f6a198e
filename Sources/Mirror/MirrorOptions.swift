import KafkaModel

/// Limits and times of a mirror worker.
package struct MirrorOptions: Hashable, Sendable {
    /// Bytes of fetched frames that may be held at once.
    package var memoryBytes = 32 << 20
    /// Bytes asked of one partition in one fetch (`replica.fetch.max.bytes`).
    package var partitionFetchBytes: Int32 = 1 << 20
    /// Bytes asked of all partitions in one fetch (`replica.fetch.response.max.bytes`).
    package var fetchBytes = 8 << 20
    /// Bytes that a broker waits for before it answers a fetch (`replica.fetch.min.bytes`).
    package var minimumFetchBytes: Int32 = 1
    /// Fetches at a time from each source broker (`num.cluster.link.fetchers`).
    package var fetchers = 1
    /// How long a broker may hold a fetch without data, in milliseconds (`replica.fetch.wait.max.ms`).
    package var fetchWaitMs: Int32 = 500
    /// The same while some partitions are left out because they wait to be written.
    package var busyFetchWaitMs: Int32 = 10
    /// How long the answer to a fetch may take beyond its wait, in milliseconds (`replica.socket.timeout.ms`).
    package var fetchTimeoutMs: Int64 = 15_000
    /// How long a source may be away before its partitions count as failed, in milliseconds; they are retried all the
    /// same (`cluster.link.retry.timeout.ms`).
    package var sourceRetryMs: Int64 = 300_000
    /// Bytes sent in one produce request, beyond the first batch.
    package var produceBytes = 4 << 20
    /// How long the destination may take to replicate an append, in milliseconds.
    package var produceTimeoutMs = WorkerGroup.produceTimeoutMs
    /// How long a batch may still arrive whose answer was lost or whose sender was another worker, in milliseconds.
    ///
    /// A worker lets go of its last batch 5 s after `produceTimeoutMs`; 5 s more are for what is under way then.
    package var quietMs: Int64 = 20_000
    /// How long the mirror topic's name counts as meaning the same topic, in milliseconds.
    ///
    /// Only for brokers before 4.1, which take batches by name.
    package var nameLastsMs: Int64 = 1_000
    /// Connections per destination broker; a partition always uses the same one.
    package var produceLanes = 2
    /// Pause before a partition is looked at again after something was in the way, in milliseconds; doubles each time
    /// (`replica.fetch.backoff.ms`).
    package var firstPauseMs: Int64 = 100
    /// Longest such pause, in milliseconds.
    package var maximumPauseMs: Int64 = 5_000
    /// Session timeout of the workers' group, in milliseconds; a broker allows 6 s to 30 min.
    package var sessionTimeoutMs: Int32 = 10_000
    /// How often an idle mirror's end is compared, in milliseconds.
    package var idleCheckMs: Int64 = 5_000
    /// How often changed reports are written at most, in milliseconds.
    package var reportMs: Int64 = 1_000
    /// How often an unchanged report is written again, in milliseconds.
    package var reportAgeMs: Int64 = 15_000

    /// The defaults.
    package init() {}
}
