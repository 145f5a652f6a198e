import KafkaModel

/// Compares the settings of a mirror topic with what they have to be, and says what becomes of them at its end.
struct MirrorConfigRules {
    let context: LinkContext
    let subject: MirrorSubject
    let record: MirrorRecord
    let mirror: LiveTopic

    private var overrides: [String: String?] { subject.overrides ?? record.overrides ?? [:] }

    private var rules: MirrorConfigs {
        MirrorConfigs(include: context.link.settings.topicConfigInclude, overrides: overrides)
    }

    /// A step that repairs and records settings, or nothing when they match.
    ///
    /// - Parameters:
    ///   - source: the source topic; nil while nothing is to follow it, or when it cannot be read.
    ///   - isEnding: whether a stop comes next, which gives the topic its settings: then only the record is made right.
    func outcome(source: LiveTopic?, isEnding: Bool = false) -> Outcome {
        var outcome = Outcome()
        guard let found = mirror.found else {
            outcome.incomplete.append(untold(mirror.name, on: context.destination))
            return outcome
        }
        if let source, source.found == nil {
            outcome.incomplete.append(untold(source.name, on: context.source))
        }
        let original = source?.found
        let unknown = overrides.filter { $0.value != nil && !found.knows($0.key) }.keys.sorted()
        if !unknown.isEmpty, !isEnding {
            outcome.block(blocked(unknown))
            return outcome
        }
        if let original {
            outcome.notes += rules.unknown(of: original, knows: found.knows).map { name in
                "mirror topic \(subject.name): \(context.destination.name) has no topic config \(name), which "
                    + "\(context.sourceName(record.sourceTopic)) sets; it is left out"
            }
        }
        let differences =
            isEnding ? [] : ConfigDifference.between(found, rules.whileMirror(of: original, knows: found.knows))
        outcome.drafts += draft(differences, original, source)
        return outcome
    }

    private func draft(
        _ differences: [ConfigDifference], _ original: FoundConfigs?, _ source: LiveTopic?
    ) -> [StepDraft] {
        var change = MirrorConfigChange()
        change.set = differences.setting
        change.remove = differences.removing
        var details = differences.map { Detail($0.name, $0.described) }
        if overrides != record.overrides ?? [:] {
            change.overrides = overrides
            details += overrideDetails(besides: Set(differences.map(\.name)))
        }
        if let original {
            let outdated = rules.outdated(record.restoreConfigs, of: original)
            if !outdated.isEmpty {
                let wanted = rules.recorded(of: original)
                change.restoreConfigs = wanted
                details += outdated.map { name in
                    let (before, after) = (record.restoreConfigs[name] ?? nil, wanted[name] ?? nil)
                    return Detail(name, "\(before ?? "not set") -> \(after ?? "not set") at its end (source)")
                }
            }
        }
        guard !change.isEmpty else { return [] }
        let isOfSource = original != nil
        return [
            context.draft(
                .configs, .change, subject.object, at: subject.configsPlace, headline: "configs",
                .changeMirrorConfigs(topic: subject.name, change: change), details: details,
                if: [.mirrorState(link: context.link.name, topic: subject.name, equals: record.state)]
                    + context.topicIs(mirror, on: context.destination)
                    + (isOfSource
                        ? context.onSource + (source.map { context.topicIs($0, on: context.source) } ?? []) : []))
        ]
    }

    // MARK: Words

    /// Overrides that only the record changes by: those that wait for the end, match already, or are given up.
    private func overrideDetails(besides shown: Set<String>) -> [Detail] {
        let recorded = record.overrides ?? [:]
        return Set(overrides.keys).union(recorded.keys).sorted().compactMap { name in
            guard overrides[name] != recorded[name], !shown.contains(name) else { return nil }
            guard let wanted = overrides[name] else {
                let isFollowed = MirrorConfigs.held[name] != nil || rules.include.contains(name)
                return Detail(name, isFollowed ? "no override any more" : "no override any more; it stays as it is")
            }
            if let held = MirrorConfigs.held[name] {
                return Detail(name, "\(wanted ?? "not set") at its end (override); \(held) while a mirror")
            }
            return Detail(name, "\(wanted ?? "not set") (override)")
        }
    }

    /// What a stop will set: only what takes effect, not what merely falls back to the destination's own.
    func endDetails(_ source: MirrorConfigs.Source) -> [Detail] {
        guard let found = mirror.found else { return [] }
        let wanted = rules.atEnd(source, knows: found.knows, defaults: [:])
        return ConfigDifference.between(found, wanted).filter { $0.to != nil }.map { Detail($0.name, $0.described) }
    }

    private func untold(_ topic: String, on cluster: PlannedCluster) -> String {
        "topic \(topic) on \(cluster.name) does not tell its configs, so those of mirror topic \(subject.name) were not "
            + "compared; grant DescribeConfigs on it"
    }

    private func blocked(_ names: [String]) -> BlockedChange {
        context.blocked(
            .change, subject.object, at: subject.configsPlace, headline: "configs", .unknownConfig,
            "\(context.destination.name) has no topic config \(names.joined(separator: " and no "))",
            remedy: "correct the name, or remove it from the configs of the entry")
    }
}
