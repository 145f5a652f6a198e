import KafkaConnection
import KafkaProtocol
import TestSupport
import Testing

/// Topics and configs, asked of the embedded broker and of real ones: codes and texts must be the same.
@Suite("Topic conformance", .timeLimit(.minutes(5)), .serialized)
struct TopicConformanceTests {
    private static func create(
        _ session: Session, _ name: String, partitions: Int32 = 1, replicas: Int16 = 1,
        configs: [String: String?] = [:],
        validateOnly: Bool = false
    ) async throws -> CreateTopicsResponse.CreatableTopicResult {
        let response = try await session.connection.send(
            CreateTopicsRequest {
                $0.validateOnly = validateOnly
                $0.topics = [
                    CreateTopicsRequest.CreatableTopic {
                        $0.name = name
                        $0.numPartitions = partitions
                        $0.replicationFactor = replicas
                        $0.configs = configs.map { config in
                            CreateTopicsRequest.CreatableTopicConfig {
                                $0.name = config.key
                                $0.value = config.value
                            }
                        }
                    }
                ]
            })
        return try present(response.topics.first)
    }

    @Test(arguments: ConformanceCluster.all)
    func `says why a topic cannot be created`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let taken = try await session.newTopic("taken.name")
            let long = String(repeating: "x", count: 250)
            let folded = taken.replacing(".", with: "_")
            typealias Case = (String, Int32, Int16, [String: String?])
            let cases: [(Case, ErrorCode, String)] = [
                ((taken, 1, 1, [:]), .topicAlreadyExists, "Topic '\(taken)' already exists."),
                (
                    (folded, 1, 1, [:]), .invalidTopicException,
                    "Topic '\(folded)' collides with existing topic: \(taken)"
                ),
                (
                    ("a b", 1, 1, [:]), .invalidTopicException,
                    "Topic name is invalid: 'a b' contains one or more characters other than ASCII "
                        + "alphanumerics, '.', '_' and '-'"
                ),
                (
                    ("", 1, 1, [:]), .invalidTopicException,
                    "Topic name is invalid: the empty string is not allowed"
                ),
                (
                    ("..", 1, 1, [:]), .invalidTopicException,
                    "Topic name is invalid: '..' is not allowed"
                ),
                (
                    (long, 1, 1, [:]), .invalidTopicException,
                    "Topic name is invalid: the length of '\(long)' is longer than the max allowed length 249"
                ),
                (
                    ("fine", 0, 1, [:]), .invalidPartitions,
                    "Number of partitions was set to an invalid non-positive value."
                ),
                (
                    ("fine", -2, 1, [:]), .invalidPartitions,
                    "Number of partitions was set to an invalid non-positive value."
                ),
                (
                    ("fine", 1, 0, [:]), .invalidReplicationFactor,
                    "Replication factor must be larger than 0, or -1 to use the default value."
                ),
                (
                    ("fine", 1, 3, [:]), .invalidReplicationFactor,
                    "Unable to replicate the partition 3 time(s): The target replication factor of 3 cannot be "
                        + "reached because only 1 broker(s) are registered or some brokers have all their log "
                        + "directories cordoned."
                ),
                (
                    ("fine", 1, 1, ["no.such": "1"]), .invalidConfig,
                    "Unknown topic config name: no.such"
                ),
                (
                    ("fine", 1, 1, ["retention.ms": "soon"]), .invalidConfig,
                    "Invalid value soon for configuration retention.ms: Not a number of type LONG"
                ),
                (
                    ("fine", 1, 1, ["retention.ms": "-2"]), .invalidConfig,
                    "Invalid value -2 for configuration retention.ms: Value must be at least -1"
                ),
                (
                    ("fine", 1, 1, ["cleanup.policy": "burn"]), .invalidConfig,
                    "Invalid value burn for configuration cleanup.policy: String must be one of: compact, delete"
                ),
                (
                    ("fine", 1, 1, ["message.timestamp.type": "Never"]), .invalidConfig,
                    "Invalid value Never for configuration message.timestamp.type: String must be one of: "
                        + "CreateTime, LogAppendTime"
                ),
                (
                    ("fine", 1, 1, ["unclean.leader.election.enable": "maybe"]), .invalidConfig,
                    "Invalid value maybe for configuration unclean.leader.election.enable: Expected value to be "
                        + "either true or false"
                ),
                (
                    ("fine", 1, 1, ["min.cleanable.dirty.ratio": "7"]), .invalidConfig,
                    "Invalid value 7.0 for configuration min.cleanable.dirty.ratio: Value must be no more than 1"
                ),
                (
                    ("fine", 1, 1, ["retention.ms": nil]), .invalidConfig,
                    "Null value not supported for topic configs: retention.ms"
                ),
            ]
            for (wanted, code, message) in cases {
                let result = try await Self.create(
                    session, wanted.0, partitions: wanted.1, replicas: wanted.2, configs: wanted.3)
                #expect(ErrorCode(result.errorCode) == code, "\(wanted)")
                #expect(result.errorMessage == message, "\(wanted)")
            }
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `validates without creating, and creates with configs`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let name = uniqueName("valid")
            let configs = ["retention.ms": "1000", "cleanup.policy": "compact,delete"]
            let dry = try await Self.create(session, name, partitions: 3, configs: configs, validateOnly: true)
            #expect(dry.errorCode == 0)
            #expect(dry.topicId != .zero)
            #expect(dry.numPartitions == 3)
            #expect(dry.replicationFactor == 1)
            let real = try await Self.create(session, name, partitions: 3, replicas: -1, configs: configs)
            #expect(real.errorCode == 0)
            #expect(real.errorMessage == nil)
            #expect(real.topicId != .zero)
            let set = (real.configs ?? []).filter { $0.configSource == 1 }.map { "\($0.name)=\($0.value ?? "")" }
            #expect(set.sorted() == ["cleanup.policy=compact,delete", "retention.ms=1000"])
        }
    }

    private static func grow(
        _ session: Session, _ topic: String, to count: Int32, assignments: [[Int32]]? = nil, validateOnly: Bool = false
    ) async throws -> CreatePartitionsResponse.CreatePartitionsTopicResult {
        let response = try await session.connection.send(
            CreatePartitionsRequest {
                $0.validateOnly = validateOnly
                $0.timeoutMs = 5_000
                $0.topics = [
                    CreatePartitionsRequest.CreatePartitionsTopic {
                        $0.name = topic
                        $0.count = count
                        $0.assignments = assignments?.map { ids in
                            CreatePartitionsRequest.CreatePartitionsAssignment { $0.brokerIds = ids }
                        }
                    }
                ]
            })
        return try present(response.results.first)
    }

    @Test(arguments: ConformanceCluster.all)
    func `adds partitions and deletes topics`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("grown", partitions: 2)
            let refused: [(String, Int32, ErrorCode, String?)] = [
                (topic, 2, .invalidPartitions, "Topic already has 2 partition(s)."),
                (
                    topic, 1, .invalidPartitions,
                    "The topic \(topic) currently has 2 partition(s); 1 would not be an increase."
                ),
                (
                    topic, -1, .invalidPartitions,
                    "The topic \(topic) currently has 2 partition(s); -1 would not be an increase."
                ),
                ("no-such-topic", 4, .unknownTopicOrPartition, nil),
            ]
            for (name, count, code, message) in refused {
                let result = try await Self.grow(session, name, to: count)
                #expect(ErrorCode(result.errorCode) == code)
                #expect(result.errorMessage == message)
            }
            #expect(try await Self.grow(session, topic, to: 5, validateOnly: true).errorCode == 0)
            #expect(ErrorCode(try await session.latest(topic, 2).errorCode) == .unknownTopicOrPartition)
            let odd = try await Self.grow(session, topic, to: 4, assignments: [[1]])
            #expect(ErrorCode(odd.errorCode) == .invalidReplicaAssignment)
            #expect(
                odd.errorMessage
                    == "Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.")
            #expect(try await Self.grow(session, topic, to: 4).errorCode == 0)
            try await waitUntil("the new partition answers") { try await session.latest(topic, 3).errorCode == 0 }
            let deleted = try await session.connection.send(
                DeleteTopicsRequest {
                    $0.timeoutMs = 5_000
                    $0.topics = [
                        DeleteTopicsRequest.DeleteTopicState { $0.name = topic },
                        DeleteTopicsRequest.DeleteTopicState { $0.name = "no-such-topic" },
                        DeleteTopicsRequest.DeleteTopicState { $0.topicId = KafkaUUID(high: 1, low: 2) },
                    ]
                })
            let texts = deleted.responses.map {
                "\($0.name == topic ? "TOPIC" : $0.name ?? "nil") \(ErrorCode($0.errorCode)) "
                    + ($0.errorMessage ?? "nil")
            }
            #expect(
                texts.sorted() == [
                    "TOPIC NONE (0) nil",
                    "nil UNKNOWN_TOPIC_ID (100) This server does not host this topic ID.",
                    "no-such-topic UNKNOWN_TOPIC_OR_PARTITION (3) This server does not host this topic-partition.",
                ])
            try await waitUntil("the topic is gone") {
                ErrorCode(try await session.latest(topic).errorCode) == .unknownTopicOrPartition
            }
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `tells metadata by name, by id, of none and of all`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("meta", partitions: 2)
            let asked = try await session.connection.send(
                MetadataRequest {
                    $0.allowAutoTopicCreation = true
                    $0.includeTopicAuthorizedOperations = true
                    $0.topics = [topic, "no-such-topic", "bad name"].map { name in
                        MetadataRequest.MetadataRequestTopic { $0.name = name }
                    }
                })
            let texts = asked.topics.map {
                "\($0.name == topic ? "TOPIC" : $0.name ?? "nil") \(ErrorCode($0.errorCode).name) "
                    + "\($0.partitions.count) "
                    + "\($0.topicAuthorizedOperations) \($0.isInternal)"
            }
            #expect(
                texts.sorted() == [
                    "TOPIC NONE 2 3576 false", "bad name INVALID_TOPIC_EXCEPTION 0 3576 false",
                    "no-such-topic UNKNOWN_TOPIC_OR_PARTITION 0 3576 false",
                ])
            let partitions = asked.topics.first { $0.name == topic }?.partitions ?? []
            #expect(partitions.map(\.leaderEpoch) == [0, 0])
            #expect(partitions.map(\.isrNodes) == [[1], [1]])
            let byId = try await session.connection.send(
                MetadataRequest {
                    $0.topics = [
                        MetadataRequest.MetadataRequestTopic {
                            $0.name = nil
                            $0.topicId = KafkaUUID(high: 3, low: 4)
                        }
                    ]
                })
            let found = byId.topics.map { "\($0.name ?? "nil") \(ErrorCode($0.errorCode).name) \($0.topicId)" }
            #expect(found == ["nil UNKNOWN_TOPIC_ID AAAAAAAAAAMAAAAAAAAABA"])
            let none = try await session.connection.send(MetadataRequest { $0.topics = [] })
            #expect(none.topics.isEmpty)
            #expect(none.brokers.map(\.nodeId) == [1])
            let all = try await session.connection.send(MetadataRequest { $0.topics = nil })
            #expect(all.topics.contains { $0.name == topic })
            let described = try await session.connection.send(
                DescribeClusterRequest { $0.includeClusterAuthorizedOperations = true })
            #expect(described.brokers.map(\.brokerId) == [1])
            #expect(described.controllerId == 1)
            #expect(described.clusterId == all.clusterId)
            #expect(described.clusterAuthorizedOperations == 8_096)
        }
    }
}
