import Foundation
import TestSupport

/// A link between two real clusters as a user has it: manifests in a folder, commands, worker processes.
struct LinkFixture {
    let name: String
    let source: String
    let destination: String
    let folder: TemporaryDirectory

    /// A link of its own name; nothing is written but an empty folder.
    init(source: RealCluster, destination: RealCluster) throws {
        name = uniqueName("link")
        self.source = source.bootstrapServers
        self.destination = destination.bootstrapServers
        folder = try TemporaryDirectory("link")
    }

    /// A mirror topic of the manifest.
    struct Topic {
        var name: String
        var state = "ACTIVE"
        /// Overrides of topic configs, as they stand between the braces.
        var configs = ""
    }

    /// Writes the manifests: both clusters, and the link with its topics.
    func declare(
        _ topics: [Topic], workers: String = "{mode: external, count: 1}", more: String = "", clusterId: String = "",
        configs: String = ""
    ) throws {
        func servers(_ list: String) -> String { "[" + list.replacingOccurrences(of: ",", with: ", ") + "]" }
        let entries = topics.map { topic in
            "    - {name: \(topic.name), state: \(topic.state), configs: {\(topic.configs)}}"
        }.joined(separator: "\n")
        try folder.write(
            "manifests/link.yaml",
            """
            apiVersion: lockstep/v1alpha1
            kind: Cluster
            metadata: {name: paris}
            spec:
              access: READ_ONLY
              bootstrapServers: \(servers(source))
            ---
            apiVersion: lockstep/v1alpha1
            kind: Cluster
            metadata: {name: dublin}
            spec:
              bootstrapServers: \(servers(destination))
              \(clusterId.isEmpty ? "" : "clusterId: \(clusterId)")
            ---
            apiVersion: lockstep/v1alpha1
            kind: ClusterLink
            metadata: {name: \(name)}
            spec:
              sourceKafkaCluster: {clusterRef: {name: paris}}
              destinationKafkaCluster: {clusterRef: {name: dublin}}
              configs: {metadata.max.age.ms: 1000\(configs.isEmpty ? "" : ", \(configs)")}
              workers: \(workers)
              mirrorTopics: \(topics.isEmpty ? "[]" : "")
            \(entries)
            \(more)
            """)
    }

    /// The folder that `-f` names.
    var manifests: String { folder.file("manifests") }

    /// Runs `lockstep` with these manifests.
    func run(_ arguments: String..., within limit: Duration = .seconds(90)) async throws -> CommandRun {
        try await CommandRun.run(
            ["\(builtProducts)/lockstep"] + arguments + ["-f", manifests],
            environment: ["LOCKSTEP_STATE_DIR": folder.file("state")], within: limit)
    }

    /// Applies without questions; fails unless everything was applied.
    func apply(_ flags: String...) async throws {
        let run = try await CommandRun.run(
            ["\(builtProducts)/lockstep", "apply", "--auto-approve", "-f", manifests] + flags,
            environment: ["LOCKSTEP_STATE_DIR": folder.file("state")], within: .seconds(120))
        guard run.exitCode == 0 else {
            throw HarnessError("apply ended with \(run.exit):\n\(run.output)\(run.errorOutput)")
        }
    }

    /// Starts a worker process; it dies with the test.
    func startWorker(_ instance: String) throws -> RunningCommand {
        try RunningCommand(
            [
                "\(builtProducts)/lockstep", "worker", "--link", name, "--instance-id", "\(name)-\(instance)", "-f",
                manifests,
            ], environment: ["LOCKSTEP_STATE_DIR": folder.file("state")])
    }

    /// Process ids of the local workers that `apply` started and that still run.
    var localWorkers: [Int32] { WorkerFiles.runningWorkers(in: folder.file("state")) }

    /// Waits until every partition of the mirror ends where the source ends.
    func waitUntilLevel(_ topic: String, _ probe: KafkaProbe, within limit: Duration = .seconds(120)) async throws {
        let ends = try await probe.offsets(of: topic, on: source).ends
        var seen = "nothing"
        do {
            try await waitUntil("\(topic) is level", within: limit, every: .milliseconds(200)) {
                let mirrored = try await probe.offsets(of: topic, on: destination).ends
                seen = "\(mirrored)"
                return mirrored == ends
            }
        } catch {
            let status = try await run("status")
            throw HarnessError("\(error): source \(ends), mirror \(seen)\n\(status.output)\(status.errorOutput)")
        }
    }

    /// What differs between the topic on both sides as Kafka's Java consumer prints it; nil when nothing does.
    func difference(_ topic: String, _ probe: KafkaProbe, records: Int) async throws -> String? {
        try await probe.difference(topic, source, destination, records: records)
    }
}
