import Diagnostics
import Manifest

/// What checking manifests found, as `validate -o json` prints it.
struct ValidationReport: Encodable {
    /// One finding.
    struct Finding: Encodable {
        var severity: Diagnostic.Severity
        var code: String
        var file: String?
        var line: Int?
        var column: Int?
        var summary: String
        var detail: String?
        var hint: String?
        var related: [String]
    }

    var formatVersion = 1
    var valid: Bool
    var files: Int
    var errors: Int
    var warnings: Int
    var documents: [String: Int]
    var diagnostics: [Finding]
    var leftOut: Int

    init(_ load: ManifestLoad) {
        valid = load.desired != nil
        files = load.fileCount
        errors = load.diagnostics.count { $0.severity == .error }
        warnings = load.diagnostics.count - errors
        documents = load.documentCounts
        leftOut = load.leftOutCount
        diagnostics = load.diagnostics.map { finding in
            Finding(
                severity: finding.severity, code: finding.code, file: finding.place?.file, line: finding.place?.line,
                column: finding.place?.column, summary: finding.summary, detail: finding.detail, hint: finding.hint,
                related: finding.related.map { "\($0.place): \($0.note)" })
        }
    }

    /// The last line of the text report.
    var summary: String {
        let findings = [Self.counted(errors, "error"), Self.counted(warnings, "warning")].compactMap(\.self)
        let place = files == 1 ? "1 file" : "\(files) files"
        let more = leftOut == 0 ? "" : "; \(leftOut) more are not shown"
        if !valid { return "Invalid: \(findings.joined(separator: ", ")) in \(place)\(more)." }
        let kinds = documents.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        return "Valid: \(kinds) in \(place)"
            + (findings.isEmpty ? "." : "; \(findings.joined(separator: ", "))\(more).")
    }

    private static func counted(_ count: Int, _ noun: String) -> String? {
        count == 0 ? nil : "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
