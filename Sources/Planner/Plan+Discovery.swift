import KafkaModel

extension Plan {
    /// The part of the plan that workers may do by themselves: mirror topics that the filters of a link ask for.
    ///
    /// Each step relies on the filters still being the same ones.
    ///
    /// - Parameters:
    ///   - link: the stored link.
    ///   - limit: most steps; the rest is for another turn.
    package func discovery(of link: LinkRecord, limit: Int) -> Plan {
        var plan = self
        plan.steps = []
        for step in steps where step.link == link.name && plan.steps.count < limit {
            guard case .createMirrorTopic = step.operation else { continue }
            var step = step
            step.number = plan.steps.count + 1
            step.after = []
            step.preconditions.append(.linkSettings(link: link.name, equal: link.settings))
            plan.steps.append(step)
        }
        plan.blocked = blocked.filter { $0.link == link.name && $0.action == .create }
        plan.notes = notes.filter { $0.link == link.name && $0.skipped != nil }
        plan.undeclared = []
        plan.seal()
        return plan
    }
}
