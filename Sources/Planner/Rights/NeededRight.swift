import KafkaModel

/// A right that Lockstep's principal needs on one of a link's clusters, and what for.
package struct NeededRight: Hashable, Sendable {
    /// Which cluster of the link.
    package enum Side: String, Hashable, Sendable, CaseIterable {
        /// The one that is mirrored.
        case source
        /// The one that gets the mirrors.
        case destination
    }

    /// What a right is needed for.
    package enum Feature: String, Hashable, Sendable, CaseIterable {
        /// The link itself: its state and its workers.
        case link = "the link and its workers"
        /// Copying records.
        case mirroring = "mirroring"
        /// Making, growing and promoting mirror topics.
        case mirrorTopics = "mirror topics"
        /// Mirror topics that are declared ABSENT.
        case removal = "state: ABSENT"
        /// `consumer.offset.sync.enable`.
        case offsetSync = "consumer.offset.sync.enable"
        /// `acl.sync.enable`.
        case aclSync = "acl.sync.enable"
    }

    /// Which cluster.
    package var side: Side
    /// The right.
    package var grant: AclGrant
    /// What for.
    package var feature: Feature

    /// A right of its parts.
    package init(_ side: Side, _ grant: AclGrant, _ feature: Feature) {
        self.side = side
        self.grant = grant
        self.feature = feature
    }
}
