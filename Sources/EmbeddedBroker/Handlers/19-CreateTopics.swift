import KafkaProtocol

/// Creates topics; with `validateOnly` says what would come of it.
///
/// There is one broker, so the replication factor is 1 or -1 (the default). Errors carry the text of real brokers.
enum CreateTopicsHandler: RequestHandler {
    typealias Request = CreateTopicsRequest

    static func answer(
        _ request: CreateTopicsRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> CreateTopicsResponse {
        let names = request.topics.map(\.name)
        let mayCreateAll = broker.isAllowed(.create, .cluster, context)
        return CreateTopicsResponse {
            $0.topics = request.topics.map { wanted in
                do throws(AdminRefusal) {
                    if names.count(where: { $0 == wanted.name }) > 1 {
                        throw AdminRefusal(.invalidRequest, "Duplicate topic name.")
                    }
                    guard mayCreateAll || broker.isAllowed(.create, .topic(wanted.name), context) else {
                        throw AdminRefusal(.topicAuthorizationFailed, "Authorization failed.")
                    }
                    let topic = try topic(for: wanted, broker)
                    if !request.validateOnly { broker.topics.add(topic) }
                    let tellsConfigs = broker.isAllowed(.describeConfigs, .topic(topic.name), context)
                    return tellsConfigs ? result(topic) : withoutConfigs(result(topic))
                } catch {
                    return failed(wanted.name, error)
                }
            }
        }
    }

    static func refusal(_ request: CreateTopicsRequest, _ code: ErrorCode) -> CreateTopicsResponse {
        CreateTopicsResponse {
            $0.topics = request.topics.map { failed($0.name, AdminRefusal(code)) }
        }
    }

    private static func topic(
        for wanted: CreateTopicsRequest.CreatableTopic, _ broker: isolated EmbeddedBroker
    ) throws(AdminRefusal) -> Topic {
        if broker.topics[wanted.name] != nil {
            throw AdminRefusal(.topicAlreadyExists, "Topic '\(wanted.name)' already exists.")
        }
        if let complaint = Topic.complaint(aboutName: wanted.name) {
            throw AdminRefusal(.invalidTopicException, complaint)
        }
        try checkCollision(wanted.name, broker)
        let count = try partitionCount(wanted, broker)
        guard broker.topics.partitionCount + count <= broker.options.maximumPartitions else {
            throw AdminRefusal(
                .policyViolation, "The broker holds at most \(broker.options.maximumPartitions) partitions.")
        }
        let configs = try TopicConfigs(wanted.configs.map { ($0.name, $0.value) })
        return Topic(name: wanted.name, id: broker.randomId(), configs: configs, partitionCount: count)
    }

    /// Names that differ in '.' and '_' only would share metric names.
    private static func checkCollision(_ name: String, _ broker: isolated EmbeddedBroker) throws(AdminRefusal) {
        let folded = name.replacing(".", with: "_")
        let others = broker.topics.names.filter { $0.replacing(".", with: "_") == folded }
        guard others.isEmpty else {
            throw AdminRefusal(
                .invalidTopicException,
                "Topic '\(name)' collides with existing topic: \(others.joined(separator: ", "))")
        }
    }

    private static func partitionCount(
        _ wanted: CreateTopicsRequest.CreatableTopic, _ broker: isolated EmbeddedBroker
    ) throws(AdminRefusal) -> Int {
        if !wanted.assignments.isEmpty { return try assignedCount(wanted, broker) }
        guard wanted.replicationFactor > 0 || wanted.replicationFactor == -1 else {
            throw AdminRefusal(
                .invalidReplicationFactor,
                "Replication factor must be larger than 0, or -1 to use the default value.")
        }
        guard wanted.numPartitions > 0 || wanted.numPartitions == -1 else {
            throw AdminRefusal(
                .invalidPartitions, "Number of partitions was set to an invalid non-positive value.")
        }
        guard wanted.replicationFactor <= 1 else {
            throw AdminRefusal(
                .invalidReplicationFactor,
                "Unable to replicate the partition \(wanted.replicationFactor) time(s): The target replication "
                    + "factor of \(wanted.replicationFactor) cannot be reached because only 1 broker(s) are "
                    + "registered or some brokers have all their log directories cordoned.")
        }
        return Int(wanted.numPartitions == -1 ? broker.options.defaultPartitions : wanted.numPartitions)
    }

    private static func assignedCount(
        _ wanted: CreateTopicsRequest.CreatableTopic, _ broker: isolated EmbeddedBroker
    ) throws(AdminRefusal) -> Int {
        guard wanted.numPartitions == -1, wanted.replicationFactor == -1 else {
            throw AdminRefusal(
                .invalidRequest,
                "A manual partition assignment was specified, but numPartitions or replicationFactor was not set "
                    + "to -1.")
        }
        let indexes = wanted.assignments.map(\.partitionIndex).sorted()
        guard indexes == Array(0..<Int32(indexes.count)),
            wanted.assignments.allSatisfy({ $0.brokerIds == [broker.options.nodeId] })
        else {
            throw AdminRefusal(
                .invalidReplicaAssignment,
                "The manual partition assignment includes a broker that is not registered, or partitions that are "
                    + "not a consecutive 0-based integer sequence.")
        }
        return indexes.count
    }

    private static func result(_ topic: Topic) -> CreateTopicsResponse.CreatableTopicResult {
        CreateTopicsResponse.CreatableTopicResult {
            $0.name = topic.name
            // With `validateOnly`, too, real brokers tell an id.
            $0.topicId = topic.id
            $0.errorMessage = nil
            $0.numPartitions = Int32(topic.partitions.count)
            $0.replicationFactor = 1
            $0.configs = TopicConfigDefinition.all.map { definition in
                CreateTopicsResponse.CreatableTopicConfigs {
                    $0.name = definition.name
                    $0.value = topic.configs.value(definition.name)
                    $0.configSource = ConfigSource(definition.name, topic.configs).rawValue
                }
            }
        }
    }

    /// For clients that may create a topic and not read its configs.
    private static func withoutConfigs(
        _ result: CreateTopicsResponse.CreatableTopicResult
    ) -> CreateTopicsResponse.CreatableTopicResult {
        var result = result
        result.topicConfigErrorCode = ErrorCode.topicAuthorizationFailed.rawValue
        result.configs = nil
        result.numPartitions = -1
        result.replicationFactor = -1
        return result
    }

    private static func failed(
        _ name: String, _ refusal: AdminRefusal
    ) -> CreateTopicsResponse.CreatableTopicResult {
        CreateTopicsResponse.CreatableTopicResult {
            $0.name = name
            $0.errorCode = refusal.code.rawValue
            $0.errorMessage = refusal.message
            $0.configs = nil
        }
    }
}
