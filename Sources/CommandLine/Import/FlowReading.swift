import Manifest

/// What MirrorMaker's settings say about one flow, `A->B`: its own before those for all flows.
struct FlowReading {
    let settings: [String: String]
    let source: String
    let destination: String

    /// Settings that are taken over, or judged here.
    static let taken: Set<String> = [
        "topics", "topics.exclude", "topics.blacklist", "groups", "groups.exclude", "groups.blacklist",
        "replication.policy.class", "replication.policy.separator", "replication.factor", "sync.group.offsets.enabled",
        "sync.group.offsets.interval.seconds", "refresh.topics.enabled", "refresh.topics.interval.seconds",
        "sync.topic.configs.interval.seconds",
    ]

    private func value(_ name: String) -> String? { settings["\(source)->\(destination).\(name)"] ?? settings[name] }

    private func isFalse(_ name: String) -> Bool { value(name)?.lowercased() == "false" }

    /// Takes over what a link can do; the rest is left by name.
    func take(into trial: inout LinkTrial) {
        takePrefix(&trial)
        if let factor = value("replication.factor") {
            trial.take("replication.factor") { $0.replicationFactor = factor }
        }
        takeTopics(&trial)
        takeGroups(&trial)
        takeInterval("refresh.topics.interval.seconds", "metadata.max.age.ms", &trial)
        takeInterval("sync.topic.configs.interval.seconds", "topic.config.sync.ms", &trial)
    }

    private func takePrefix(_ trial: inout LinkTrial) {
        let policy = value("replication.policy.class")?.split(separator: ".").last.map(String.init)
        switch policy {
        case "IdentityReplicationPolicy": break
        case nil, "DefaultReplicationPolicy":
            let separator = value("replication.policy.separator") ?? "."
            trial.take("replication.policy.separator") { $0.prefix = source + separator }
        case let other?:
            trial.leave(
                "replication.policy.class",
                "\(other) is not known; the link has no prefix, give it one if it shall have")
        }
    }

    private func takeTopics(_ trial: inout LinkTrial) {
        let filters = filters("topics", default: ".*", &trial)
        guard !filters.isEmpty else {
            return trial.leave(
                "topics", "no name or prefix is left, so no topic is mirrored; add topicFilters or mirrorTopics")
        }
        if isFalse("refresh.topics.enabled") {
            trial.doubt("refresh.topics.enabled", "new topics that the filters select are mirrored here")
        }
        trial.take("topics") {
            $0.autoCreates = true
            $0.topicFilters = .entries(filters)
        }
    }

    private func takeGroups(_ trial: inout LinkTrial) {
        guard value("sync.group.offsets.enabled")?.lowercased() == "true" else {
            if value("groups") != nil {
                trial.leave("groups", "sync.group.offsets.enabled is not true, and without checkpoints they do nothing")
            }
            return
        }
        let filters = filters("groups", default: ".*", &trial)
        guard !filters.isEmpty else {
            return trial.leave("groups", "no name or prefix is left, so no group is synced; add consumerGroupFilters")
        }
        trial.take("sync.group.offsets.enabled") {
            $0.configs.append(("consumer.offset.sync.enable", "true"))
            $0.groupFilters = .entries(filters)
        }
        guard trial.draft.groupFilters != nil else { return }
        takeInterval("sync.group.offsets.interval.seconds", "consumer.offset.sync.ms", &trial)
    }

    private func takeInterval(_ name: String, _ config: String, _ trial: inout LinkTrial) {
        guard let text = value(name) else { return }
        guard let seconds = Int64(text), seconds > 0, seconds < 1_000_000 else {
            return trial.leave(name, "\"\(text)\" is no number of seconds that can be taken over")
        }
        trial.take(name) { $0.configs.append((config, "\(seconds * 1000)")) }
    }

    /// Entries for a list and its list of exceptions; what filters cannot say is left by name.
    private func filters(_ name: String, default standard: String, _ trial: inout LinkTrial) -> [String] {
        var entries: [String] = []
        for pattern in MirrorMakerPatterns.patterns(value(name) ?? standard) {
            add(pattern, "INCLUDE", name, &entries, &trial)
        }
        guard !entries.isEmpty else { return [] }
        guard let excluded = value("\(name).exclude") ?? value("\(name).blacklist") else {
            return entries + standardExceptions(name, &trial)
        }
        for pattern in MirrorMakerPatterns.patterns(excluded) {
            // Kafka's own topics are never mirrored.
            if case .prefix("__", _) = pattern { continue }
            add(pattern, "EXCLUDE", "\(name).exclude", &entries, &trial)
        }
        return entries
    }

    /// What MirrorMaker leaves out when nothing is said, as entries, where the list selects some of it.
    private func standardExceptions(_ name: String, _ trial: inout LinkTrial) -> [String] {
        guard name == "groups" else {
            trial.doubt(
                "topics.exclude",
                "it is not set, and MirrorMaker's default leaves out names that end with -internal, .internal or "
                    + ".replica; filters cannot say that, so exclude what you have by name")
            return []
        }
        // Its third one, __.*, is never synced anyway.
        let patterns = MirrorMakerPatterns.patterns(value("groups") ?? ".*")
        let excluded = ["console-consumer-", "connect-"].filter { prefix in
            patterns.contains { $0.overlaps(prefix: prefix) }
        }
        guard !excluded.isEmpty else { return [] }
        trial.doubt(
            "groups.exclude",
            "it is not set, and MirrorMaker's default leaves out groups whose names begin with "
                + "\(excluded.joined(separator: " or ")); so do the filters here")
        return excluded.compactMap { MirrorMakerPatterns.entry(.prefix($0, isLoose: false), "EXCLUDE") }
    }

    private func add(
        _ pattern: MirrorMakerPatterns.Pattern, _ type: String, _ name: String, _ entries: inout [String],
        _ trial: inout LinkTrial
    ) {
        switch pattern {
        case .expression(let text):
            trial.leave("\(name) \(text)", "filters know names and prefixes, no regular expressions")
        case .literal(let text, isLoose: true), .prefix(let text, isLoose: true):
            trial.doubt("\(name) \(text)", "its dots are dots here; in MirrorMaker each stands for any character")
        default: break
        }
        if let entry = MirrorMakerPatterns.entry(pattern, type) { entries.append(entry) }
    }
}
