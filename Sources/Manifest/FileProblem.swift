/// Why a file could not be read, in words that fit behind a colon: `no such file`, `permission denied`.
package struct FileProblem: Error, Hashable, Sendable {
    /// The reason.
    package let reason: String

    /// A reason in words.
    package init(_ reason: String) {
        self.reason = reason
    }
}
