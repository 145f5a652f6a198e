import Diagnostics

/// What is wrong with one security property; it names keys and files, never a secret.
package struct SecurityProblem: Error, Hashable, Sendable {
    /// Whether the properties can be used all the same.
    package var severity: Diagnostic.Severity
    /// The property that it stands at.
    package var key: String
    /// What is wrong.
    package var summary: String
    /// What to do.
    package var hint: String?

    /// The code of the finding.
    var code: ManifestCode

    /// Problem and advice as one sentence.
    package var sentence: String { hint.map { "\(summary); \($0)" } ?? summary }
}
