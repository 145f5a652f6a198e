import KafkaConnection
import KafkaProtocol
import TestSupport
import Testing

/// Topic configs, asked of the embedded broker and of real ones: codes and texts must be the same.
@Suite("Config conformance", .timeLimit(.minutes(5)), .serialized)
struct ConfigConformanceTests {
    private static func describe(
        _ session: Session, _ type: Int8, _ name: String, keys: [String]? = nil, synonyms: Bool = false
    ) async throws -> DescribeConfigsResponse.DescribeConfigsResult {
        let response = try await session.connection.send(
            DescribeConfigsRequest {
                $0.includeSynonyms = synonyms
                $0.resources = [
                    DescribeConfigsRequest.DescribeConfigsResource {
                        $0.resourceType = type
                        $0.resourceName = name
                        $0.configurationKeys = keys
                    }
                ]
            })
        return try present(response.results.first)
    }

    /// Name, value, source, type and synonyms of every topic config, but for `min.insync.replicas`, of which real
    /// clusters keep a default of their own.
    private static let described = """
        cleanup.policy=delete source 5 type 7 5 log.cleanup.policy=delete
        compression.gzip.level=-1 source 5 type 3 5 compression.gzip.level=-1
        compression.lz4.level=9 source 5 type 3 5 compression.lz4.level=9
        compression.type=producer source 5 type 2 5 compression.type=producer
        compression.zstd.level=3 source 5 type 3 5 compression.zstd.level=3
        delete.retention.ms=86400000 source 5 type 5 5 log.cleaner.delete.retention.ms=86400000
        file.delete.delay.ms=60000 source 5 type 5 5 log.segment.delete.delay.ms=60000
        flush.messages=9223372036854775807 source 5 type 5 5 log.flush.interval.messages=9223372036854775807
        flush.ms=9223372036854775807 source 5 type 5
        follower.replication.throttled.replicas= source 5 type 7
        index.interval.bytes=4096 source 5 type 3 5 log.index.interval.bytes=4096
        leader.replication.throttled.replicas= source 5 type 7
        local.retention.bytes=-2 source 5 type 5 5 log.local.retention.bytes=-2
        local.retention.ms=-2 source 5 type 5 5 log.local.retention.ms=-2
        max.compaction.lag.ms=9223372036854775807 source 5 type 5 \
        5 log.cleaner.max.compaction.lag.ms=9223372036854775807
        max.message.bytes=5000 source 1 type 3 1 max.message.bytes=5000, 5 message.max.bytes=1048588
        message.timestamp.after.max.ms=3600000 source 5 type 5 5 log.message.timestamp.after.max.ms=3600000
        message.timestamp.before.max.ms=9223372036854775807 source 5 type 5 \
        5 log.message.timestamp.before.max.ms=9223372036854775807
        message.timestamp.type=CreateTime source 5 type 2 5 log.message.timestamp.type=CreateTime
        min.cleanable.dirty.ratio=0.5 source 5 type 6 5 log.cleaner.min.cleanable.ratio=0.5
        min.compaction.lag.ms=0 source 5 type 5 5 log.cleaner.min.compaction.lag.ms=0
        preallocate=false source 5 type 1 5 log.preallocate=false
        remote.log.copy.disable=false source 5 type 1
        remote.log.delete.on.disable=false source 5 type 1
        remote.storage.enable=false source 5 type 1
        retention.bytes=-1 source 5 type 5 5 log.retention.bytes=-1
        retention.ms=1000 source 1 type 5 1 retention.ms=1000
        segment.bytes=1073741824 source 5 type 3 5 log.segment.bytes=1073741824
        segment.index.bytes=10485760 source 5 type 3 5 log.index.size.max.bytes=10485760
        segment.jitter.ms=0 source 5 type 5
        segment.ms=604800000 source 5 type 5
        unclean.leader.election.enable=false source 5 type 1 5 unclean.leader.election.enable=false
        """

