import KafkaModel

@testable import Planner

/// A tiny model of an applier: it does the steps of a plan on a snapshot, as the clusters would.
struct ModelApplier {
    var live: LiveSnapshot
    let desired: DesiredState
    var failures: [String] = []

    /// Does every step in order; a precondition that does not hold is recorded and the step is left out.
    mutating func apply(_ plan: Plan) {
        for step in plan.steps {
            let broken = step.preconditions.filter { !holds($0) }
            guard broken.isEmpty else {
                failures.append("step \(step.number) \(step.object): \(broken)")
                continue
            }
            if let link = step.link {
                perform(step.operation, link)
            } else {
                for spec in desired.links where spec.destination == step.destination {
                    live.links[spec.name]?.storeExists = true
                }
            }
        }
    }

    private mutating func perform(_ operation: Step.Operation, _ link: String) {
        switch operation {
        case .createStore: break
        case .createLink(let creation):
            live.links[link]?.record = LinkRecord(
                name: link, linkId: "id-\(link)", sourceClusterId: creation.sourceClusterId,
                destinationClusterId: creation.destinationClusterId, prefix: creation.prefix, state: creation.state,
                settings: creation.settings, createdAtMs: 1)
        case .changeLinkState(_, let state): live.links[link]?.record?.state = state
        case .changeLinkSettings(_, let settings): live.links[link]?.record?.settings = settings
        case .createMirrorTopic(let creation): create(creation, link)
        case .addPartitions(let topic, _, let count): changeTopic(topic, link) { $0.partitionCount = count }
        case .changeMirrorConfigs(let topic, let change): self.change(topic, link, change)
        case .pauseMirror(let topic): live.links[link]?.mirrors[topic]?.state = .paused
        case .resumeMirror(let topic): live.links[link]?.mirrors[topic]?.state = .active
        case .promoteMirror(let topic, _, _, _): stop(topic, link, .promote)
        case .failOverMirror(let topic, _): stop(topic, link, .failover)
        case .deleteMirror(let topic, _):
            setTopic(topic, link, .absent)
            forget(topic, link)
        case .forgetMirror(let topic): forget(topic, link)
        case .deleteLink:
            live.links[link]?.record = nil
            live.links[link]?.mirrors = [:]
        case .startWorkers(let indexes): live.links[link]?.workersRunning += indexes.count
        case .stopWorkers(let indexes):
            live.links[link]?.workersRunning -= indexes.count
            live.links[link]?.runningWorkerIndexes?.removeAll(where: indexes.contains)
        }
    }

    private mutating func create(_ creation: MirrorTopicCreation, _ link: String) {
        let id = "d-\(creation.topic)"
        live.links[link]?.mirrors[creation.topic] = MirrorRecord(
            link: link, topic: creation.topic, sourceTopic: creation.sourceTopic,
            sourceTopicId: creation.sourceTopicId, topicId: id, state: creation.state,
            restoreConfigs: creation.restoreConfigs,
            overrides: creation.overrides.isEmpty ? nil : creation.overrides, sinceMs: 9)
        var made = topic(creation.topic, partitions: creation.partitions, id: id)
        let overrides = creation.overrides.filter { MirrorConfigs.held[$0.key] == nil }.compactMapValues { $0 }
        Self.set(creation.configs.merging(overrides) { $1 }, [], &made)
        setTopic(creation.topic, link, .present(made))
        for other in linksBeside(link) { live.links[other]?.otherLinksMirrors[creation.topic] = link }
    }

    private mutating func change(_ name: String, _ link: String, _ change: MirrorConfigChange) {
        if let overrides = change.overrides {
            live.links[link]?.mirrors[name]?.overrides = overrides.isEmpty ? nil : overrides
        }
        if let values = change.restoreConfigs { live.links[link]?.mirrors[name]?.restoreConfigs = values }
        changeTopic(name, link) { Self.set(change.set, change.remove, &$0) }
    }

    /// Settings that this cluster knows; the others are left out, as the applier leaves them out.
    private static func set(_ values: [String: String], _ removing: [String], _ topic: inout LiveTopic) {
        for (name, value) in values where topic.configs[name] != nil {
            topic.configs[name] = value
            topic.overriddenConfigs.insert(name)
        }
        for name in removing {
            topic.configs[name] = topicDefaults[name]
            topic.overriddenConfigs.remove(name)
        }
    }

    private mutating func stop(_ topic: String, _ link: String, _ mode: MirrorRecord.StopMode) {
        live.links[link]?.mirrors[topic]?.state = .stopped
        live.links[link]?.mirrors[topic]?.stop = MirrorRecord.Stop(
            mode: mode, requestId: "r", maximumLag: 0, requestedAtMs: 9)
    }

    private mutating func forget(_ topic: String, _ link: String) {
        live.links[link]?.mirrors[topic] = nil
        for other in linksBeside(link) { live.links[other]?.otherLinksMirrors[topic] = nil }
    }

    /// A topic of the destination is the same one for every link to it.
    private mutating func setTopic(_ name: String, _ link: String, _ presence: TopicPresence) {
        live.links[link]?.destinationTopics[name] = presence
        for other in linksBeside(link) { live.links[other]?.destinationTopics[name] = presence }
    }

    private mutating func changeTopic(_ name: String, _ link: String, _ change: (inout LiveTopic) -> Void) {
        guard case .present(var topic) = live.links[link]?.destinationTopics[name] else { return }
        change(&topic)
        setTopic(name, link, .present(topic))
    }

    private func linksBeside(_ name: String) -> [String] {
        let destination = desired.links.first { $0.name == name }?.destination
        return desired.links.filter { $0.destination == destination && $0.name != name }.map(\.name)
    }

    // MARK: Preconditions

    private func holds(_ precondition: Precondition) -> Bool {
        switch precondition {
        case .clusterId(let cluster, let id): live.clusters[cluster]?.clusterId == id
        case .linkAbsent(let link): live.links[link]?.record == nil
        case .linkId(let link, let id):
            live.links[link]?.record.map { id == nil || $0.linkId == id } ?? false
        case .linkState(let link, let state): live.links[link]?.record?.state == state
        case .linkSettings(let link, let settings): live.links[link]?.record?.settings == settings
        case .mirrorAbsent(let topic): live.links.values.allSatisfy { $0.mirrors[topic] == nil }
        case .mirrorState(let link, let topic, let state): live.links[link]?.mirrors[topic]?.state == state
        case .topicAbsent(let cluster, let topic): find(topic, on: cluster) == .absent
        case .topicId(let cluster, let topic, let id):
            if case .present(let found) = find(topic, on: cluster) { found.topicId == id } else { false }
        case .partitionCount(let cluster, let topic, let count):
            if case .present(let found) = find(topic, on: cluster) { found.partitionCount == count } else { false }
        }
    }

    private func find(_ topic: String, on cluster: String) -> TopicPresence? {
        for link in desired.links {
            let found = live.links[link.name]
            if link.source == cluster, let presence = found?.sourceTopics[topic] { return presence }
            if link.destination == cluster, let presence = found?.destinationTopics[topic] { return presence }
        }
        return nil
    }
}
