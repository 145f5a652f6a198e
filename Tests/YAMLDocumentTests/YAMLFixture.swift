import Diagnostics
import YAMLDocument

/// Reads YAML text and keeps what was found.
struct YAMLFixture {
    let documents: [YAMLNode]
    let isComplete: Bool
    let findings: DiagnosticCollector

    init(_ text: String, limits: YAMLLimits = YAMLLimits()) {
        self.init(bytes: Array(text.utf8), limits: limits)
    }

    init(bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) {
        findings = DiagnosticCollector()
        (documents, isComplete) = YAMLFile.documents(
            of: YAMLSource(name: "a.yaml", bytes: bytes, findings: findings), limits: limits)
    }

    /// All findings as people see them.
    var text: String { DiagnosticText().text(findings.diagnostics.inReadingOrder()) }
}

extension YAMLNode {
    /// The value in a compact form, to be compared in tests.
    var outline: String {
        switch content {
        case .scalar(let text, .plain): text
        case .scalar(let text, .quoted): "'\(text)'"
        case .sequence(let elements): "[\(elements.map(\.outline).joined(separator: ", "))]"
        case .mapping(let entries): "{\(entries.map { "\($0.key): \($0.value.outline)" }.joined(separator: ", "))}"
        }
    }
}
