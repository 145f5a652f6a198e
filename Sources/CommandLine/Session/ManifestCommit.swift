/// The commit that manifests come from, as continuous integration tells it.
enum ManifestCommit {
    private static let variables = ["LOCKSTEP_COMMIT", "GITHUB_SHA", "CI_COMMIT_SHA"]

    /// The first seven letters of the commit; nil outside of such a run.
    static func short(_ environment: [String: String]) -> String? {
        let commit = variables.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        guard let commit, commit.utf8.allSatisfy({ $0.isHexadecimal }) else { return nil }
        return String(commit.prefix(7))
    }
}

extension UInt8 {
    fileprivate var isHexadecimal: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
