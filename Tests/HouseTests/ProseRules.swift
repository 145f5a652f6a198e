/// Form of the texts people read: changelog and map.
enum ProseRules {
    /// Sections of one release, as in "Keep a Changelog", and what does not work yet.
    static let changeKinds: Set<String> = ["Added", "Changed", "Fixed", "Removed", "Security", "Limits"]

    static func changelog(_ text: String, file: String = "CHANGELOG.md") -> [Finding] {
        var findings: [Finding] = []
        func complain(_ line: Int, _ advice: String) {
            findings.append(Finding(file: file, line: line, advice: advice))
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.first != "# Changelog" { complain(1, "start with \"# Changelog\"") }
        if !lines.contains("## Unreleased") { complain(0, "has no section \"## Unreleased\"") }
        var kind: String?
        for (index, line) in lines.enumerated() {
            if line.count > SizeRules.columns { complain(index + 1, "at most \(SizeRules.columns) columns") }
            if line.hasPrefix("### ") {
                kind = String(line.dropFirst(4))
                if !changeKinds.contains(kind ?? "") {
                    complain(index + 1, "a section is one of \(changeKinds.sorted().joined(separator: ", "))")
                }
            } else if line.hasPrefix("## ") {
                kind = nil
            } else if line.hasPrefix("- "), kind == nil {
                complain(index + 1, "an entry stands under ### Added, Changed, Fixed, …")
            } else if kind != nil, !line.isEmpty, !line.hasPrefix("- "), !line.hasPrefix("  ") {
                complain(index + 1, "an entry starts with \"- \" and goes on indented by two")
            }
            if hasIssueNumber(line) { complain(index + 1, "tell what a user sees, not a number") }
        }
        return findings
    }

    private static func hasIssueNumber(_ line: String) -> Bool {
        line.split(separator: "#").dropFirst().contains { $0.first?.isNumber == true }
    }

    /// Targets that the map does not mention, and files it mentions that do not exist.
    static func map(_ text: String, targets: [String], fileNames: Set<String>) -> [Finding] {
        let file = "Sources/README.md"
        let missing = targets.filter { !text.contains("`\($0)`") }.sorted().map {
            Finding(file: file, line: 0, advice: "does not mention `\($0)`; put it on its floor and into the file map")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let unknown = lines.enumerated().flatMap { index, line in
            line.split { "` |(),:;/".contains($0) }.filter { $0.hasSuffix(".swift") && !$0.hasPrefix("NN-") }
                .filter { !fileNames.contains(String($0)) }
                .map { Finding(file: file, line: index + 1, advice: "mentions \($0), which does not exist") }
        }
        return missing + unknown
    }
}
