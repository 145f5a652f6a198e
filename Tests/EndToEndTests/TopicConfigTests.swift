import TestSupport
import Testing

extension EndToEnd {
    /// Topic settings between brokers whose releases call some of them by other names.
    @Suite("Topic configs", .serialized, .timeLimit(.minutes(5)))
    struct TopicConfigTests {
        /// Two releases.
        struct Pair: Sendable, CustomTestStringConvertible {
            var from: String
            var to: String

            var testDescription: String { "from \(from) to \(to)" }

            var isGiven: Bool {
                KafkaInstallation.release(from) != nil && KafkaInstallation.release(to) != nil
            }
        }

        private static let maximum = "9223372036854775807"

        @Test(arguments: [Pair(from: "4.", to: "4."), Pair(from: "2.8", to: "4.")].filter(\.isGiven))
        func `follow the source while a topic is a mirror, and become its own at the end`(_ pair: Pair) async throws {
            let from = try KafkaInstallation.required(pair.from)
            let source = try await SharedClusters.cluster(from, .source)
            let destination = try await SharedClusters.cluster(KafkaInstallation.required(pair.to), .destination)
            let probe = try await KafkaProbe.shared(from)
            let link = try LinkFixture(source: source, destination: destination)
            let topic = uniqueName("configs")
            let isOld = pair.from == "2.8"
            // What 4.x has not: it is told, and left out.
            let bounds = isOld ? ["message.timestamp.difference.max.ms": "7200000"] : [:]
            try await probe.createTopic(
                topic, on: source.bootstrapServers,
                configs: bounds.merging(["retention.ms": "86400000", "delete.retention.ms": "70000"]) { $1 })
            func own() async throws -> [String: String] {
                try await probe.describeTopic(topic, on: destination.bootstrapServers).configs
            }
            func expect(_ name: String, _ value: String?) async throws {
                var seen = ""
                do {
                    try await waitUntil("\(name)", within: .seconds(20), every: .milliseconds(200)) {
                        let configs = try await own()
                        seen = "\(configs)"
                        return configs[name] == value
                    }
                } catch {
                    throw HarnessError("\(error): wanted \(value ?? "nothing"), found \(seen)")
                }
            }
            func declare(_ state: String) throws {
                try link.declare(
                    [.init(name: topic, state: state, configs: "segment.ms: 3600000")],
                    configs: "topic.config.sync.ms: 1000")
            }
            try declare("ACTIVE")
            try await link.apply()
            let plan = try await link.run("plan", "--detailed-exitcode")
            #expect(plan.exitCode == 0 && plan.output.hasPrefix("No changes."), "\(plan.output)\(plan.errorOutput)")
            let made = try await own()
            for (name, value) in [
                "retention.ms": "-1", "retention.bytes": "-1", "delete.retention.ms": "70000",
                "compression.type": "producer", "message.timestamp.before.max.ms": Self.maximum,
                "message.timestamp.after.max.ms": Self.maximum, "segment.ms": "3600000", "cleanup.policy": "delete",
            ] {
                #expect(made[name] == value, "\(name): \(made)")
            }

            let worker = try link.startWorker("a")
            try await probe.alterConfigs(
                of: topic, on: destination.bootstrapServers, ["retention.ms": "1000", "segment.ms": nil])
            try await expect("retention.ms", "-1")
            try await expect("segment.ms", "3600000")
            try await probe.alterConfigs(of: topic, on: source.bootstrapServers, ["delete.retention.ms": "80000"])
            try await expect("delete.retention.ms", "80000")
            try await probe.alterConfigs(of: topic, on: source.bootstrapServers, ["delete.retention.ms": nil])
            try await expect("delete.retention.ms", nil)

            try await probe.alterConfigs(of: topic, on: source.bootstrapServers, ["retention.ms": "96400000"])
            try declare("PROMOTED")
            try await link.apply("--allow-irreversible")
            try await expect("retention.ms", "96400000")
            let end = try await own()
            for name in ["message.timestamp.before.max.ms", "message.timestamp.after.max.ms"] {
                #expect(end[name] == (isOld ? "7200000" : nil), "\(end)")
            }
            #expect(end["compression.type"] == nil && end["retention.bytes"] == nil, "\(end)")
            #expect(end["segment.ms"] == "3600000")
            try await worker.stop()
        }
    }
}
