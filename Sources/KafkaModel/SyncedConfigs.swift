/// The topic settings that a mirror always takes from its source (Cluster Linking's always-synced settings).
///
/// The other two of Cluster Linking's four concern timestamps: a mirror is always CreateTime and takes every timestamp,
/// whatever its source says (design: mirroring.md §4).
package enum SyncedConfigs {
    /// Their names.
    ///
    /// With another `cleanup.policy` the mirror would keep other records than the source; with a smaller
    /// `max.message.bytes` it would refuse batches that the source has.
    package static let names = ["cleanup.policy", "max.message.bytes"]
}
