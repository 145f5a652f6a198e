/// Why a partition stopped for good: what happened, at which offsets, and what to do next.
package struct MirrorFailure: Hashable, Sendable, CustomStringConvertible {
    /// What kind of stop it is.
    package enum Kind: String, Hashable, Sendable {
        /// Something else wrote into the mirror.
        case foreignWrite = "FOREIGN_WRITE"
        /// Mirror and source differ where both have records.
        case diverged = "DIVERGED"
        /// The source ends below the mirror.
        case sourceTruncated = "SOURCE_TRUNCATED"
        /// The source topic is another one than the mirror was made from.
        case sourceRecreated = "SOURCE_TOPIC_ID_CHANGED"
        /// The source topic does not exist.
        case sourceDeleted = "SOURCE_TOPIC_MAY_BE_DELETED"
        /// The source has fewer partitions than the mirror.
        case sourcePartitionsDecreased = "SOURCE_PARTITIONS_DECREASED"
        /// The mirror topic is another one than was created.
        case mirrorRecreated = "MIRROR_TOPIC_ID_CHANGED"
        /// The mirror topic does not exist.
        case mirrorDeleted = "MIRROR_TOPIC_DELETED"
        /// Offsets without records would have to be filled.
        case needsGapFill = "NEEDS_GAP_FILL"
        /// A batch would have to be rebuilt.
        case needsRebuild = "NEEDS_REBUILD"
        /// The destination refuses a batch for a reason that lasts until somebody mends it, or what came is no batch.
        case refused = "REFUSED"
    }

    /// What kind of stop it is.
    package var kind: Kind
    /// One or two sentences.
    package var detail: String

    /// A stop of its parts.
    package init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    /// `FOREIGN_WRITE: …`.
    package var description: String { "\(kind.rawValue): \(detail)" }
}
