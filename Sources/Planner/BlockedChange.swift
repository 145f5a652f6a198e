import Diagnostics

/// A declared change that will not be done.
package struct BlockedChange: Hashable, Sendable, Codable {
    /// Why; the raw value is the rule in the JSON plan.
    package enum Rule: String, Sendable, Codable, CaseIterable {
        /// A cluster cannot be read, or is not the declared one.
        case clusterUnusable = "cluster_unusable"
        /// The destination may not be written.
        case readOnly = "read_only"
        /// Something could not be read.
        case unreadable
        /// The link's prefix, source or destination differs from what it was made with.
        case immutable
        /// The name is taken on the destination.
        case nameTaken = "name_taken"
        /// The name is no legal topic name.
        case illegalName = "illegal_name"
        /// The source topic does not exist.
        case sourceMissing = "source_missing"
        /// The source topic is another one than the mirror was made from.
        case sourceRecreated = "source_recreated"
        /// The source topic has fewer partitions than the mirror.
        case sourceShrunk = "source_shrunk"
        /// The mirror topic is gone or is another one.
        case mirrorLost = "mirror_lost"
        /// The destination has no such topic setting.
        case unknownConfig = "unknown_config"
        /// The state cannot be reached from the present one.
        case transition
        /// Mirror topics of a link that is to be deleted have not stopped.
        case mirrorsLive = "mirrors_live"
        /// `deletionProtection` is on.
        case deletionProtection = "deletion_protection"
    }

    /// What kind of change it would be.
    package var action: Step.Action
    /// What it would act on.
    package var object: PlannedObject
    /// Name of the link.
    package var link: String
    /// Name of the destination cluster.
    package var destination: String
    /// Where the manifests ask for it.
    package var place: SourcePlace?
    /// What follows the object in reports, such as `ACTIVE -> PROMOTED`.
    package var headline: String?
    /// Facts for people, in order.
    package var details: [Detail]
    /// Why, as a rule.
    package var rule: Rule
    /// Why, for people.
    package var reason: String
    /// The line that blocks it, where there is one.
    package var reasonPlace: SourcePlace?
    /// How to go on, for people.
    package var remedy: String
}
