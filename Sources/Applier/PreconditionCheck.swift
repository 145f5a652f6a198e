import KafkaClient
import KafkaModel
import LinkStore
import Planner

/// Looks again whether what a plan relied on still holds.
struct PreconditionCheck: Sendable {
    /// Clients of all clusters of the plan; only asked.
    let clients: [String: ClusterClient]
    /// The store of the step's destination as it is now; nil before it exists.
    let contents: StoreContents?

    /// Fails with the first precondition that does not hold any more.
    func insist(on preconditions: [Precondition]) async throws(StepFailure) {
        for precondition in preconditions {
            if let change = try await change(precondition) {
                throw StepFailure("\(change), so the plan does not fit any more. Plan again.")
            }
        }
    }

    /// What has changed, as a clause; nil when the precondition holds.
    private func change(_ precondition: Precondition) async throws(StepFailure) -> String? {
        switch precondition {
        case .clusterId(let cluster, let expected):
            let found = try await ask(cluster) { (source) throws(ClientError) in try await source.clusterId() }
            return found == expected ? nil : "cluster \(cluster) reports id \(found ?? "none") instead of \(expected)"
        case .linkAbsent(let link):
            return contents?.links[link] == nil ? nil : "link \(link) exists by now"
        case .linkState(let link, let expected):
            let found = contents?.links[link]?.state
            return found == expected
                ? nil : "link \(link) is \(found?.rawValue ?? "gone") instead of \(expected.rawValue)"
        case .mirrorAbsent(let topic):
            let other = contents?.mirrors.keys.first { $0.topic == topic }
            return other.map { "\(topic) is a mirror topic of link \($0.link) by now" }
        case .mirrorState(let link, let topic, let expected):
            let found = contents?.mirrors[StoreContents.MirrorKey(link: link, topic: topic)]?.state
            return found == expected
                ? nil : "mirror topic \(topic) is \(found?.rawValue ?? "gone") instead of \(expected.rawValue)"
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
