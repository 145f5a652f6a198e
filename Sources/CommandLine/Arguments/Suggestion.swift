import Diagnostics

/// What somebody who misspelt a word of the command line most likely meant.
enum Suggestion {
    /// `did you mean --auto-approve?`, or nil when nothing is close.
    static func hint(for wanted: String, among known: [String], prefix: String = "") -> String? {
        DidYouMean.name(for: wanted, among: known).map { "did you mean \(prefix)\($0)?" }
    }
}
