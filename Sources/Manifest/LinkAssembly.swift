import Diagnostics
import KafkaModel
import YAMLDocument

/// Which mirror topics are taken, and by whom: a topic can be the mirror of one source topic only.
struct MirrorTopicOwnership {
    private struct Key: Hashable {
        var destination: String
        var topic: String
    }

    private var places: [Key: (place: SourcePlace, link: String)] = [:]

    /// Notes a mirror topic; false, and a finding that names both places, when it is taken.
    mutating func take(_ topic: Located<String>, of link: String, on destination: String) -> Bool {
        let key = Key(destination: destination, topic: topic.value)
        guard let first = places[key] else {
            places[key] = (topic.spot.place, link)
            return true
        }
        let detail = first.link == link ? "" : " by the links \"\(first.link)\" and \"\(link)\""
        topic.spot.report(
            ManifestCode.duplicateMirror,
            "mirror topic \"\(topic.value)\" on cluster \"\(destination)\" is declared twice\(detail)",
            hint: "remove one of the entries", related: [.init(first.place, "the first one")])
        return false
    }
}

/// Makes the desired state of one link of what its document and its sets say.
struct LinkAssembly {
    let name: String
    let spot: YAMLSpot
    let read: LinkSpecification
    let attachments: Attachments

    /// The link; nil when it has no source or destination.
    ///
    /// Entries with mistakes are left out and reported.
    func assemble(_ setEntries: [MirrorTopicEntry], _ ownership: inout MirrorTopicOwnership) -> LinkSpec? {
        let filters = autoCreateFilters()
        let prefix = read.options?.isPrefixBad == true ? nil : read.options?.prefix?.value ?? ""
        let groups = read.groupFilters.assemble(
            configs: read.configs, hasPrefix: prefix.map { !$0.isEmpty }, attachments)
        let acls = read.aclFilters.assemble(configs: read.configs, attachments)
        guard let source = read.source?.value, let destination = read.destination?.value else { return nil }
        var link = LinkSpec(name: name, place: spot.place, source: source, destination: destination)
        if let state = read.state {
            link.state = state.value ?? .active
            link.isAbsent = state.value == nil
            link.statePlace = state.spot.place
        }
        link.prefix = read.options?.prefix?.value ?? ""
        link.replicationFactor = read.options?.replicationFactor?.value
        link.autoCreateFilters = filters.map { TopicFilters($0.value.map(\.value)) }
        link.autoCreatePlace = filters?.spot.place
        link.groupFilters = groups.map { TopicFilters($0.value.map(\.value)) }
        link.workerMode = read.workers.mode
        link.workerCount = read.workers.count
        link.aclFilters = acls.map { AclFilters($0.value.map(\.value)) }
        link.configs = read.configs.mapValues(\.value)
        link.configPlaces = read.configs.mapValues(\.spot.place)
        link.configPlaces["cluster.link.prefix"] = read.options?.prefix?.spot.place
        link.configPlaces["replicationFactor"] = read.options?.replicationFactor?.spot.place
        read.policy.take(into: &link)
        link.configPlaces["auto.create.mirror.topics.filters"] = link.autoCreatePlace
        link.configPlaces["consumer.offset.group.filters"] = groups?.spot.place
        link.configPlaces["acl.filters"] = acls?.spot.place
        link.filterPlaces["auto.create.mirror.topics.filters"] = filters?.value.map(\.spot.place)
        link.filterPlaces["consumer.offset.group.filters"] = groups?.value.map(\.spot.place)
        link.filterPlaces["acl.filters"] = acls?.value.map(\.spot.place)
        for entry in read.mirrorTopics + setEntries {
            guard let topic = mirrorTopic(entry, prefix: link.prefix),
                ownership.take(entry.name, of: name, on: destination)
            else { continue }
            link.mirrorTopics.append(topic)
        }
        link.mirrorTopics.sort { $0.name < $1.name }
        return link
    }

