import KafkaModel

/// `lockstep why`: which entry or filter decides about a topic or a consumer group.
enum WhyCommand {
    static let command = Command(
        CommandSyntax(
            "why", "Explain why source topics and groups are mirrored or not, from the manifests alone.",
            operands: "TOPIC...", operandLimit: 1000,
            options: [
                ManifestPaths.option, OptionSyntax("link", value: "NAME", "Only this link."),
                OptionSyntax("group", value: "NAME", isRepeatable: true, "Explain this consumer group of the source."),
            ],
            discussion: """
                EXCLUDE always wins, otherwise any INCLUDE, otherwise not mirrored; the order has no meaning, and
                upper and lower case are different letters.
                """)
    ) { (arguments, context) throws(CommandFailure) in
        let groups = arguments.values("group")
        guard !arguments.operands.isEmpty || !groups.isEmpty else {
            throw .usage("why needs a topic of the source, or --group NAME: lockstep why TOPIC")
        }
        let manifests = try LoadedManifests.load(arguments, context)
        let chosen = try arguments.value("link").map { (name) throws(CommandFailure) in [try manifests.link(name)] }
        let links = chosen ?? manifests.desired.links
        for topic in arguments.operands {
            for link in links { context.terminal.result("\(topic) on link \(link.name): \(reason(topic, link))") }
        }
        for group in groups {
            for link in links {
                context.terminal.result("group \(group) on link \(link.name): \(reason(group: group, link))")
            }
        }
        return .done
    }

    /// Why a source topic is mirrored or not.
    static func reason(_ topic: String, _ link: LinkSpec) -> String {
        if let entry = link.mirrorTopics.first(where: { $0.sourceName == topic }) {
            return "declared as mirror topic \(entry.name), state \(entry.state.rawValue) (\(entry.statePlace))"
        }
        guard let filters = link.autoCreateFilters else {
            return "not mirrored: no entry names it, and autoCreateTopics is off"
        }
        let place = link.autoCreatePlace.map { " (\($0))" } ?? ""
        switch filters.verdict(on: topic) {
        case .included(let filter): return "mirrored as \(link.prefix)\(topic): \(words(filter))\(place)"
        case .excluded(let filter): return "not mirrored: \(words(filter)) wins over every INCLUDE\(place)"
        case .notMatched: return "not mirrored: no entry names it, and no filter covers it\(place)"
        case .internalTopic: return "not mirrored: names that begin with __ belong to Kafka or to a tool"
        case .reserved:
            return "not mirrored: names that begin with _confluent belong to Confluent's brokers and tools, unless an "
                + "INCLUDE names them in full\(place)"
        }
    }

    /// Why the committed offsets of a source group are synced or not.
    static func reason(group: String, _ link: LinkSpec) -> String {
        guard let filters = link.settings.groupFilters else {
            return "not synced: consumerGroupFilters are not declared, or consumer.offset.sync.enable is not true"
        }
        if group.hasPrefix(WorkerGroup.id(link: "")) {
            return "not synced: groups that begin with \(WorkerGroup.id(link: "")) are those of Lockstep's workers"
        }
        let place = link.configPlaces["consumer.offset.group.filters"].map { " (\($0))" } ?? ""
        switch filters.verdict(on: group) {
        case .included(let filter):
            let isPrefixed = link.settings.effective("consumer.group.prefix.enable") == "true"
            return "synced as \(isPrefixed ? link.prefix : "")\(group): \(words(filter))\(place)"
        case .excluded(let filter): return "not synced: \(words(filter)) wins over every INCLUDE\(place)"
        case .notMatched: return "not synced: no filter covers it\(place)"
        case .internalTopic: return "not synced: names that begin with __ belong to Kafka or to a tool"
        case .reserved:
            return "not synced: names that begin with _confluent belong to Confluent's brokers and tools, unless an "
                + "INCLUDE names them in full\(place)"
        }
    }

    private static func words(_ filter: TopicFilter) -> String {
        "\(filter.filterType.rawValue) \(filter.name) \(filter.patternType.rawValue)"
    }
}
