import KafkaModel

/// What comparing the logs of one partition came to.
package struct PartitionVerdict: Hashable, Sendable {
    /// Where both logs differ first.
    package struct Difference: Hashable, Sendable {
        /// The offset of the first record that differs or is missing.
        package var offset: Int64
        /// How it differs, in words.
        package var what: String
    }

    /// The partition of the mirror topic.
    package var partition: TopicPartition
    /// Both logs have the same records in `start..<equalUpTo`.
    package var equalUpTo: Int64
    /// Where the comparison began: the later of both log starts.
    package var start: Int64
    /// End of the mirror when the comparison began.
    package var mirrorEnd: Int64
    /// Records compared.
    package var records: Int64
    /// Bytes read from both clusters.
    package var bytes: Int64
    /// Where they differ; nil when they do not.
    package var difference: Difference?
    /// Why the comparison could not be finished; nil when it was.
    package var problem: String?

    /// Whether every record of the mirror was compared and equals its source.
    package var isEqual: Bool { difference == nil && problem == nil && equalUpTo >= mirrorEnd }
}
