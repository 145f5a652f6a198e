import Manifest

/// Turns MirrorMaker 2's `mm2.properties` into manifests, as far as links can do the same.
struct MirrorMakerImport {
    private let path: String
    private let folder: String
    private let settings: [(key: String, value: String)]
    private let byKey: [String: String]
    private let clusters: [String]

    init(path: String, bytes: [UInt8], folder: String) {
        self.path = path
        self.folder = folder
        settings = PropertiesReading.entries(bytes)
        byKey = Dictionary(settings.map { ($0.key, $0.value) }) { _, last in last }
        clusters = Self.list(byKey["clusters"] ?? "")
    }

    /// Why the file is none of MirrorMaker's, or says nothing to link; nil when manifests can be made.
    var problem: String? {
        if clusters.isEmpty { return "\(path) names no clusters: it has no line \"clusters = …\"" }
        if flows.isEmpty { return "\(path) enables no flow: it has no line \"A->B.enabled = true\"" }
        let missing = clusters.first { byKey["\($0).bootstrap.servers"] == nil && flows.joined.contains($0) }
        return missing.map { "\(path) does not say where cluster \($0) is: there is no \($0).bootstrap.servers" }
    }

    /// Flows that are enabled, by source and destination.
    private var flows: [(source: String, destination: String)] {
        clusters.flatMap { source in clusters.map { (source, $0) } }.filter { source, destination in
            source != destination && byKey["\(source)->\(destination).enabled"]?.lowercased() == "true"
        }
    }

    /// The manifests, and what they cannot say.
    func manifests() -> ImportedManifests {
        var result = ImportedManifests()
        let used = Set(flows.joined)
        let documents = clusters.filter { used.contains($0) }.map { cluster($0, &result).text }
        leaveTheRest(&result)
        checkPaths(&result)
        // What belongs to no link has its place above the clusters; what is left of a flow stands above its link.
        let comment =
            ["Made by \"lockstep import mirror-maker\". Review it, then: lockstep plan"]
            + ImportedManifests.comment(left: result.left, doubts: result.doubts)
        let head = comment.map { YAMLText.comment($0) + "\n" }.joined()
        result.files = [("\(folder)/clusters.yaml", head + documents.joined(separator: "---\n"))]
        for flow in flows {
            let name = "\(flow.source)-to-\(flow.destination)"
            let path = "\(folder)/\(name).yaml"
            var trial = LinkTrial(
                LinkDraft(name: name, source: flow.source, destination: flow.destination), path: path)
            let reading = FlowReading(settings: byKey, source: flow.source, destination: flow.destination)
            reading.take(into: &trial)
            var draft = trial.draft
            draft.comment =
                [
                    "Made by \"lockstep import mirror-maker\" from the flow \(flow.source)->\(flow.destination). Review it.",
                    "Topics that MirrorMaker has made already have other offsets: plans refuse to write into them. Give",
                    "the link a prefix of its own, or remove those topics first.",
                ] + ImportedManifests.comment(left: trial.left, doubts: trial.doubts)
            result.files.append((path, draft.text))
            for left in trial.left where !result.left.contains(left) { result.left.append(left) }
            for doubt in trial.doubts where !result.doubts.contains(doubt) { result.doubts.append(doubt) }
        }
        return result
    }

    // MARK: Clusters

    private func cluster(_ name: String, _ result: inout ImportedManifests) -> ClusterDraft {
        var cluster = ClusterDraft(name: name, isReadOnly: !flows.contains { $0.destination == name })
        cluster.bootstrapServers = Self.list(byKey["\(name).bootstrap.servers"] ?? "")
        let file = RelativePath.from(folder: folder, to: path)
        var secrets: [String] = []
        for (key, value) in settings {
            let isOwn = key.hasPrefix("\(name).")
            let property = isOwn ? String(key.dropFirst(name.count + 1)) : key
            // A property without a cluster is for all that do not say it themselves.
            guard property != "bootstrap.servers", PropertiesReading.isClientProperty(property),
                isOwn || (byKey["\(name).\(property)"] == nil && Self.isConnection(property))
            else { continue }
            if PropertiesReading.isSecret(property) {
                cluster.properties.append((property, "${file:\(file):\(key)}"))
                secrets.append(key)
            } else if PropertiesReading.reasonWithoutEffect(property, value) == nil {
                let moved = PropertyPath.moved(property, value, from: PropertyPath.folder(of: path), to: folder)
                cluster.properties.append((property, moved))
            }
        }
        if !secrets.isEmpty {
            result.notes.append(
                "\(path) holds secrets (\(secrets.joined(separator: ", "))); the manifest only refers to them: keep the "
                    + "file out of git, and put it there wherever Lockstep runs")
        }
        return cluster
    }

    private static func isConnection(_ property: String) -> Bool {
        ["security.", "sasl.", "ssl."].contains { property.hasPrefix($0) }
    }

    // MARK: What is left

    private func leaveTheRest(_ result: inout ImportedManifests) {
        let enabled = Set(flows.map { "\($0.source)->\($0.destination)" })
        for (key, value) in settings {
            guard let reason = reason(key, value, enabled) else { continue }
            let isKnown = reason != MirrorMakerLeftovers.unknown || clusters.contains { key.hasPrefix("\($0).") }
            let left = isKnown ? ImportedManifests.Left(name: key, reason: reason) : .unknown(key)
            if !result.left.contains(left) { result.left.append(left) }
        }
    }

    /// Kafka's programs take relative paths from where they run, manifests from where a file stands.
    private func checkPaths(_ result: inout ImportedManifests) {
        let keys = PropertyPath.relativeKeys(settings.filter { reason($0.key, $0.value, []) == nil })
        let base = PropertyPath.folder(of: path)
        for key in keys {
            // Paths in a login module cannot be written anew: the manifest refers to it as a whole.
            let isInside = key.hasSuffix("sasl.jaas.config")
            guard isInside || base != RelativePath.direct(".") else { continue }
            result.doubts.append(
                .init(
                    name: key,
                    reason: isInside
                        ? "a path in it is relative, and starts from the folder of the manifest now; write it from /"
                        : "its path is relative, and is taken as starting from the folder of \(path)"))
        }
    }

    /// Why a key is not taken over; nil when it is, or says nothing.
    private func reason(_ key: String, _ value: String, _ enabled: Set<String>) -> String? {
        if key == "clusters" || key.hasSuffix(".enabled") && key.contains("->") { return nil }
        var name = key
        if let flow = clusters.flatMap({ a in clusters.map { "\(a)->\($0)" } }).first(where: { key.hasPrefix("\($0).") }
        ) {
            guard enabled.contains(flow) else { return "the flow \(flow) is not enabled" }
            name = String(key.dropFirst(flow.count + 1))
        } else if let cluster = clusters.first(where: { key.hasPrefix("\($0).") }) {
            guard flows.joined.contains(cluster) else { return "no flow that is enabled has the cluster \(cluster)" }
            name = String(key.dropFirst(cluster.count + 1))
            if name == "bootstrap.servers" { return nil }
            if PropertiesReading.isClientProperty(name) { return PropertiesReading.reasonWithoutEffect(name, value) }
        } else if PropertiesReading.isClientProperty(name), Self.isConnection(name) {
            return PropertiesReading.reasonWithoutEffect(name, value)
        }
        if FlowReading.taken.contains(name) { return nil }
        return MirrorMakerLeftovers.reason(name)
    }

    static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }.filter { !$0.isEmpty }
    }
}

extension [(source: String, destination: String)] {
    /// The clusters of all flows.
    fileprivate var joined: [String] { flatMap { [$0.source, $0.destination] } }
}
