/// One finding a person should act on: what is wrong, where, why we think so, and what to do next.
///
/// Loaders collect diagnostics and go on, so that one run shows every mistake. The stored facts never hold a secret:
/// whoever makes a diagnostic masks secret values in the summary and in the snippet.
package struct Diagnostic: Hashable, Sendable {
    /// How serious a finding is.
    package enum Severity: String, Hashable, Sendable, Codable {
        /// The input cannot be used.
        case error
        /// The input can be used, but probably means something else than its author thinks.
        case warning
    }

    /// Another place that belongs to the finding, such as the first of two declarations.
    package struct Related: Hashable, Sendable {
        /// Where it is.
        package var place: SourcePlace
        /// What is there, in a few words; may be empty.
        package var note: String

        /// Makes a reference to another place.
        package init(_ place: SourcePlace, _ note: String = "") {
            self.place = place
            self.note = note
        }
    }

    /// How serious it is.
    package var severity: Severity
    /// A stable code that people can search for, such as `K014`.
    package var code: String
    /// Where it is; nil when it belongs to no single place.
    package var place: SourcePlace?
    /// What is wrong, in one line.
    package var summary: String
    /// Why we think so, when the summary does not say it; whole sentences.
    package var detail: String?
    /// What to do next, such as `did you mean "name"?`.
    package var hint: String?
    /// Other places that belong to the finding, shown as `also see`.
    package var related: [Related]
    /// The line of the source, to be shown with a caret.
    package var snippet: Snippet?

    /// Makes a finding; only severity, code, place and summary are always there.
    package init(
        _ severity: Severity,
        _ code: String,
        at place: SourcePlace?,
        _ summary: String,
        detail: String? = nil,
        hint: String? = nil,
        related: [Related] = [],
        snippet: Snippet? = nil
    ) {
        self.severity = severity
        self.code = code
        self.place = place
        self.summary = summary
        self.detail = detail
        self.hint = hint
        self.related = related
        self.snippet = snippet
    }
}

extension Sequence<Diagnostic> {
    /// Whether at least one finding is an error.
    package var containsErrors: Bool { contains { $0.severity == .error } }

    /// The findings in reading order: by place, those without a place last, equal places as they were found.
    package func inReadingOrder() -> [Diagnostic] {
        enumerated().sorted { left, right in
            switch (left.element.place, right.element.place) {
            case (let first?, let second?): first == second ? left.offset < right.offset : first < second
            case (_?, nil): true
            case (nil, _?): false
            case (nil, nil): left.offset < right.offset
            }
        }.map(\.element)
    }
}
