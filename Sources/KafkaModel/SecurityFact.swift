import Diagnostics

/// One thing that decides how connections to a cluster are protected, for people and programs; never a secret.
package struct SecurityFact: Hashable, Sendable {
    /// As it is declared: a manifest's field such as `tls.caFile`, or a property such as `ssl.truststore.location`.
    package var name: String
    /// What takes effect; for a secret where it comes from, such as `${env:NAME}`, or that it is written out.
    package var value: String
    /// Whether the value stands for a secret.
    package var isSecret: Bool
    /// Where it is declared; nil for a default.
    package var place: SourcePlace?

    /// A fact of its parts.
    package init(_ name: String, _ value: String, isSecret: Bool = false, at place: SourcePlace? = nil) {
        self.name = name
        self.value = value
        self.isSecret = isSecret
        self.place = place
    }
}
