import KafkaModel

/// Compares what is declared with what was found.
///
/// Pure: no clock, no file, no socket.
package enum Planner {
    /// The plan that leads from `live` to `desired`; the order of the input does not matter.
    package static func plan(desired: DesiredState, live: LiveSnapshot) -> Plan {
        let clusters = ClusterFindings(desired: desired, live: live)
        let links = desired.links.sorted { $0.name < $1.name }
        let claims = NameClaims(links: links, live: live, clusters: clusters)
        var plan = Plan(
            desired: desired, readAtMs: live.readAtMs, fingerprint: LiveFingerprint.of(live),
            clusters: clusters.declared)
        var drafts: [StepDraft] = []
        var incomplete: Set<String> = []
        for link in links {
            let planner = LinkPlanner(link: link, live: live.links[link.name], clusters: clusters, claims: claims)
            let outcome = planner.outcome()
            drafts += outcome.drafts
            plan.blocked += outcome.blocked
            plan.notes += outcome.skipped.map { $0.note(link: link.name) }
            plan.notes += outcome.notes.map { Plan.Note(link: link.name, text: $0) }
            incomplete.formUnion(outcome.incomplete)
            plan.unchanged += outcome.unchanged
            plan.undeclared += outcome.undeclared.sorted().map { Plan.UndeclaredMirror(link: link.name, topic: $0) }
        }
        let declaredNames = Set(links.map(\.name))
        for name in live.links.keys.sorted() where !declaredNames.contains(name) {
            if live.links[name]?.record != nil {
                let text = "link \(name) is declared in none of these files; it goes on as it was"
                plan.notes.append(Plan.Note(link: name, text: text))
            }
        }
        plan.steps = StepOrder.numbered(drafts)
        plan.incomplete = incomplete.sorted()
        plan.seal()
        return plan
    }
}