    private func mirrorTopic(_ entry: MirrorTopicEntry, prefix: String) -> MirrorTopicSpec? {
        guard read.options?.isPrefixBad != true else { return nil }
        let mirror = entry.name.value
        let related = (read.options?.prefix?.spot).map { [Diagnostic.Related($0.place)] } ?? []
        guard mirror.hasPrefix(prefix) else {
            entry.name.spot.report(
                ManifestCode.mirrorName, "mirror name \"\(mirror)\" must start with the link prefix \"\(prefix)\"",
                related: related)
            return nil
        }
        let source = entry.sourceName?.value ?? String(mirror.dropFirst(prefix.count))
        guard mirror == prefix + source else {
            entry.name.spot.report(
                ManifestCode.mirrorName, "mirror name \"\(mirror)\" must be \"\(prefix + source)\"",
                detail: "A mirror is named like its source topic"
                    + (prefix.isEmpty
                        ? "; the link has no prefix." : ", with the link's prefix \"\(prefix)\" in front."),
                related: related)
            return nil
        }
        // The source's name was not written, so it was not checked yet.
        if entry.sourceName == nil, let problem = TopicName.problem(source) {
            entry.name.spot.report(
                ManifestCode.topicName, "mirror name \"\(mirror)\" leaves no source topic: \(problem)", related: related
            )
            return nil
        }
        if entry.sourceName == nil, TopicName.isInternal(source) {
            entry.name.spot.report(
                ManifestCode.internalTopic, "topic \"\(source)\" cannot be mirrored: it is internal to a cluster",
                hint: "names that start with \"__\" belong to Kafka and its tools")
            return nil
        }
        var topic = MirrorTopicSpec(
            name: mirror, sourceName: source, state: entry.state?.value ?? .active, place: entry.spot.place,
            statePlace: entry.state?.spot.place)
        let include = read.configs["topic.config.sync.include"]
        topic.configs = TopicConfigs.overrides(
            of: entry, include: include.map { TopicConfigInclude($0.value) } ?? SyncedConfigs.defaultInclude,
            at: include?.spot)
        topic.configsPlace = entry.configs.values.map(\.spot.place).min()
        return topic
    }

    /// The filters when auto-creation is on; nil when it is off or cannot work (which was reported).
    private func autoCreateFilters() -> Located<[Located<TopicFilter>]>? {
        guard let autoCreate = read.options?.autoCreate else { return nil }
        FilterFile.refuseBoth(autoCreate.filters, "topicFilters", file: autoCreate.filtersFile)
        var filters = autoCreate.filters
        var hasMistakes = autoCreate.hasMistakes
        if let file = autoCreate.filtersFile {
            let content = FilterFile.read(file, attachments, FilterFile.topicFilters)
            filters = content.filters
            hasMistakes = hasMistakes || content.hasMistakes
        }
        guard let enabled = autoCreate.enabled, enabled.value else {
            if autoCreate.enabled == nil, filters?.value.isEmpty == false {
                autoCreate.spot.report(
                    ManifestCode.missingFilters, "the topic filters have no effect: autoCreateTopics is not enabled",
                    severity: .warning, hint: "add enabled: true, or enabled: false to keep it off")
            }
            return nil
        }
        if !hasMistakes { checkInclude(filters?.value ?? [], enabled) }
        return filters
    }

    private func checkInclude(_ filters: [Located<TopicFilter>], _ enabled: Located<Bool>) {
        let all = "{name: \"*\", patternType: LITERAL, filterType: INCLUDE}"
        if filters.isEmpty {
            enabled.spot.report(
                ManifestCode.missingFilters, "autoCreateTopics is enabled without topic filters",
                hint: "add topicFilters; \(all) is every topic")
        } else if !filters.contains(where: { $0.value.filterType == .include }) {
            enabled.spot.report(
                ManifestCode.missingFilters, "autoCreateTopics has no INCLUDE filter, so it would mirror nothing",
                hint: "add an entry; \(all) is every topic")
        }
    }
}
