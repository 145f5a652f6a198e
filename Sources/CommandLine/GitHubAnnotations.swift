import Diagnostics

/// Findings as workflow commands, which GitHub shows on the lines of a pull request.
enum GitHubAnnotations {
    static func text(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.map { finding in
            var properties = ["title=\(property("lockstep \(finding.code)"))"]
            if let place = finding.place {
                properties = ["file=\(property(place.file))", "line=\(place.line)", "col=\(place.column)"] + properties
            }
            let sentences = [finding.summary, finding.hint, finding.detail].compactMap(\.self)
            return "::\(finding.severity.rawValue) \(properties.joined(separator: ","))::"
                + message(sentences.joined(separator: "\n")) + "\n"
        }.joined()
    }

    private static func message(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    private static func property(_ text: String) -> String {
        message(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
