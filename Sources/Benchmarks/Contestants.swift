import Foundation
import TestSupport

extension Stage {
    /// All of one worker of Lockstep.
    func measureLockstep() async throws -> Figures {
        try await measure("Lockstep", copy: Self.topic, latencyCopy: Self.latencyTopic) { try await startLockstep() }
    }

    /// Only the copying of one worker of Lockstep.
    func copyWithLockstep(
        environment: [String: String] = [:], allocations: () -> Int = { 0 }
    ) async throws -> CopyFigures {
        let worker = try await startLockstep(environment)
        let figures = try await watchCopy("Lockstep", worker, copy: Self.topic, allocations: allocations)
        try await worker.stop()
        return figures
    }

    /// One worker of Lockstep, started as a user starts it.
    func startLockstep(_ environment: [String: String] = [:]) async throws -> RunningCommand {
        let program = "\(builtProducts)/lockstep"
        try folder.write(
            "manifests/link.yaml",
            """
            apiVersion: lockstep/v1alpha1
            kind: Cluster
            metadata: {name: source}
            spec: {access: READ_ONLY, bootstrapServers: ["\(source.bootstrapServers)"]}
            ---
            apiVersion: lockstep/v1alpha1
            kind: Cluster
            metadata: {name: destination}
            spec: {bootstrapServers: ["\(destination.bootstrapServers)"]}
            ---
            apiVersion: lockstep/v1alpha1
            kind: ClusterLink
            metadata: {name: benchmark}
            spec:
              sourceKafkaCluster: {clusterRef: {name: source}}
              destinationKafkaCluster: {clusterRef: {name: destination}}
              workers: {mode: external}
              mirrorTopics: [{name: \(Self.topic)}, {name: \(Self.latencyTopic)}]
            """)
        let manifests = folder.file("manifests")
        try await CommandRun.output(of: [program, "apply", "--auto-approve", "-f", manifests])
        return try RunningCommand(
            [program, "worker", "--link", "benchmark", "-f", manifests], environment: environment)
    }

    /// MirrorMaker 2 of the same Kafka; `settings` is `default` or `tuned`.
    func measureMirrorMaker(_ settings: String) async throws -> Figures {
        let alias = "mm\(settings)"
        var properties = """
            clusters = \(alias), destination
            \(alias).bootstrap.servers = \(source.bootstrapServers)
            destination.bootstrap.servers = \(destination.bootstrapServers)
            \(alias)->destination.enabled = true
            \(alias)->destination.topics = \(Self.topic)|\(Self.latencyTopic)
            destination->\(alias).enabled = false
            replication.factor = 1
            checkpoints.topic.replication.factor = 1
            heartbeats.topic.replication.factor = 1
            offset-syncs.topic.replication.factor = 1
            offset.storage.replication.factor = 1
            status.storage.replication.factor = 1
            config.storage.replication.factor = 1
            """
        if settings == "tuned" {
            properties += """

                \(alias).consumer.max.partition.fetch.bytes = 4194304
                \(alias).consumer.fetch.max.bytes = 52428800
                \(alias).consumer.max.poll.records = 5000
                destination.producer.batch.size = 524288
                destination.producer.linger.ms = 20
                """
        }
        try folder.write("\(alias).properties", properties)
        return try await measure(
            "MirrorMaker 2 \(settings)", copy: "\(alias).\(Self.topic)", latencyCopy: "\(alias).\(Self.latencyTopic)"
        ) {
            try RunningCommand(
                ["\(kafka.home)/bin/connect-mirror-maker.sh", folder.file("\(alias).properties")],
                environment: ["KAFKA_HEAP_OPTS": "-Xmx1g", "LOG_DIR": folder.file("logs")])
        }
    }
}
