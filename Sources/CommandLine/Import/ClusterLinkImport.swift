import Diagnostics
import Manifest

/// Turns the files of a `kafka-cluster-links --create` into manifests.
struct ClusterLinkImport {
    /// What stands on the command line, with the names of `kafka-cluster-links`.
    struct Input {
        /// `--link`.
        var link: String
        /// `--config-file`: path and content.
        var configFile: (path: String, bytes: [UInt8])?
        /// `--config`: the same as pairs.
        var configs: [(key: String, value: String)] = []
        /// `--command-config`: path and content.
        var commandConfig: (path: String, bytes: [UInt8])?
        /// `--bootstrap-server` of the destination.
        var bootstrapServer: String?
        /// `--cluster-id` of the source.
        var clusterId: String?
        /// Filters of flags: of a file, or given inline.
        var filters: [FilterJSON.Root: LinkDraft.Filters] = [:]
        /// Name of the source's manifest.
        var sourceName: String
        /// Name of the destination's manifest.
        var destinationName: String
        /// Folder for the manifests.
        var folder: String
    }

    private let input: Input
    /// Everything that is said about the link, the file first.
    private let settings: [(key: String, value: String)]

    init(_ input: Input) {
        self.input = input
        let pairs = (input.configFile.map { PropertiesReading.entries($0.bytes) } ?? []) + input.configs
        let last = Dictionary(pairs.map { ($0.key, $0.value) }) { _, last in last }
        var seen: Set<String> = []
        settings = pairs.map(\.key).filter { seen.insert($0).inserted }.map { ($0, last[$0] ?? "") }
    }

    private var linkPath: String { "\(input.folder)/\(input.link).yaml" }

    /// The manifests, and what they cannot say.
    func manifests() -> ImportedManifests {
        var result = ImportedManifests()
        let source = sourceCluster(&result)
        let destination = destinationCluster(&result)
        var trial = LinkTrial(
            LinkDraft(name: input.link, source: source.name, destination: destination.name), path: linkPath)
        takeOptions(&trial)
        takeSyncs(&trial)
        takeConfigs(&trial)
        result.left += trial.left
        result.doubts += trial.doubts
        var draft = trial.draft
        draft.comment =
            ["Made by \"lockstep import cluster-link\". Review it, then: lockstep plan"]
            + ImportedManifests.comment(left: result.left, doubts: result.doubts)
        result.files = [
            ("\(input.folder)/\(input.link)-clusters.yaml", source.text + "---\n" + destination.text),
            (linkPath, draft.text),
        ]
        return result
    }

    private func value(_ name: String) -> String? { settings.first { $0.key == name }?.value }

    private func isOn(_ name: String) -> Bool { value(name)?.lowercased() == "true" }

    // MARK: Clusters

    private func sourceCluster(_ result: inout ImportedManifests) -> ClusterDraft {
        var cluster = ClusterDraft(name: input.sourceName, isReadOnly: true, clusterId: input.clusterId)
        if let file = input.configFile { point(&cluster, at: file, &result) }
        let inline = input.configs.filter { belongsToCluster($0.key) }
        for (key, value) in inline {
            if key == "bootstrap.servers" {
                cluster.bootstrapServers = servers(value)
            } else if cluster.propertiesFile != nil {
                result.left.append(
                    .init(name: key, reason: "put it into \(input.configFile?.path ?? "the config file")"))
            } else if let reason = PropertiesReading.reasonWithoutEffect(key, value) {
                result.left.append(.init(name: key, reason: reason))
            } else if PropertiesReading.isSecret(key) {
                let variable = "LOCKSTEP_\(input.link)_SOURCE_\(key)".uppercased().map {
                    $0.isLetter || $0.isNumber ? $0 : "_"
                }
                cluster.properties.append((key, "${env:\(String(variable))}"))
                result.notes.append("put the value of \(key) into the environment variable \(String(variable))")
            } else {
                cluster.properties.append((key, PropertyPath.moved(key, value, from: ".", to: input.folder)))
            }
        }
        return cluster
    }

    private func destinationCluster(_ result: inout ImportedManifests) -> ClusterDraft {
        var cluster = ClusterDraft(name: input.destinationName)
        if let server = input.bootstrapServer { cluster.bootstrapServers = servers(server) }
        if let file = input.commandConfig { point(&cluster, at: file, &result) }
        return cluster
    }

    /// The file stays as it is, and the manifest points at it: so a secret never stands in a manifest.
    private func point(
        _ cluster: inout ClusterDraft, at file: (path: String, bytes: [UInt8]), _ result: inout ImportedManifests
    ) {
        cluster.propertiesFile = RelativePath.from(folder: input.folder, to: file.path)
        let entries = PropertiesReading.entries(file.bytes)
        if PropertyPath.folder(of: file.path) != RelativePath.direct(".") {
            for key in PropertyPath.relativeKeys(entries) {
                let reason = "a path in \(file.path) is relative; it starts from the folder of that file here"
                result.doubts.append(.init(name: key, reason: reason))
            }
        }
        let secrets = entries.map(\.key).filter(PropertiesReading.isSecret)
        guard !secrets.isEmpty else { return }
        result.notes.append(
            "\(file.path) holds secrets (\(secrets.joined(separator: ", "))); the manifest only points at it: keep the "
                + "file out of git, and put it there wherever Lockstep runs")
    }

