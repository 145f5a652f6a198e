/// The version of this program.
package enum Version {
    /// As in the changelog.
    package static let current = "0.1.0"
}
