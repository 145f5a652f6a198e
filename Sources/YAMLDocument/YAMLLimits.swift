/// How much YAML is accepted; everything beyond is refused with a finding, never read.
package struct YAMLLimits: Sendable {
    /// The largest file, in bytes.
    package var fileBytes = 4 * 1024 * 1024
    /// The deepest nesting of lists and mappings, aliases included.
    package var depth = 50
    /// The most values (scalars, lists, mappings) that are written in one file.
    package var nodes = 1_000_000
    /// The most values that the aliases of one file may stand for.
    package var aliasNodes = 100_000

    /// The limits for manifests: 4 MiB, 50 levels, a million values, 100,000 of them behind aliases.
    package init() {}
}
