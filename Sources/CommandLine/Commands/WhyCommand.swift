import KafkaModel

/// `lockstep why`: which entry or filter decides about a topic.
enum WhyCommand {
    static let command = Command(
        CommandSyntax(
            "why", "Explain why source topics are mirrored or not, from the manifests alone.",
            operands: "TOPIC...", operandLimit: 1000,
            options: [ManifestPaths.option, OptionSyntax("link", value: "NAME", "Only this link.")])
    ) { (arguments, context) throws(CommandFailure) in
        guard !arguments.operands.isEmpty else { throw .usage("why needs a topic of the source: lockstep why TOPIC") }
        let manifests = try LoadedManifests.load(arguments, context)
        let chosen = try arguments.value("link").map { (name) throws(CommandFailure) in [try manifests.link(name)] }
        for topic in arguments.operands {
            for link in chosen ?? manifests.desired.links {
                context.terminal.result("\(topic) on link \(link.name): \(reason(topic, link))")
            }
        }
        return .done
    }

    static func reason(_ topic: String, _ link: LinkSpec) -> String {
        if let entry = link.mirrorTopics.first(where: { $0.sourceName == topic }) {
            return "declared as mirror topic \(entry.name), state \(entry.state.rawValue) (\(entry.statePlace))"
        }
        guard let filters = link.autoCreateFilters else {
            return "not mirrored: no entry names it, and autoCreateTopics is off"
        }
        let place = link.autoCreatePlace.map { " (\($0))" } ?? ""
        switch filters.verdict(on: topic) {
        case .included(let filter):
            return "mirrored as \(link.prefix)\(topic): INCLUDE \(filter.name) \(filter.patternType.rawValue)\(place)"
        case .excluded(let filter):
            return "not mirrored: EXCLUDE \(filter.name) \(filter.patternType.rawValue) wins over every INCLUDE\(place)"
        case .notMatched: return "not mirrored: no entry names it, and no filter covers it\(place)"
        case .internalTopic: return "not mirrored: names that begin with __ belong to Kafka or to a tool"
        }
    }
}
