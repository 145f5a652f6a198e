import KafkaModel

/// `lockstep why`: which entry or filter decides about a topic, a consumer group or an ACL.
enum WhyCommand {
    static let command = Command(
        CommandSyntax(
            "why", "Explain why topics, groups and ACLs of the source are mirrored or not, from the manifests alone.",
            operands: "TOPIC...", operandLimit: 1000,
            options: [
                ManifestPaths.option, OptionSyntax("link", value: "NAME", "Only this link."),
                OptionSyntax("group", value: "NAME", isRepeatable: true, "Explain this consumer group of the source."),
                OptionSyntax("acl", value: "ACL", isRepeatable: true, "Explain this ACL, written as plan writes it."),
            ],
            discussion: """
                EXCLUDE always wins, otherwise any INCLUDE, otherwise not mirrored; the order has no meaning, and
                upper and lower case are different letters. ACL filters have no EXCLUDE: any that covers an ACL wins.
                An ACL is one word for the shell, such as
                  --acl "\(aclExample)"
                """)
    ) { (arguments, context) throws(CommandFailure) in
        let groups = arguments.values("group")
        let acls = try arguments.values("acl").map { (text) throws(CommandFailure) in try acl(text) }
        guard !arguments.operands.isEmpty || !groups.isEmpty || !acls.isEmpty else {
            throw .usage("why needs a topic of the source, --group NAME, or --acl ACL: lockstep why TOPIC")
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
        for acl in acls {
            for link in links {
                let principal = manifests.desired.clusters[link.destination]?.security.principal
                let lines = AclExplanation(acl: acl, link: link, principal: principal).lines
                context.terminal.result("ACL \(acl) on link \(link.name): " + lines.joined(separator: "\n"))
            }
        }
        return .done
    }

    private static let aclExample = "allow User:app to READ topic orders- (PREFIXED) from host 10.0.0.7"

    /// An ACL from the command line.
    private static func acl(_ text: String) throws(CommandFailure) -> AclBinding {
        guard let acl = AclBinding(text) else {
            throw .usage(
                "\"\(text)\" is not an ACL as lockstep plan writes it, \(AclBinding.form)",
                hint: "for example --acl \"\(aclExample)\"")
        }
        return acl
    }

    /// Why a source topic is mirrored or not.
    static func reason(_ topic: String, _ link: LinkSpec) -> String {
        if link.isAbsent { return "not mirrored: \(absence(link))" }
        if let entry = link.mirrorTopics.first(where: { $0.sourceName == topic }) {
            return "declared as mirror topic \(entry.name), state \(entry.state.rawValue) (\(entry.statePlace))"
        }
        guard let filters = link.autoCreateFilters else {
            return "not mirrored: no entry names it, and autoCreateTopics is off"
        }
        let list = FilterPlaces(link, "auto.create.mirror.topics.filters", filters)
        switch filters.verdict(on: topic) {
        case .included(let filter): return "mirrored as \(link.prefix)\(topic): \(list.words(filter))"
        case .excluded(let filter): return "not mirrored: \(list.words(filter, " wins over every INCLUDE"))"
        case .notMatched: return "not mirrored: no entry names it, and no filter covers it\(list.place)"
        case .internalTopic: return "not mirrored: names that begin with __ belong to Kafka or to a tool"
        case .reserved: return "not mirrored: \(reserved)\(list.place)"
        }
    }

    /// Why the committed offsets of a source group are synced or not.
    static func reason(group: String, _ link: LinkSpec) -> String {
        if link.isAbsent { return "not synced: \(absence(link))" }
        guard let filters = link.settings.groupFilters else {
            return "not synced: consumerGroupFilters are not declared, or consumer.offset.sync.enable is not true"
        }
        if group.hasPrefix(WorkerGroup.id(link: "")) {
            return "not synced: groups that begin with \(WorkerGroup.id(link: "")) are those of Lockstep's workers"
        }
        let list = FilterPlaces(link, "consumer.offset.group.filters", filters)
        switch filters.verdict(on: group) {
        case .included(let filter):
            let isPrefixed = link.settings.effective("consumer.group.prefix.enable") == "true"
            return "synced as \(isPrefixed ? link.prefix : "")\(group): \(list.words(filter))"
        case .excluded(let filter): return "not synced: \(list.words(filter, " wins over every INCLUDE"))"
        case .notMatched: return "not synced: no filter covers it\(list.place)"
        case .internalTopic: return "not synced: names that begin with __ belong to Kafka or to a tool"
        case .reserved: return "not synced: \(reserved)\(list.place)"
        }
    }

    /// Why nothing is done for a link that is declared ABSENT.
    static func absence(_ link: LinkSpec) -> String { "the link is declared ABSENT (\(link.statePlace))" }

    private static let reserved =
        "names that begin with _confluent belong to Confluent's brokers and tools, unless an INCLUDE names them in full"
}
