import EmbeddedBroker
import Foundation
import KafkaProtocol
import TestSupport
import Testing

/// What is wrong on the clusters: named, blocked, and left untouched.
@Suite struct BadClusters {
    private static let link = TwoClusters.link("mirrorTopics: [{name: t}]")

    @Test(.timeLimit(.minutes(1)))
    func `a cluster that cannot be reached makes the plan incomplete`() async throws {
        try await TwoClusters.with { clusters in
            try clusters.folder.write("m/link.yaml", Self.link)
            await clusters.source.goDown()
            let run = try await clusters.run("plan", "--detailed-exitcode")
            #expect(run.exitCode == 1)
            #expect(
                run.output.contains(
                    "  a  cannot be read: cluster a: no bootstrap server answers. broker \(clusters.source.bootstrap): "
                        + "connect: Connection refused. Is the broker running, and is the port right?\n"))
            #expect(run.output.hasSuffix("Plan: 0 to create, 0 to change, 0 to delete. 1 blocked. Incomplete.\n"))
            #expect(run.errorOutput == "lockstep: 0 changes, 1 blocked, incomplete\n")
            let apply = try await clusters.run("apply", "--auto-approve")
            #expect(apply.exitCode == 1)
            #expect(apply.errorOutput == "lockstep: 1 blocked, so nothing was done\n")
            let status = try await clusters.run("status")
            #expect(status.exitCode == 1)
            #expect(status.output.hasPrefix("cluster a cannot be read: cluster a: no bootstrap server answers."))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a cluster with another id is never touched`() async throws {
        try await TwoClusters.with { clusters in
            try clusters.folder.write(
                "m/clusters.yaml",
                TwoClusters.clusters(
                    clusters.source.bootstrap, clusters.destination.bootstrap, sourceId: "AnotherCluster00000000"))
            try clusters.folder.write("m/link.yaml", Self.link)
            await clusters.source.createTopic("t")
            let run = try await clusters.run("apply", "--auto-approve")
            #expect(run.exitCode == 1)
            #expect(
                run.output.contains(
                    "cluster a: its cluster id is SourceCluster000000000, but the manifest demands "
                        + "AnotherCluster00000000."))
            #expect(run.errorOutput == "lockstep: 1 blocked, so nothing was done\n")
            #expect(await clusters.destination.requestCount(.createTopics) == 0)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a topic that exists and is not ours is blocked and untouched`() async throws {
        try await TwoClusters.with { clusters in
            try clusters.folder.write("m/link.yaml", Self.link)
            await clusters.source.createTopic("t", partitions: 2)
            await clusters.destination.createTopic("t", partitions: 2)
            await clusters.destination.appendRecord(value: "theirs", to: "t")
            let before = await clusters.destination.topicId("t")
            let run = try await clusters.run("plan", "--detailed-exitcode")
            #expect(run.exitCode == 3)
            #expect(
                clusters.neutral(run.output) == """
                    lockstep 0.1.0  live state read TIME
                      a  SourceCluster000000000  1 broker  read-write
                      b  DestinationCluster0000  1 broker  read-write

                    Symbols: + create   ~ change   - delete   ! irreversible   x blocked

                    1  + state topic __lockstep on b
                           holds       links and mirror states of this cluster; 1 partition, compacted
                    2  + link l                      DIR/m/link.yaml:3
                           source      a
                           destination b

                    x  + mirror topic t              DIR/m/link.yaml:8
                           blocked     cannot turn a writable topic into a mirror; t exists on b
                           to go on    rename or delete that topic, or give the link a prefix

                    Plan: 2 to create, 0 to change, 0 to delete. 1 blocked.
                    To apply:
                      lockstep apply -f DIR/m --skip-blocked

                    """)
            let apply = try await clusters.run("apply", "--auto-approve")
            #expect(apply.exitCode == 3)
            #expect(
                apply.errorOutput
                    == "lockstep: 1 blocked, so nothing was done; to do the rest, pass --skip-blocked\n")
            #expect(await clusters.destination.topicId("__lockstep") == nil)
            let rest = try await clusters.run("apply", "--auto-approve", "--skip-blocked")
            #expect(rest.exitCode == 3)
            #expect(rest.output.hasSuffix("Left: 1 blocked.  Verified by a second read.\n"))
            #expect(await clusters.destination.topicId("t") == before)
            #expect(await clusters.destination.logOffsets("t")?.logEnd == 1)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a source topic that does not exist is blocked`() async throws {
        try await TwoClusters.with { clusters in
            try clusters.folder.write("m/link.yaml", Self.link)
            let run = try await clusters.run("plan", "--detailed-exitcode")
            #expect(run.exitCode == 3)
            #expect(run.output.contains("source topic not found: a/t"))
            #expect(run.errorOutput == "lockstep: 2 changes, 1 blocked\n")
            #expect(try await clusters.run("plan").exitCode == 0)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `plan writes nothing, whatever it plans`() async throws {
        try await TwoClusters.with { clusters in
            try clusters.folder.write("m/link.yaml", Self.link)
            await clusters.source.createTopic("t")
            for format in ["text", "json", "markdown", "counts"] {
                #expect(try await clusters.run("plan", "--detailed-exitcode", "-o", format).exitCode == 2)
            }
            for broker in [clusters.source, clusters.destination] {
                for key: APIKey in [
                    .produce, .createTopics, .createPartitions, .deleteTopics, .incrementalAlterConfigs, .deleteRecords,
                    .initProducerId, .joinGroup,
                ] {
                    #expect(await broker.requestCount(key) == 0, "\(key)")
                }
            }
            #expect(await clusters.destination.topicId("__lockstep") == nil)
            #expect(!FileManager.default.fileExists(atPath: clusters.state))
        }
    }
}
