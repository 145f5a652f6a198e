import Foundation
import Glibc
import TestSupport
import Testing

extension EndToEnd {
    /// Every shipped manifest, applied to real clusters.
    @Suite("Shipped manifests", .serialized, .timeLimit(.minutes(5)))
    struct ExampleManifestsTests {
        private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()

        /// Folders of manifests, each a desired state of its own: `manifests`, and one of each example.
        private static func folders() throws -> [String] {
            let examples = try FileManager.default.contentsOfDirectory(
                atPath: root.appendingPathComponent("examples").path)
            return ["manifests"]
                + examples.filter { name in
                    // A walkthrough makes its manifests while it runs, and has a suite of its own.
                    !FileManager.default.fileExists(
                        atPath: root.appendingPathComponent("examples/\(name)/walkthrough.sh").path)
                }.sorted().map { name in
                    let inner = "examples/\(name)/manifests"
                    let hasInner = FileManager.default.fileExists(atPath: root.appendingPathComponent(inner).path)
                    return hasInner ? inner : "examples/\(name)"
                }
        }

        @Test func `a plan after an apply says no changes`() async throws {
            let kafka = try KafkaInstallation.required()
            let source = try await RealCluster.start(kafka)
            let destination = try await RealCluster.start(kafka)
            let probe = try await KafkaProbe.shared(kafka)
            for topic in ["orders.v1", "orders.returns.v1", "customers.v3"] {
                try await probe.createTopic(topic, on: source.bootstrapServers, partitions: 2)
            }
            for folder in try Self.folders() {
                try await check(folder, source, destination)
                for topic in try await probe.describeCluster(destination.bootstrapServers).topics {
                    guard topic == "__lockstep" || !topic.hasPrefix("__") else { continue }
                    try await probe.deleteTopic(topic, on: destination.bootstrapServers)
                }
            }
            await source.stop()
            await destination.stop()
        }

        private func check(_ folder: String, _ source: RealCluster, _ destination: RealCluster) async throws {
            let copy = try TemporaryDirectory("example")
            let files = FileManager.default.enumerator(atPath: Self.root.appendingPathComponent(folder).path)
            for case let file as String in try #require(files) where file.hasSuffix(".yaml") && !file.contains("/.") {
                let text = try String(
                    contentsOf: Self.root.appendingPathComponent("\(folder)/\(file)"), encoding: .utf8)
                try copy.write("manifests/\(file)", moved(text, source, destination))
            }
            func lockstep(_ words: String...) async throws -> CommandRun {
                try await CommandRun.run(
                    ["\(builtProducts)/lockstep"] + words + ["-f", copy.file("manifests")],
                    environment: ["LOCKSTEP_STATE_DIR": copy.file("state")])
            }
            let apply = try await lockstep("apply", "--auto-approve")
            let plan = try await lockstep("plan", "--detailed-exitcode")
            for worker in WorkerFiles.runningWorkers(in: copy.file("state")) { kill(worker, SIGTERM) }
            try await waitUntil("the workers have ended", within: .seconds(60)) {
                WorkerFiles.runningWorkers(in: copy.file("state")).isEmpty
            }
            #expect(apply.exitCode == 0, "\(folder):\n\(apply.output)\(apply.errorOutput)")
            #expect(plan.exitCode == 0, "\(folder):\n\(plan.output)\(plan.errorOutput)")
            #expect(plan.output.hasPrefix("No changes."), "\(folder):\n\(plan.output)")
        }

        /// The manifest with the test's clusters in place of its own: other addresses, and one replica as there is one
        /// broker.
        private func moved(_ text: String, _ source: RealCluster, _ destination: RealCluster) -> String {
            var lines: [String] = []
            var cluster = ""
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
                if line.contains("metadata:") { cluster = line.contains("{name: paris}") ? "paris" : "dublin" }
                let servers = cluster == "paris" ? source.bootstrapServers : destination.bootstrapServers
                if line.contains("bootstrapServers:") {
                    lines.append("  bootstrapServers: [\"\(servers)\"]")
                } else if !line.contains("kafka.example.net") && !line.contains("  clusterId:") {
                    lines.append(line.replacingOccurrences(of: "replicationFactor: 3", with: "replicationFactor: 1"))
                }
            }
            return lines.joined(separator: "\n")
        }
    }
}
