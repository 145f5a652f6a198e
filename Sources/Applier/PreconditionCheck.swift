import KafkaClient
import KafkaModel
import LinkStore
import Planner

/// Looks again whether what a plan relied on still holds.
struct PreconditionCheck: Sendable {
    /// Clients of all clusters of the plan; only asked.
    let clients: [String: ClusterClient]
    /// Name of the step's destination.
    let destination: String
    /// Its store as it is now; nil before it exists.
    let contents: StoreContents?

    /// Fails with the first precondition that does not hold any more.
    ///
    /// Only applies write the store: a record that has changed since the plan means that another one came first.
    func insist(on preconditions: [Precondition]) async throws(StepFailure) {
        for precondition in preconditions {
            if let change = storeChange(precondition) {
                throw StepFailure(StoreError(.overtaken(change), cluster: destination))
            }
            if let change = try await clusterChange(precondition) {
                throw StepFailure("\(change), so the plan does not fit any more. Plan again.")
            }
        }
    }

    /// What has changed in the store, as a clause; nil when the precondition holds or is not about the store.
    private func storeChange(_ precondition: Precondition) -> String? {
        switch precondition {
        case .linkAbsent(let link):
            return contents?.links[link] == nil ? nil : "link \(link) exists by now"
        case .linkId(let link, let expected):
            guard let found = contents?.links[link]?.linkId else { return "link \(link) is gone" }
            return expected == nil || found == expected ? nil : "link \(link) was deleted and made anew"
        case .linkState(let link, let expected):
            let found = contents?.links[link]?.state
            return found == expected
                ? nil : "link \(link) is \(found?.rawValue ?? "gone") instead of \(expected.rawValue)"
        case .linkSettings(let link, let expected):
            return contents?.links[link]?.settings == expected ? nil : "the settings of link \(link) are others by now"
        case .mirrorAbsent(let topic):
            let other = contents?.mirrors.keys.first { $0.topic == topic }
            return other.map { "\(topic) is a mirror topic of link \($0.link) by now" }
        case .mirrorState(let link, let topic, let expected):
            let found = contents?.mirrors[StoreContents.MirrorKey(link: link, topic: topic)]?.state
            return found == expected
                ? nil : "mirror topic \(topic) is \(found?.rawValue ?? "gone") instead of \(expected.rawValue)"
        case .clusterId, .topicAbsent, .topicId, .partitionCount:
            return nil
        }
    }

    /// What has changed on a cluster, as a clause; nil when the precondition holds or is about the store.
    private func clusterChange(_ precondition: Precondition) async throws(StepFailure) -> String? {
        switch precondition {
        case .linkAbsent, .linkId, .linkState, .linkSettings, .mirrorAbsent, .mirrorState:
            return nil
        case .clusterId(let cluster, let expected):
            let found = try await ask(cluster) { (source) throws(ClientError) in try await source.clusterId() }
            return found == expected ? nil : "cluster \(cluster) reports id \(found ?? "none") instead of \(expected)"
        case .topicAbsent(let cluster, let topic):
            switch try await presence(cluster, topic) {
            case .absent: return nil
            case .present: return "topic \(topic) exists on \(cluster) by now"
            case .unreadable(let reason): throw Self.unreadable(cluster, topic, reason)
            }
        case .topicId(let cluster, let topic, let expected):
            return try await difference(cluster, topic) { found in
                found.topicId == expected ? nil : "was recreated: its id is \(found.topicId ?? "unknown")"
            }
        case .partitionCount(let cluster, let topic, let expected):
            return try await difference(cluster, topic) { found in
                found.partitionCount == expected
                    ? nil : "has \(counted(found.partitionCount, "partition")) instead of \(expected)"
            }
        }
    }

    private func difference(
        _ cluster: String, _ topic: String, _ compare: (LiveTopic) -> String?
    ) async throws(StepFailure) -> String? {
        switch try await presence(cluster, topic) {
        case .absent: return "topic \(topic) on \(cluster) is gone"
        case .present(let found): return compare(found).map { "topic \(topic) on \(cluster) \($0)" }
        case .unreadable(let reason): throw Self.unreadable(cluster, topic, reason)
        }
    }

    private func presence(_ cluster: String, _ topic: String) async throws(StepFailure) -> TopicPresence {
        try await ask(cluster) { (source) throws(ClientError) in try await source.topic(topic) }
    }

    private func ask<Value: Sendable>(
        _ cluster: String, _ question: (SourceView) async throws(ClientError) -> Value
    ) async throws(StepFailure) -> Value {
        guard let client = clients[cluster] else { throw StepFailure("cluster \(cluster) is not declared.") }
        return try await StepFailure.of { () async throws(ClientError) in try await question(SourceView(client)) }
    }

    /// A topic about which the cluster says nothing.
    static func unreadable(_ cluster: String, _ topic: String, _ reason: String) -> StepFailure {
        StepFailure("topic \(topic) on \(cluster) cannot be read: \(reason). Grant Describe on it.")
    }
}
