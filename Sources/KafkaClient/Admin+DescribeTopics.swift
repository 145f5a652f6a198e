import EventLoop
import KafkaModel
import KafkaProtocol

extension ClusterClient {
    /// Whether a topic exists, as far as the principal may know: one that it may not describe counts as existing.
    func mayExist(_ topic: String) async throws(ClientError) -> Bool {
        try await metadata([topic]).topics[topic]?.error != .unknownTopicOrPartition
    }

    /// Describes topics by name, each as present, absent or unreadable.
    ///
    /// Only the cluster's answer "unknown topic" counts as absence (design: product.md §4). A topic whose settings the
    /// principal may not read is present without settings.
    ///
    /// - Parameters:
    ///   - names: the topics; each gets an answer.
    ///   - defaults: settings to report even where they are not set on the topic itself.
    ///   - wanted: settings to ask for; nil asks for all. Fewer make a smaller answer.
    package func describeTopics(
        _ names: some Sequence<String>, defaultsOf defaults: Set<String> = [], only wanted: Set<String>? = nil
    ) async throws(ClientError) -> [String: TopicPresence] {
        var found: [String: TopicPresence] = [:]
        let sorted = Set(names).sorted()
        for start in stride(from: 0, to: sorted.count, by: Self.topicsPerRequest) {
            let part = Array(sorted[start..<min(start + Self.topicsPerRequest, sorted.count)])
            for (name, presence) in try await describe(part, defaults, wanted) { found[name] = presence }
        }
        return found
    }

    /// Names of all topics that the principal may see, sorted; what is missing here need not be absent.
    package func listTopicNames() async throws(ClientError) -> [String] {
        try await metadata(nil).topics.filter { $0.value.error.isSuccess }.keys.sorted()
    }

    /// Topics in one request: some 30 settings each make about a megabyte of answer.
    private static let topicsPerRequest = 500

    private func describe(
        _ names: [String], _ defaults: Set<String>, _ wanted: Set<String>?
    ) async throws(ClientError) -> [String: TopicPresence] {
        let answers = try await settledMetadata(names)
        var presences: [String: TopicPresence] = [:]
        for name in names {
            guard let topic = answers[name] else {
                presences[name] = .unreadable("the cluster's answer leaves it out")
                continue
            }
            presences[name] = presence(name, topic)
        }
        let present = presences.filter { if case .present = $0.value { true } else { false } }.keys.sorted()
        guard !present.isEmpty else { return presences }
        let configs = try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
            try await client.configs(of: present, only: wanted)
        }
        for (name, result) in configs {
            guard case .present(var topic) = presences[name] else { continue }
            switch result {
            case .success(let found):
                for (key, config) in found where config.isOverride || defaults.contains(key) {
                    topic.configs[key] = config.value
                    if config.isOverride { topic.overriddenConfigs.insert(key) }
                }
                presences[name] = .present(topic)
            case .failure(let error):
                // Not allowed, or deleted in between: what Metadata said still holds. Anything else is no answer.
                let code = error.errorCode
                if code != .topicAuthorizationFailed && code != .clusterAuthorizationFailed
                    && code != .unknownTopicOrPartition
                {
                    presences[name] = .unreadable("\(error)")
                }
            }
        }
        return presences
    }

    /// Metadata by name, asked again while a topic is just being created or elected.
    private func settledMetadata(
        _ names: [String]
    ) async throws(ClientError) -> [String: ClusterMetadata.Topic] {
        var attempt = 1
        while true {
            let answers = try await metadata(names).topics
            let isSettling = answers.values.contains {
                $0.error.isRetriable && $0.error != .unknownTopicOrPartition
            }
            guard isSettling, attempt < retry.attempts, !Task.isCancelled else { return answers }
            await loop.pause(.milliseconds(retry.pauseMs(after: attempt)))
            attempt += 1
        }
    }

    private func presence(_ name: String, _ topic: ClusterMetadata.Topic) -> TopicPresence {
        if topic.error == .unknownTopicOrPartition { return .absent }
        guard topic.error.isSuccess else {
            let advice = MissingRight.advice(topic.error, .metadata, "topic \(name)").map { "; \($0)" } ?? ""
            return .unreadable("cluster \(self.name) answers \(topic.error): \(topic.error.meaning)\(advice)")
        }
        return .present(
            LiveTopic(
                name: name, topicId: topic.topicId?.description, partitionCount: topic.partitions.count,
                replicationFactor: topic.partitions.first?.replicaCount ?? 0))
    }
}