    private func servers(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }
    }

    /// Whether a key says how the source is reached.
    private func belongsToCluster(_ key: String) -> Bool {
        guard let entry = LinkConfigTable.entry(for: key) else { return PropertiesReading.isClientProperty(key) }
        return entry.fate == .elsewhere && !Self.ofLink.contains(key)
    }

    // MARK: The link

    /// Configs that have a place of their own in a `ClusterLink`.
    private static let ofLink: Set<String> = [
        "cluster.link.prefix", "mirror.start.offset.spec", "auto.create.mirror.topics.enable",
        "auto.create.mirror.topics.filters", "consumer.offset.group.filters", "acl.filters",
    ]
    /// Configs that are taken over together with filters.
    private static let ofSyncs: Set<String> = [
        "consumer.offset.sync.enable", "consumer.offset.sync.ms", "consumer.group.prefix.enable", "acl.sync.enable",
        "acl.sync.ms",
    ]

    private func takeOptions(_ trial: inout LinkTrial) {
        if isOn("cluster.link.paused") { trial.take("cluster.link.paused") { $0.isPaused = true } }
        if let prefix = value("cluster.link.prefix"), !prefix.isEmpty {
            trial.take("cluster.link.prefix") { $0.prefix = prefix }
        }
        if let offset = value("mirror.start.offset.spec"), offset != "earliest" {
            trial.take("mirror.start.offset.spec") { $0.startOffset = offset }
        }
        let isOn = isOn("auto.create.mirror.topics.enable")
        let filters = filters(.topicFilters, "auto.create.mirror.topics.filters", &trial)
        if isOn, filters == nil {
            trial.leave(
                "auto.create.mirror.topics.enable",
                "there are no topic filters, so nothing would be mirrored; give --topic-filters-json-file")
        } else if let filters {
            if !isOn {
                trial.doubt(
                    "topic filters", "auto.create.mirror.topics.enable is not true, so they do nothing until enabled is"
                )
            }
            trial.take("topic filters") {
                $0.autoCreates = isOn
                $0.topicFilters = filters
            }
        }
    }

    private func takeSyncs(_ trial: inout LinkTrial) {
        takeSync(
            "consumer.offset.sync.enable", ["consumer.offset.sync.ms", "consumer.group.prefix.enable"],
            root: .groupFilters, config: "consumer.offset.group.filters", flag: "--consumer-group-filters-json-file",
            &trial
        ) { $0.groupFilters = $1 }
        takeSync(
            "acl.sync.enable", ["acl.sync.ms"], root: .aclFilters, config: "acl.filters",
            flag: "--acl-filters-json-file", &trial
        ) { $0.aclFilters = $1 }
    }

    /// A sync with its filters: one without the other is nothing.
    private func takeSync(
        _ enable: String, _ others: [String], root: FilterJSON.Root, config: String, flag: String,
        _ trial: inout LinkTrial,
        set: (inout LinkDraft, LinkDraft.Filters) -> Void
    ) {
        let filters = filters(root, config, &trial)
        guard isOn(enable) else {
            if filters != nil { trial.leave(config, "\(enable) is not true, so they would do nothing") }
            for name in others where value(name) != nil && value(name) != "false" {
                trial.leave(name, "\(enable) is not true, so it would do nothing")
            }
            return
        }
        guard let filters else {
            return trial.leave(enable, "there are no filters for it, so nothing would be synced; give \(flag)")
        }
        trial.take("\(enable) with \(config)") {
            $0.configs.append((enable, "true"))
            set(&$0, filters)
        }
        for name in others {
            guard let value = value(name), trial.draft.configs.contains(where: { $0.key == enable }) else { continue }
            trial.take(name) { $0.configs.append((name, value)) }
        }
    }

    private func takeConfigs(_ trial: inout LinkTrial) {
        for (name, value) in settings where !Self.ofLink.contains(name) && !Self.ofSyncs.contains(name) {
            guard let entry = LinkConfigTable.entry(for: name) else {
                if !PropertiesReading.isClientProperty(name) { trial.leave(.unknown(name)) }
                continue
            }
            switch entry.fate {
            case .honoured where entry.reason == nil: trial.take(name) { $0.configs.append((name, value)) }
            case .honoured, .elsewhere: break
            case .refused:
                guard value.lowercased() != entry.harmless?.lowercased() else { continue }
                trial.leave(name, entry.reason ?? "it is not available")
            }
        }
    }

    /// The filters of a flag, else those that stand in the config file as JSON.
    private func filters(_ root: FilterJSON.Root, _ config: String, _ trial: inout LinkTrial) -> LinkDraft.Filters? {
        if let given = input.filters[root] { return given }
        guard let json = value(config), !json.isEmpty else { return nil }
        let read = FilterJSON.read(Array(json.utf8), name: config, root)
        for finding in read.findings where finding.severity == .error {
            let place = finding.place.map { " (character \($0.column) of its value)" } ?? ""
            trial.leave(config, finding.summary + place + (finding.hint.map { "; \($0)" } ?? ""))
        }
        return read.filters.map { .entries(FilterText.entries($0)) }
    }
}
