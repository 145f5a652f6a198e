import Bytes
import KafkaModel
import KafkaProtocol

extension ClusterClient {
    /// Most topics in one such question.
    private static let topicsPerQuestion = 200
    /// A partition that no topic has.
    private static let noPartition = Int32.max
    /// Last versions of Produce and Fetch that name topics by name: only those can ask about one that does not exist.
    private static let lastProduceByName: Int16 = 12
    private static let lastFetchByName: Int16 = 12

    /// Whether this client's principal would be permitted an operation on topics that do not exist, or that it may not
    /// describe.
    ///
    /// A cluster tells permissions only of topics that exist. But every broker looks at the right first and at the
    /// topic afterwards: asked for a record of a partition that no topic has, or to check and not do something, it
    /// answers that the right is missing or that the topic is. Neither changes anything, not even if the topic is made
    /// in between.
    ///
    /// - Returns: whether it is permitted, by topic; a topic of which this is not known is left out.
    package func permits(
        _ operation: AclOperation, onAbsent topics: some Collection<String>
    ) async throws(ClientError) -> [String: Bool] {
        var permitted: [String: Bool] = [:]
        var rest = topics.sorted()[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(Self.topicsPerQuestion))
            rest = rest.dropFirst(Self.topicsPerQuestion)
            let answers = try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
                try await client.codes(operation, batch)
            }
            for (topic, code) in answers { permitted[topic] = Self.isPermission(ErrorCode(code)) }
        }
        return permitted
    }

    /// What an answer says about the right; nil for nothing.
    private static func isPermission(_ code: ErrorCode) -> Bool? {
        switch code {
        case .topicAuthorizationFailed, .clusterAuthorizationFailed: false
        case .noError, .unknownTopicOrPartition, .topicAlreadyExists, .invalidReplicationFactor, .policyViolation,
            .invalidPartitions, .invalidConfig:
            true
        default: nil
        }
    }

    /// The code that each topic is answered with; none for operations that cannot be asked about this way.
    private func codes(
        _ operation: AclOperation, _ topics: [String]
    ) async throws(ClientError) -> [(String, Int16)] {
        switch operation {
        case .read: try await fetchCodes(topics)
        case .write: try await produceCodes(topics)
        case .create:
            try await sendToController(createQuestion(topics)).topics.map { ($0.name, $0.errorCode) }
        case .alter:
            try await sendToController(growQuestion(topics)).results.map { ($0.name, $0.errorCode) }
        case .describeConfigs:
            try await sendToAny(configsQuestion(topics)).results.map { ($0.resourceName, $0.errorCode) }
        case .alterConfigs:
            try await sendToController(alterQuestion(topics)).responses.map { ($0.resourceName, $0.errorCode) }
        default: []
        }
    }

    // MARK: Questions

    private func fetchCodes(_ topics: [String]) async throws(ClientError) -> [(String, Int16)] {
        var request = FetchRequest()
        request.topics = topics.map { name in
            FetchRequest.FetchTopic {
                $0.topic = name
                $0.partitions = [FetchRequest.FetchPartition { $0.partition = Self.noPartition }]
            }
        }
        let response = try await sendToAny(request, maximumVersion: Self.lastFetchByName)
        return response.responses.flatMap { topic in topic.partitions.map { (topic.topic, $0.errorCode) } }
    }

    private func produceCodes(_ topics: [String]) async throws(ClientError) -> [(String, Int16)] {
        var request = ProduceRequest()
        request.acks = 1
        request.timeoutMs = brokerTimeoutMs
        request.topicData = topics.map { name in
            ProduceRequest.TopicProduceData {
                $0.name = name
                $0.partitionData = [
                    ProduceRequest.PartitionProduceData {
                        $0.index = Self.noPartition
                        $0.records = ByteSlice([])
                    }
                ]
            }
        }
        let response = try await sendToAny(request, maximumVersion: Self.lastProduceByName)
        return response.responses.flatMap { topic in topic.partitionResponses.map { (topic.name, $0.errorCode) } }
    }

    private func createQuestion(_ topics: [String]) -> CreateTopicsRequest {
        CreateTopicsRequest {
            $0.topics = topics.map { name in
                CreateTopicsRequest.CreatableTopic {
                    $0.name = name
                    $0.numPartitions = 1
                    $0.replicationFactor = -1
                }
            }
            $0.timeoutMs = brokerTimeoutMs
            $0.validateOnly = true
        }
    }

    private func growQuestion(_ topics: [String]) -> CreatePartitionsRequest {
        CreatePartitionsRequest {
            $0.topics = topics.map { name in
                CreatePartitionsRequest.CreatePartitionsTopic {
                    $0.name = name
                    $0.count = 1
                    $0.assignments = nil
                }
            }
            $0.timeoutMs = brokerTimeoutMs
            $0.validateOnly = true
        }
    }

    private func configsQuestion(_ topics: [String]) -> DescribeConfigsRequest {
        DescribeConfigsRequest {
            $0.resources = topics.map { name in
                DescribeConfigsRequest.DescribeConfigsResource {
                    $0.resourceType = ConfigResource.topic
                    $0.resourceName = name
                    $0.configurationKeys = ["cleanup.policy"]
                }
            }
        }
    }

    private func alterQuestion(_ topics: [String]) -> IncrementalAlterConfigsRequest {
        IncrementalAlterConfigsRequest {
            $0.resources = topics.map { name in
                IncrementalAlterConfigsRequest.AlterConfigsResource {
                    $0.resourceType = ConfigResource.topic
                    $0.resourceName = name
                    $0.configs = [
                        IncrementalAlterConfigsRequest.AlterableConfig {
                            $0.name = "retention.ms"
                            $0.configOperation = 0
                            $0.value = "-1"
                        }
                    ]
                }
            }
            $0.validateOnly = true
        }
    }
}
