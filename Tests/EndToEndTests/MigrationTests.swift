import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// The migration guide of Cluster Linking's users, step by step, over secured connections with an authorizer.
    @Suite("Migration from Cluster Linking", .serialized, .timeLimit(.minutes(10)))
    struct MigrationTests {
        private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("examples/migrate-from-cluster-linking")

        /// How both clusters are spoken to.
        enum Way: String, CaseIterable, CustomTestStringConvertible, Sendable {
            case plain = "PLAIN"
            case scram = "SCRAM-SHA-512"
            case oauth = "OAUTHBEARER"
            case certificates

            var testDescription: String { rawValue }
            var listener: SecuredListener { self == .certificates ? .mutual : .secure }
        }

        @Test(arguments: Way.allCases) func `every step works, as Kafka's own tools see it`(way: Way) async throws {
            let kafka = try KafkaInstallation.required()
            let source = try await SharedClusters.secured(kafka, .source)
            let destination = try await SharedClusters.secured(kafka, .destination)
            let copy = try TemporaryDirectory("migration")
            try Self.copyFolder(to: copy)
            try copy.write("source.config", await Self.config(source, way) + Self.linkConfigs)
            try copy.write("destination.config", await Self.config(destination, way))
            let run = try await CommandRun.run(
                ["bash", copy.file("walkthrough.sh")],
                environment: [
                    "KAFKA_HOME": kafka.home, "LOCKSTEP": "\(builtProducts)/lockstep",
                    "LOCKSTEP_STATE_DIR": copy.file("state"),
                ], within: .seconds(300))
            #expect(run.exitCode == 0, "\(run.output)\n\(run.errorOutput)")
            #expect(WorkerFiles.runningWorkers(in: copy.file("state")) == [])
        }

        /// The example as it is shipped, with names of its own on clusters that others use too.
        private static func copyFolder(to copy: TemporaryDirectory) throws {
            let suffix = uniqueName("x")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            for name in names where !name.hasSuffix(".config") {
                var text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
                for word in ["test-topic", "test-group", "test-cluster-link"] {
                    text = text.replacingOccurrences(of: word, with: "\(word)-\(suffix)")
                }
                try copy.write(name, text)
            }
        }

        private static let linkConfigs = """
            auto.create.mirror.topics.enable=true
            consumer.offset.sync.enable=true
            consumer.offset.sync.ms=1000
            acl.sync.enable=true
            acl.sync.ms=1000
            metadata.max.age.ms=1000

            """

        private static func config(_ cluster: SecuredCluster, _ way: Way) async throws -> String {
            var properties = try await cluster.clientProperties("admin", way.listener, mechanism: way.rawValue)
            properties["bootstrap.servers"] = cluster.servers(way.listener)
            return properties.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
        }
    }
}