    @Test(arguments: ConformanceCluster.all)
    func `describes every topic config with value, source, type and synonyms`(_ cluster: ConformanceCluster)
        async throws
    {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("configs", ["retention.ms": "1000", "max.message.bytes": "5000"])
            let result = try await Self.describe(session, 2, topic, synonyms: true)
            #expect(result.errorCode == 0)
            #expect(result.configs.count == 33)
            let lines = result.configs.filter { $0.name != "min.insync.replicas" }.map { config in
                let synonyms = config.synonyms.map { " \($0.source) \($0.name)=\($0.value ?? "nil")" }
                #expect(!config.readOnly && !config.isSensitive)
                return "\(config.name)=\(config.value ?? "nil") source \(config.configSource) type "
                    + "\(config.configType)\(synonyms.joined(separator: ","))"
            }
            #expect(lines.sorted() == Self.described.split(separator: "\n").map(String.init).sorted())
            let some = try await Self.describe(session, 2, topic, keys: ["retention.ms", "nonsense"])
            #expect(some.configs.map(\.name) == ["retention.ms"])
            let unknown = try await Self.describe(session, 2, "no-such-topic")
            #expect(ErrorCode(unknown.errorCode) == .unknownTopicOrPartition)
            #expect(unknown.errorMessage == "")
        }
    }

    private static func alter(
        _ session: Session, _ topic: String, _ changes: [(Int8, String, String?)], validateOnly: Bool = false
    ) async throws -> IncrementalAlterConfigsResponse.AlterConfigsResourceResponse {
        let response = try await session.connection.send(
            IncrementalAlterConfigsRequest {
                $0.validateOnly = validateOnly
                $0.resources = [
                    IncrementalAlterConfigsRequest.AlterConfigsResource {
                        $0.resourceType = 2
                        $0.resourceName = topic
                        $0.configs = changes.map { change in
                            IncrementalAlterConfigsRequest.AlterableConfig {
                                $0.configOperation = change.0
                                $0.name = change.1
                                $0.value = change.2
                            }
                        }
                    }
                ]
            })
        return try present(response.responses.first)
    }

    @Test(arguments: ConformanceCluster.all)
    func `alters configs: set, delete, append, subtract, all or none`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("altered", ["retention.ms": "1000"])
            func value(_ name: String) async throws -> String {
                let result = try await Self.describe(session, 2, topic, keys: [name])
                return "\(result.configs.first?.value ?? "nil") \(result.configs.first?.configSource ?? -1)"
            }
            func settled(_ name: String, _ expected: String) async throws {
                try await waitUntil("\(name) is \(expected)") { try await value(name) == expected }
            }
            #expect(try await Self.alter(session, topic, [(0, "retention.ms", "7")], validateOnly: true).errorCode == 0)
            #expect(try await value("retention.ms") == "1000 1")
            #expect(try await Self.alter(session, topic, [(2, "cleanup.policy", "compact")]).errorCode == 0)
            try await settled("cleanup.policy", "delete,compact 1")
            #expect(try await Self.alter(session, topic, [(3, "cleanup.policy", "delete")]).errorCode == 0)
            try await settled("cleanup.policy", "compact 1")
            #expect(
                try await Self.alter(session, topic, [(1, "cleanup.policy", nil), (0, "retention.ms", "9")]).errorCode
                    == 0)
            try await settled("cleanup.policy", "delete 5")
            try await settled("retention.ms", "9 1")
            let refused: [([(Int8, String, String?)], String)] = [
                (
                    [(0, "retention.ms", "10"), (0, "no.such", "1")],
                    "INVALID_CONFIG (40) Unknown topic config name: no.such"
                ),
                (
                    [(0, "retention.ms", "x")],
                    "INVALID_CONFIG (40) Invalid value x for configuration retention.ms: Not a number of type LONG"
                ),
                (
                    [(2, "retention.ms", "5")],
                    "INVALID_CONFIG (40) Can't APPEND to key retention.ms because its type is not LIST."
                ),
                ([(0, "retention.ms", nil)], "INVALID_REQUEST (42) Null value not supported for : retention.ms"),
                ([(9, "retention.ms", "5")], "UNKNOWN_SERVER_ERROR (-1) nil"),
                (
                    [(0, "retention.ms", "5"), (0, "retention.ms", "6")],
                    "INVALID_REQUEST (42) Error due to duplicate config keys"
                ),
            ]
            for (changes, text) in refused {
                let result = try await Self.alter(session, topic, changes)
                #expect("\(ErrorCode(result.errorCode)) \(result.errorMessage ?? "nil")" == text)
            }
            let unknown = try await Self.alter(session, "no-such-topic", [(0, "retention.ms", "5")])
            #expect(ErrorCode(unknown.errorCode) == .unknownTopicOrPartition)
            #expect(unknown.errorMessage == "The topic 'no-such-topic' does not exist.")
            #expect(try await value("retention.ms") == "9 1")
        }
    }
}
