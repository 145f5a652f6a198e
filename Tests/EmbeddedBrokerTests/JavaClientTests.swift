import Bytes
import EmbeddedBroker
import Foundation
import KafkaProtocol
import TestSupport
import Testing

/// Kafka's own tools and clients speak to the embedded broker: the newest and the oldest release at hand.
@Suite("Kafka's clients", .enabled(if: KafkaInstallation.isGiven), .timeLimit(.minutes(5)), .serialized)
struct JavaClientTests {
    private static let ends: [KafkaInstallation] = {
        let sorted = KafkaInstallation.all.sorted {
            $0.version.compare($1.version, options: .numeric) == .orderedAscending
        }
        return sorted.count < 2 ? sorted : [sorted[0], sorted[sorted.count - 1]]
    }()

    @Test(arguments: ends)
    func `the tools manage topics, records and groups`(_ installation: KafkaInstallation) async throws {
        try await ConformanceCluster.withBroker { broker, _ in
            let tools = KafkaTools(installation)
            let servers = broker.bootstrap
            _ = try await tools.topics(
                on: servers, "--create", "--topic", "letters", "--partitions", "1", "--config", "retention.ms=9000")
            _ = try await tools.topics(on: servers, "--alter", "--topic", "letters", "--partitions", "2")
            #expect(try await tools.topics(on: servers, "--list") == "letters\n")
            let described = try await tools.topics(on: servers, "--describe", "--topic", "letters")
            #expect(described.contains("PartitionCount: 2") && described.contains("retention.ms=9000"), "\(described)")
            try await tools.produce(
                ["a:1", "b:2", "c:3"], to: "letters", on: servers, separator: ":",
                settings: ["compression.type": "lz4", "acks": "all"])
            let lines = try await tools.consume(3, from: "letters", on: servers)
            #expect(lines.map { $0.suffix(3) }.sorted() == ["a\t1", "b\t2", "c\t3"])
            _ = try await tools.consumerGroups(
                on: servers, "--reset-offsets", "--to-latest", "--group", "readers", "--topic", "letters", "--execute")
            let group = try await tools.consumerGroups(on: servers, "--describe", "--group", "readers")
            let rows = group.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.first == "readers" }
            let committed = rows.compactMap { Int64($0[3]) }
            #expect(committed.count == 2 && committed.reduce(0, +) == 3, "\(group)")
            #expect(rows.allSatisfy { $0[5] == "0" }, "\(group)")
            let groups = try await tools.consumerGroups(on: servers, "--list")
            #expect(groups.contains("readers"), "\(groups)")
            _ = try await tools.consumerGroups(on: servers, "--delete", "--group", "readers")
            _ = try await tools.topics(on: servers, "--delete", "--topic", "letters")
            #expect(await broker.logOffsets("letters") == nil)
        }
    }

    @Test(arguments: ends)
    func `the tools come in over TLS and SASL`(_ installation: KafkaInstallation) async throws {
        try await ListenerSite.embedded(.secure) { site in
            let folder = try TemporaryDirectory("properties")
            let broker = try present(site.broker)
            for mechanism in ["SCRAM-SHA-512", "OAUTHBEARER"] {
                let file = try folder.write(
                    "\(mechanism).properties",
                    """
                    security.protocol=SASL_SSL
                    ssl.truststore.type=PEM
                    ssl.truststore.location=\(site.authority.certificateFile)
                    sasl.mechanism=\(mechanism)
                    sasl.jaas.config=\(SecuredCluster.loginModule("admin", mechanism))
                    """)
                _ = try await KafkaTools(installation).topics(
                    on: broker.bootstrap, "--command-config", file, "--create", "--topic", mechanism, "--partitions",
                    "1")
                #expect(await broker.topicId(mechanism) != nil)
            }
        }
    }

    @Test(arguments: ends.suffix(1))
    func `the tools come in with a certificate of their own`(_ installation: KafkaInstallation) async throws {
        try await ListenerSite.embedded(.mutual) { site in
            let folder = try TemporaryDirectory("properties")
            let broker = try present(site.broker)
            let certificate = try await site.authority.issue(commonName: "admin")
            let keyStore = try folder.write("admin.pem", certificate.keyStore())
            let file = try folder.write(
                "mutual.properties",
                """
                security.protocol=SSL
                ssl.truststore.type=PEM
                ssl.truststore.location=\(site.authority.certificateFile)
                ssl.keystore.type=PEM
                ssl.keystore.location=\(keyStore)
                """)
            _ = try await KafkaTools(installation).topics(
                on: broker.bootstrap, "--command-config", file, "--create", "--topic", "letters", "--partitions", "1")
            #expect(await broker.topicId("letters") != nil)
        }
    }

    @Test(arguments: ends)
    func `the consumers of a group share partitions while they come and go`(
        _ installation: KafkaInstallation
    ) async throws {
        try await ConformanceCluster.withBroker { broker, session in
            #expect(await broker.createTopic("letters", partitions: 2))
            let tools = KafkaTools(installation)
            let arguments = ["--bootstrap-server", broker.bootstrap, "--topic", "letters", "--group", "readers"]
            let group = GroupSession(session: session, groupId: "readers")
            func wait(_ members: Int, withPartitions count: Int) async throws {
                try await waitUntil("\(members) members have \(count) partitions each", within: .seconds(60)) {
                    let described = try await group.describe()
                    // Version, topics, then the name and the partitions: two numbers and their count.
                    let sizes = described.members.map(\.memberAssignment.count)
                    let size = 2 + 4 + 2 + "letters".utf8.count + 4 + 4 * count + 4
                    return described.groupState == "Stable" && sizes == [Int](repeating: size, count: members)
                }
            }
            let first = try tools.start("kafka-console-consumer.sh", arguments)
            try await wait(1, withPartitions: 2)
            let second = try tools.start("kafka-console-consumer.sh", arguments)
            try await wait(2, withPartitions: 1)
            for partition in 0..<2 {
                await broker.appendRecord(value: "letter \(partition)", to: "letters", Int32(partition))
            }
            try await waitUntil("both have read") {
                first.output.contains("letter") && second.output.contains("letter")
            }
            second.signal(SIGTERM)
            try await wait(1, withPartitions: 2)
            first.signal(SIGTERM)
            try await waitUntil("nobody is left", within: .seconds(60)) {
                try await group.describe().groupState == "Empty"
            }
            let offsets = try await group.committed("letters", [0, 1], version: 7)
            #expect(offsets == ["letters 0 1  NONE", "letters 1 1  NONE"])
        }
    }

    @Test(arguments: KafkaInstallation.all.filter { $0.major >= 3 })
    func `transactions of Java producers are read when they are committed`(
        _ installation: KafkaInstallation
    ) async throws {
        try await ConformanceCluster.withBroker { broker, _ in
            #expect(await broker.createTopic("orders", partitions: 2))
            let probe = try await KafkaProbe.shared(installation)
            let codecs = ["none", "lz4"]
            for outcome in [RecordMix.Transaction.commit, .abort, .commit] {
                let mix = RecordMix(records: 60, partitions: 2, sizes: 10...1_000, codecs: codecs, transaction: outcome)
                try await probe.produce(mix, to: "orders", on: broker.bootstrap)
            }
            let committed = try await probe.dump("orders", on: broker.bootstrap)
            #expect(committed.records == 120)
            let all = try await probe.dump("orders", on: broker.bootstrap, isolation: "read_uncommitted")
            #expect(all.records == 180)
            // Three transactions of two producers, each with a marker in both partitions.
            let ends = committed.partitions.values.reduce(0) { $0 + $1.end }
            #expect(ends == 180 + 12)
        }
    }
}
