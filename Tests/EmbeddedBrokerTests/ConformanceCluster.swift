import Bytes
import EmbeddedBroker
import EventLoop
import KafkaConnection
import KafkaProtocol
import KafkaRecords
import TestSupport

/// Whom the conformance suites ask: the embedded broker and, where there are any, real ones of 4.x.
enum ConformanceCluster: Sendable, CustomStringConvertible {
    case embedded
    case real(KafkaInstallation)

    static let all: [ConformanceCluster] =
        [.embedded] + KafkaInstallation.all.filter { $0.major >= 4 }.map { .real($0) }

    var description: String {
        switch self {
        case .embedded: "embedded broker"
        case .real(let installation): "\(installation)"
        }
    }

    /// Runs `body` with an embedded broker of its own and a connection to it.
    static func withBroker<Result>(_ body: (EmbeddedBroker, Session) async throws -> Result) async throws -> Result {
        let loop = try EventLoop()
        defer { loop.stop() }
        let broker = try await EmbeddedBroker.start(clusterId: "conformance", loop: loop)
        do {
            let session = try await Session.open(broker.port, loop)
            let result = try await body(broker, session)
            await session.connection.close()
            await broker.stop()
            return result
        } catch {
            await broker.stop()
            throw error
        }
    }

    /// Runs `body` with a connection; an embedded broker lives as long as that.
    func withSession<Result>(_ body: (Session) async throws -> Result) async throws -> Result {
        switch self {
        case .embedded:
            return try await Self.withBroker { _, session in try await body(session) }
        case .real(let installation):
            let loop = try EventLoop()
            defer { loop.stop() }
            let cluster = try await SharedClusters.cluster(installation, .destination)
            let session = try await Session.open(cluster.ports[0], loop)
            let result = try await body(session)
            await session.connection.close()
            return result
        }
    }
}

/// A connection with the questions that conformance tests ask often.
struct Session: Sendable {
    let connection: Connection
    let port: UInt16
    let loop: EventLoop

    static func open(_ port: UInt16, _ loop: EventLoop, clientId: String = "conformance") async throws -> Session {
        let connection = try await Connection.open(
            host: "127.0.0.1", port: port, options: ConnectionOptions(clientId: clientId), on: loop)
        return Session(connection: connection, port: port, loop: loop)
    }

    /// Another connection to the same broker.
    func another(clientId: String = "conformance") async throws -> Session {
        try await Session.open(port, loop, clientId: clientId)
    }

    /// Creates a topic with a name of its own and waits until its leaders answer.
    ///
    /// It keeps its records for ever unless `configs` say otherwise: theirs is some time years ago.
    func newTopic(
        _ prefix: String = "conformance", partitions: Int32 = 1, _ configs: [String: String] = [:]
    ) async throws -> String {
        let name = uniqueName(prefix)
        let kept = configs.merging(["retention.ms": "-1"]) { given, _ in given }
        let response = try await connection.send(
            CreateTopicsRequest {
                $0.topics = [
                    CreateTopicsRequest.CreatableTopic {
                        $0.name = name
                        $0.numPartitions = partitions
                        $0.replicationFactor = 1
                        $0.configs = kept.sorted { $0.key < $1.key }.map { config in
                            CreateTopicsRequest.CreatableTopicConfig {
                                $0.name = config.key
                                $0.value = config.value
                            }
                        }
                    }
                ]
            })
        let code = try present(response.topics.first?.errorCode)
        guard code == 0 else { throw HarnessError("creating \(name): \(ErrorCode(code))") }
        try await waitUntil("\(name) has leaders") {
            for index in 0..<partitions where try await latest(name, index).errorCode != 0 { return false }
            return true
        }
        return name
    }

    /// The partition of ListOffsets; by default the end.
    func latest(
        _ topic: String, _ partition: Int32 = 0, timestamp: Int64 = -1, replicaId: Int32 = -1, isolation: Int8 = 0,
        epoch: Int32 = -1
    ) async throws -> ListOffsetsResponse.ListOffsetsPartitionResponse {
        let response = try await connection.send(
            ListOffsetsRequest {
                $0.replicaId = replicaId
                $0.isolationLevel = isolation
                $0.topics = [
                    ListOffsetsRequest.ListOffsetsTopic {
                        $0.name = topic
                        $0.partitions = [
                            ListOffsetsRequest.ListOffsetsPartition {
                                $0.partitionIndex = partition
                                $0.timestamp = timestamp
                                $0.currentLeaderEpoch = epoch
                            }
                        ]
                    }
                ]
            })
        return try present(response.topics.first?.partitions.first)
    }

    /// Produces to one partition.
    func produce(
        _ records: ByteSlice?, to topic: String, _ partition: Int32 = 0, acks: Int16 = -1,
        transactionalId: String? = nil, maximumVersion: Int16 = 11, timeoutMs: Int32 = 5_000
    ) async throws -> ProduceResponse.PartitionProduceResponse {
        let response = try await connection.send(
            ProduceRequest {
                $0.acks = acks
                $0.timeoutMs = timeoutMs
                $0.transactionalId = transactionalId
                $0.topicData = [
                    ProduceRequest.TopicProduceData {
                        $0.name = topic
                        $0.partitionData = [
                            ProduceRequest.PartitionProduceData {
                                $0.index = partition
                                $0.records = records
                            }
                        ]
                    }
                ]
            }, maximumVersion: maximumVersion)
        return try present(response.responses.first?.partitionResponses.first)
    }

    /// Fetches from one partition without waiting for data.
    func fetch(
        _ topic: String, _ partition: Int32 = 0, from offset: Int64 = 0, isolation: Int8 = 0, maxBytes: Int32 = 1 << 20,
        partitionMaxBytes: Int32 = 1 << 20, maxWaitMs: Int32 = 0, minBytes: Int32 = 1, epoch: Int32 = -1,
        lastFetchedEpoch: Int32 = -1
    ) async throws -> FetchResponse.PartitionData {
        let response = try await connection.send(
            FetchRequest {
                $0.maxWaitMs = maxWaitMs
                $0.minBytes = minBytes
                $0.maxBytes = maxBytes
                $0.isolationLevel = isolation
                $0.topics = [
                    FetchRequest.FetchTopic {
                        $0.topic = topic
                        $0.partitions = [
                            FetchRequest.FetchPartition {
                                $0.partition = partition
                                $0.fetchOffset = offset
                                $0.partitionMaxBytes = partitionMaxBytes
                                $0.currentLeaderEpoch = epoch
                                $0.lastFetchedEpoch = lastFetchedEpoch
                            }
                        ]
                    }
                ]
            }, maximumVersion: 12)
        return try present(response.responses.first?.partitions.first)
    }

    /// The producers that a partition remembers.
    func producers(_ topic: String, _ partition: Int32 = 0) async throws -> [DescribeProducersResponse.ProducerState] {
        let response = try await connection.send(
            DescribeProducersRequest {
                $0.topics = [
                    DescribeProducersRequest.TopicRequest {
                        $0.name = topic
                        $0.partitionIndexes = [partition]
                    }
                ]
            })
        return try present(response.topics.first?.partitions.first?.activeProducers)
    }
}

/// The value, or an error that says that the answer lacks a part.
func present<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw HarnessError("the answer lacks \(Value.self)") }
    return value
}
