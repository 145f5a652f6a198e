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

    /// Offsets that one cluster holds and the other does not any more, so that nothing says whether they are equal.
    package struct Uncompared: Hashable, Sendable {
        /// Which of both logs still has them.
        package enum Holder: Hashable, Sendable {
            /// The source's log.
            case source
            /// The mirror's log.
            case mirror
        }

        /// Which of both logs still has them.
        package var holder: Holder
        /// The offsets, all below the start of the other log.
        package var offsets: Range<Int64>

        /// Such as `the source does not hold offsets 0 to 19 any more`.
        package var sentence: String {
            let (first, last) = (offsets.lowerBound, offsets.upperBound - 1)
            let range = first == last ? "offset \(first)" : "offsets \(first) to \(last)"
            return switch holder {
            case .mirror: "the source does not hold \(range) any more"
            case .source: "the mirror does not hold \(range), which the source has"
            }
        }
    }

    /// The partition of the mirror topic.
    package var partition: TopicPartition
    /// Both logs have the same records in `start..<equalUpTo`; `start` when nothing was found to be equal.
    package var equalUpTo: Int64
    /// Where the comparison began: the later of both log starts.
    package var start: Int64
    /// End of the mirror when the comparison began.
    package var mirrorEnd: Int64
    /// Records compared.
    package var records: Int64
    /// Bytes read from both clusters.
    package var bytes: Int64
    /// What could not be compared because one log starts behind the other; nil when both start at the same offset.
    package var uncompared: Uncompared?
    /// Where they differ; nil when they do not.
    package var difference: Difference?
    /// Why the comparison could not be finished; nil when it was.
    package var problem: String?

    /// Whether everything up to the mirror's end that both clusters hold was compared and is equal.
    ///
    /// Offsets that only one of them holds are in `uncompared`; where they are all there is, that is a problem.
    package var isEqual: Bool { difference == nil && problem == nil && equalUpTo >= mirrorEnd }
}
