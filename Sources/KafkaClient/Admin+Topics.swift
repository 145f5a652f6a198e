import KafkaConnection
import KafkaModel
import KafkaProtocol

extension ClusterClient {
    /// Creates a topic.
    ///
    /// When an attempt ended without an answer, the next one may find the topic it made itself: TOPIC_ALREADY_EXISTS
    /// then does not prove that somebody else made it. Callers who must know look at the topic and their own records.
    ///
    /// - Parameters:
    ///   - name: name of the topic.
    ///   - partitions: how many.
    ///   - replicationFactor: how many replicas; -1 = the cluster's default (Kafka 2.4).
    ///   - configs: settings of the topic.
    /// - Returns: the new topic's id; nil before Kafka 2.8.
    @discardableResult
    package func createTopic(
        _ name: String, partitions: Int, replicationFactor: Int16 = -1, configs: [String: String] = [:]
    ) async throws(ClientError) -> KafkaUUID? {
        var topic = CreateTopicsRequest.CreatableTopic()
        topic.name = name
        topic.numPartitions = Int32(clamping: partitions)
        topic.replicationFactor = replicationFactor
        topic.configs = configs.sorted { $0.key < $1.key }.map { name, value in
            var config = CreateTopicsRequest.CreatableTopicConfig()
            config.name = name
            config.value = value
            return config
        }
        var request = CreateTopicsRequest()
        request.topics = [topic]
        request.timeoutMs = brokerTimeoutMs
        let ask = request
        return try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
            let response = try await client.sendToController(ask)
            guard let answer = response.topics.first(where: { $0.name == name }) else {
                throw client.error(.incomplete(.createTopics, subject: "topic \(name)"))
            }
            try client.check(answer.errorCode, .createTopics, topic: name, answer.errorMessage)
            client.forget(name)
            return answer.topicId == .zero ? nil : answer.topicId
        }
    }

    /// Raises the number of partitions to `total`; refused with INVALID_PARTITIONS when there are as many already.
    package func createPartitions(_ topic: String, total: Int) async throws(ClientError) {
        var entry = CreatePartitionsRequest.CreatePartitionsTopic()
        entry.name = topic
        entry.count = Int32(clamping: total)
        entry.assignments = nil
        var request = CreatePartitionsRequest()
        request.topics = [entry]
        request.timeoutMs = brokerTimeoutMs
        let ask = request
        try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
            let response = try await client.sendToController(ask)
            guard let answer = response.results.first(where: { $0.name == topic }) else {
                throw client.error(.incomplete(.createPartitions, subject: "topic \(topic)"))
            }
            try client.check(answer.errorCode, .createPartitions, topic: topic, answer.errorMessage)
            client.forget(topic)
        }
    }

    /// Deletes a topic with all its records.
    ///
    /// - Parameter id: delete only the topic of this id (KIP-516): one that was recreated meanwhile is left alone and
    ///   the call fails with UNKNOWN_TOPIC_ID. Before Kafka 2.8 the name alone decides.
    package func deleteTopic(_ name: String, id: KafkaUUID? = nil) async throws(ClientError) {
        try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
            var request = DeleteTopicsRequest()
            request.timeoutMs = client.brokerTimeoutMs
            var maximumVersion: Int16 = 5
            if let id, try await client.speaks(DeleteTopicsRequest.self, version: 6) {
                var topic = DeleteTopicsRequest.DeleteTopicState()
                topic.topicId = id
                request.topics = [topic]
                maximumVersion = .max
            } else {
                request.topicNames = [name]
            }
            let response = try await client.sendToController(request, maximumVersion: maximumVersion)
            guard let answer = response.responses.first(where: { $0.name == name || $0.topicId == id }) else {
                throw client.error(.incomplete(.deleteTopics, subject: "topic \(name)"))
            }
            try client.check(answer.errorCode, .deleteTopics, topic: name, answer.errorMessage)
            client.forget(name)
        }
    }

    /// Whether a broker speaks at least `version` of an API.
    ///
    /// - Parameters:
    ///   - broker: which one; nil for the one that answers, as all brokers are taken as equal then.
    ///   - lane: the connection to that one.
    package func speaks<Request: RequestMessage>(
        _ request: Request.Type, version: Int16, broker: Int32? = nil, lane: Lane = .control
    ) async throws(ClientError) -> Bool {
        let connection =
            if let broker { try await connection(to: broker, lane: lane) } else { try await anyConnection() }
        do throws(ConnectionError) {
            return try await connection.negotiated(Request.api) >= version
        } catch {
            if case .unsupportedVersion = error.code { return false }
            throw self.error(.connection(error, brokerId: broker))
        }
    }

    func check(_ code: Int16, _ api: APIKey, topic: String, _ message: String?) throws(ClientError) {
        guard code != 0 else { return }
        forget(topic)
        throw error(.refused(ErrorCode(code), api, subject: "topic \(topic)", message: message))
    }
}
