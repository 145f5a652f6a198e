import KafkaModel

/// Rules for the link itself: whether it can be planned at all, its creation, its state.
struct LinkRules {
    let context: LinkContext

    private var link: LinkSpec { context.link }
    private var object: PlannedObject { PlannedObject(.link, link.name) }
    private var action: Step.Action { context.live.record == nil ? .create : .change }

    /// What the link comes to when nothing on it can be planned; nil when it can.
    func refusal(wasRead: Bool) -> Outcome? {
        if let problem = context.destination.problem {
            return unusable("destination \(context.destination.name) \(problem)")
        }
        if let problem = context.live.problem {
            return unusable("the state of link \(link.name) on \(context.destination.name) cannot be read: \(problem)")
        }
        guard wasRead else {
            return unusable("the state of link \(link.name) on \(context.destination.name) was not read")
        }
        // What is deleted need not be fit to mirror.
        if link.isAbsent { return wrongDestination() }
        if context.sourceProblem == nil, context.source.clusterId == context.destination.clusterId {
            return refused(
                .clusterUnusable,
                "source \(context.source.name) and destination \(context.destination.name) are the same cluster",
                remedy: "correct bootstrapServers of one of them")
        }
        guard let record = context.live.record else {
            return context.sourceProblem.map { unusable($0) }
        }
        if record.prefix != link.prefix {
            return refused(
                .immutable,
                "the prefix of a link cannot change: it was made with \"\(record.prefix)\", "
                    + "now \"\(link.prefix)\" is declared",
                remedy: "put \"\(record.prefix)\" back; for another prefix declare a second link with its own name, "
                    + "let it catch up, move the consumers, then stop the mirror topics of this one")
        }
        return wrongDestination()
    }

    private func wrongDestination() -> Outcome? {
        guard let record = context.live.record, let id = context.destination.clusterId,
            record.destinationClusterId != id
        else { return nil }
        return refused(
            .immutable,
            "the link was made on cluster id \(record.destinationClusterId), "
                + "but \(context.destination.name) is \(id)",
            remedy: "point \(context.destination.name) at the cluster the link was made on; for another "
                + "destination declare a link with its own name")
    }

    /// What the record of the link comes to: nothing, a creation, another state.
    func recordOutcome() -> Outcome {
        guard let record = context.live.record else { return creation() }
        var outcome = Outcome()
        if context.source.problem == nil, let id = context.source.clusterId, record.sourceClusterId != id {
            outcome.block(
                context.blocked(
                    .change, object, at: link.place, .immutable, context.sourceProblem ?? "",
                    remedy: "point \(context.source.name) at the cluster the link was made for; for another source "
                        + "declare a link with its own name. FAILED_OVER, PAUSED and ABSENT still work here"),
                isGap: true)
        }
        outcome.drafts += settingsDraft(record)
        guard record.state != link.state else {
            outcome.unchanged += outcome.isBlocked || !outcome.drafts.isEmpty ? 0 : 1
            return outcome
        }
        let headline = "\(record.state.rawValue) -> \(link.state.rawValue)"
        if link.state == .active, let problem = context.sourceProblem {
            outcome.block(
                context.blocked(
                    .change, object, at: link.statePlace, headline: headline, .clusterUnusable, problem,
                    remedy: "make the source readable, then plan again"),
                isGap: true)
            return outcome
        }
        outcome.drafts.append(
            context.draft(
                .linkState, .change, object, at: link.statePlace, headline: headline,
                .changeLinkState(from: record.state, to: link.state),
                if: [context.isLink, .linkState(link: link.name, equals: record.state)]))
        return outcome
    }

    /// A step that changes the settings; nothing when they match.
    private func settingsDraft(_ record: LinkRecord) -> [StepDraft] {
        let differences = record.settings.differences(to: link.settings)
        guard !differences.isEmpty else { return [] }
        let place = differences.lazy.compactMap { link.configPlaces[$0.name] }.first ?? link.place
        return [
            context.draft(
                .linkSettings, .change, object, at: place, headline: "settings",
                .changeLinkSettings(from: record.settings, to: link.settings),
                details: differences.map { Detail($0.name, "\($0.from ?? "default") -> \($0.to ?? "default")") }
                    + (AclRules.renaming(link).map { [$0] } ?? []),
                if: [context.isLink, .linkSettings(link: link.name, equal: record.settings)])
        ]
    }

    private func creation() -> Outcome {
        guard let source = context.source.clusterId, let destination = context.destination.clusterId else {
            return unusable("the cluster ids of link \(link.name) are not known")
        }
        var outcome = Outcome()
        if !context.live.storeExists {
            outcome.drafts.append(
                context.draft(
                    .store, .create, PlannedObject(.store, context.destination.name), at: nil, .createStore,
                    details: [Detail("holds", "links and mirror states of this cluster; 1 partition, compacted")]))
        }
        let creation = LinkCreation(
            name: link.name, sourceClusterId: source, destinationClusterId: destination, prefix: link.prefix,
            state: link.state, settings: link.settings)
        outcome.drafts.append(
            context.draft(
                .link, .create, object, at: link.place, .createLink(creation: creation), details: details(),
                if: context.onSource + [.linkAbsent(link: link.name)]))
        return outcome
    }

    private func details() -> [Detail] {
        var details = [
            Detail("source", Self.withIdentity(context.source)),
            Detail("destination", Self.withIdentity(context.destination)),
        ]
        if !link.prefix.isEmpty { details.append(Detail("prefix", "\"\(link.prefix)\"")) }
        if link.state != .active { details.append(Detail("state", link.state.rawValue)) }
        return details
            + link.settings.described.sorted { $0.key < $1.key }.map { Detail($0.key, $0.value) }
            + (AclRules.renaming(link).map { [$0] } ?? [])
    }

    private static func withIdentity(_ cluster: PlannedCluster) -> String {
        cluster.identity.map { "\(cluster.name) \($0)" } ?? cluster.name
    }

    private func unusable(_ reason: String) -> Outcome {
        var outcome = refused(
            .clusterUnusable, reason,
            remedy: "correct that, then plan again; `lockstep doctor` tests connections and rights")
        outcome.incomplete.append(reason)
        return outcome
    }

    private func refused(_ rule: BlockedChange.Rule, _ reason: String, remedy: String) -> Outcome {
        var details: [Detail] = []
        let count = link.mirrorTopics.count
        if count > 0 {
            details.append(Detail("not planned", count == 1 ? "1 mirror topic" : "\(count) mirror topics"))
        }
        var outcome = Outcome()
        outcome.block(
            context.blocked(action, object, at: link.place, details: details, rule, reason, remedy: remedy))
        return outcome
    }
}

extension Outcome {
    /// Whether a change is blocked.
    var isBlocked: Bool { !blocked.isEmpty }
}
