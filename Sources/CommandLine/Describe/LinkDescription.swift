import Diagnostics
import KafkaModel
import Manifest
import Reconciler

/// A link with all that takes effect on it and where each value comes from: pure, from a status and the manifests.
struct LinkDescription {
    /// Where a value comes from.
    enum Origin: Hashable {
        /// A line of a manifest.
        case manifest(SourcePlace)
        /// Stored by an apply; the manifests at hand do not say it.
        case stored
        /// Nobody set it.
        case standard
        /// It follows from something else.
        case derived
    }

    /// A config as it takes effect.
    struct Config: Hashable {
        /// Cluster Linking's name, or the manifest's for what is only Lockstep's.
        var name: String
        /// What takes effect; nil when it has no value.
        var value: String?
        /// Where the value comes from.
        var origin: Origin
    }

    /// Something that the manifests say and that is not applied.
    struct Pending: Hashable {
        /// What it is.
        var name: String
        /// What takes effect now.
        var now: String
        /// What the manifests say.
        var declared: String
    }

    /// The link as it stands.
    let status: LinkStatus
    /// The link as declared; nil when no manifest declares it.
    let spec: LinkSpec?
    /// The source as declared; nil when no manifest declares it.
    let sourceCluster: ClusterSpec?
    /// The destination as declared; nil when no manifest declares it.
    let destinationCluster: ClusterSpec?

    init(_ status: LinkStatus, desired: DesiredState) {
        self.status = status
        spec = status.isDeclared ? desired.links.first { $0.name == status.name } : nil
        sourceCluster = desired.clusters[status.source]
        destinationCluster = desired.clusters[status.destination]
    }

    /// Every config of the link by name; none while the link does not exist.
    var configs: [Config] {
        guard let record = status.record else { return [] }
        var configs = derived(record) + policies(record)
        for entry in LinkConfigTable.entries where entry.fate == .honoured && entry.reason == nil {
            configs.append(
                Config(
                    name: entry.name, value: record.settings.effective(entry.name),
                    origin: origin(entry.name, isSet: record.settings.configs[entry.name] != nil, record)))
        }
        let known = Set(configs.map(\.name))
        for (name, words) in record.settings.described where !known.contains(name) {
            configs.append(Config(name: name, value: words, origin: origin(name, isSet: true, record)))
        }
        return configs.sorted { $0.name < $1.name }
    }

    /// What is declared and not applied, by name.
    var pending: [Pending] {
        guard let record = status.record, let spec else { return [] }
        if spec.isAbsent { return [Pending(name: "state", now: record.state.rawValue, declared: "ABSENT")] }
        var pending: [Pending] = []
        if record.state != spec.state {
            pending.append(Pending(name: "state", now: record.state.rawValue, declared: spec.state.rawValue))
        }
        if record.prefix != spec.prefix {
            pending.append(
                Pending(name: "cluster.link.prefix", now: quoted(record.prefix), declared: quoted(spec.prefix)))
        }
        return pending
            + record.settings.differences(to: spec.settings).map { difference in
                let fallback = LinkSettings.defaults[difference.name] ?? "not set"
                return Pending(
                    name: difference.name, now: difference.from ?? fallback, declared: difference.to ?? fallback)
            }
    }

    private func derived(_ record: LinkRecord) -> [Config] {
        let filters = record.settings.topicFilters
        let servers = sourceCluster?.bootstrapServers.map { "\($0.host):\($0.port)" }.joined(separator: ",")
        return [
            Config(
                name: "auto.create.mirror.topics.enable", value: filters == nil ? "false" : "true",
                origin: origin("auto.create.mirror.topics.filters", isSet: filters != nil, record)),
            Config(
                name: "bootstrap.servers", value: servers,
                origin: sourceCluster.map { .manifest($0.place) } ?? .derived),
            Config(name: "cluster.link.id", value: record.linkId, origin: .derived),
            Config(
                name: "cluster.link.paused", value: record.state == .paused ? "true" : "false",
                origin: spec?.state == record.state && spec?.statePlace != spec?.place
                    ? spec.map { .manifest($0.statePlace) } ?? .stored : record.state == .active ? .standard : .stored),
            Config(
                name: "cluster.link.prefix", value: record.prefix.isEmpty ? nil : record.prefix,
                origin: record.prefix.isEmpty
                    ? .standard : writtenPlace("cluster.link.prefix", holds: spec?.prefix == record.prefix)),
            Config(name: "connection.mode", value: "OUTBOUND", origin: .derived),
            Config(name: "dest.cluster.id", value: record.destinationClusterId, origin: .derived),
            Config(name: "link.mode", value: "DESTINATION", origin: .derived),
        ]
    }

    /// What the link may do and when; but for the pruning of ACLs, which workers follow, the manifests at hand decide.
    private func policies(_ record: LinkRecord) -> [Config] {
        let prune = record.settings.aclPrune ?? .owned
        let isWritten = prune != .owned || (spec?.aclPrune == prune && spec?.configPlaces["policy.aclPrune"] != nil)
        let configs = [
            Config(
                name: "policy.aclPrune", value: prune.rawValue,
                origin: isWritten ? writtenPlace("policy.aclPrune", holds: spec?.aclPrune == prune) : .standard)
        ]
        guard let spec else { return configs }
        let values = [
            ("policy.deletionProtection", "\(spec.deletionProtection)"),
            ("policy.onUndeclare", spec.onUndeclare.rawValue), ("policy.onLinkDelete", spec.onLinkDelete.rawValue),
            ("policy.promote.maxLag", "\(spec.promoteMaximumLag)"),
            ("policy.promote.timeout", ManifestDuration.text(spec.promoteTimeoutMs)),
        ]
        return configs
            + values.map { name, value in
                Config(name: name, value: value, origin: spec.configPlaces[name].map { .manifest($0) } ?? .standard)
            }
    }

    /// A line of the manifests counts only while it says what takes effect.
    private func origin(_ name: String, isSet: Bool, _ record: LinkRecord) -> Origin {
        guard isSet else { return .standard }
        let isAsDeclared = spec.map { $0.settings.described[name] == record.settings.described[name] } ?? false
        return writtenPlace(name, holds: isAsDeclared)
    }

    /// Where something stands that somebody has set.
    ///
    /// - Parameter holds: whether the manifests say what takes effect. What they say without a line of its own follows
    ///   from other lines.
    private func writtenPlace(_ name: String, holds: Bool) -> Origin {
        holds ? spec?.configPlaces[name].map { .manifest($0) } ?? .derived : .stored
    }

    private func quoted(_ text: String) -> String { "\"\(text)\"" }
}
