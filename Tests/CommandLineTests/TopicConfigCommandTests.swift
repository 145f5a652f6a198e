import EmbeddedBroker
import Foundation
import TestSupport
import Testing

/// Settings of mirror topics as plans show them, applies repair them, and workers keep them.
@Suite(.serialized) struct TopicConfigCommands {
    private static let configs = "configs: {topic.config.sync.ms: 1000, metadata.max.age.ms: 1000}"

    /// A link with the mirror topic `t`, applied.
    private func prepare(_ clusters: TwoClusters, _ entry: String = "{name: t}") async throws {
        await clusters.source.createTopic("t", configs: ["delete.retention.ms": "5", "retention.ms": "86400000"])
        try clusters.folder.write(
            "m/link.yaml", TwoClusters.link("\(Self.configs)\nmirrorTopics: [\(entry)]"))
        let applied = try await clusters.run("apply", "-y")
        #expect(applied.exitCode == 0, "\(applied.output)\(applied.errorOutput)")
    }

    private func expectNoChanges(_ clusters: TwoClusters) async throws {
        let plan = try await clusters.run("plan", "--detailed-exitcode")
        #expect(plan.exitCode == 0, "\(plan.output)\(plan.errorOutput)")
        #expect(plan.output.hasPrefix("No changes."))
    }

    @Test(.timeLimit(.minutes(1)))
    func `a plan shows drift, an apply repairs it, and then there are no changes`() async throws {
        try await TwoClusters.with { clusters in
            try await prepare(clusters)
            try await expectNoChanges(clusters)
            let mirror = clusters.destination
            await mirror.setConfig("retention.ms", "1000", of: "t")
            await mirror.setConfig("delete.retention.ms", nil, of: "t")
            // Outside the list: nobody's business.
            await mirror.setConfig("min.insync.replicas", "2", of: "t")
            await clusters.source.setConfig("min.compaction.lag.ms", "7", of: "t")
            let plan = try await clusters.run("plan", "--detailed-exitcode")
            #expect(plan.exitCode == 2)
            for line in [
                "  ~ mirror topic t: configs", "delete.retention.ms", "86400000 -> 5 (source)", "0 -> 7 (source)",
                "1000 -> -1 (needed while a mirror)",
            ] {
                #expect(plan.output.contains(line), "\(line)\n\(plan.output)")
            }
            #expect(!plan.output.contains("min.insync"))
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            try await expectNoChanges(clusters)
            let own = await mirror.ownConfigs(of: "t") ?? [:]
            #expect(own["retention.ms"] == "-1" && own["delete.retention.ms"] == "5")
            #expect(own["min.compaction.lag.ms"] == "7" && own["min.insync.replicas"] == "2")
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a worker repairs drift, follows the source, and the end gives back what the source has then`() async throws {
        try await TwoClusters.with { clusters in
            try await prepare(clusters)
            let (source, mirror) = (clusters.source, clusters.destination)
            let worker = try clusters.start("worker", "--link", "l", "--instance-id", "w1")
            try await worker.waitForLine(containing: ": ACTIVE", inErrors: true)
            func expect(_ name: String, _ value: String?) async throws {
                try await waitUntil("\(name) is \(value ?? "not set")") {
                    await mirror.ownConfigs(of: "t")?[name] == value
                }
            }
            await mirror.setConfig("retention.ms", "1000", of: "t")
            await mirror.setConfig("compression.type", nil, of: "t")
            await mirror.setConfig("compression.type", "gzip", of: "t")
            try await expect("retention.ms", "-1")
            try await expect("compression.type", "producer")
            await source.setConfig("delete.retention.ms", "6", of: "t")
            try await expect("delete.retention.ms", "6")
            await source.setConfig("delete.retention.ms", nil, of: "t")
            try await expect("delete.retention.ms", nil)
            await source.setConfig("cleanup.policy", "compact,delete", of: "t")
            try await expect("cleanup.policy", "compact,delete")
            // What is kept for the end follows, too: the record is brought up to date.
            await source.setConfig("retention.ms", "99000000", of: "t")
            try await waitUntil("the record follows", every: .milliseconds(300)) {
                try await clusters.run("plan", "--detailed-exitcode").exitCode == 0
            }
            await source.goDown()
            try clusters.folder.write(
                "m/link.yaml", TwoClusters.link("\(Self.configs)\nmirrorTopics: [{name: t, state: FAILED_OVER}]"))
            let failover = try await clusters.run("apply", "-y", "--allow-irreversible")
            #expect([0, 1, 4].contains(failover.exitCode), "\(failover.output)\(failover.errorOutput)")
            try await expect("retention.ms", "99000000")
            #expect(await mirror.ownConfigs(of: "t")?["compression.type"] == nil)
            // An ordinary topic now: nobody touches it.
            await mirror.setConfig("retention.ms", "1000", of: "t")
            let status = try await clusters.run("status", "-o", "json")
            #expect(status.output.contains("\"STOPPED\""), "\(status.output)")
            try await worker.stop()
            #expect(await mirror.ownConfigs(of: "t")?["retention.ms"] == "1000")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `overrides are set, kept, taken back, and wait for the end where a mirror needs something else`() async throws
    {
        try await TwoClusters.with { clusters in
            try await prepare(clusters, "{name: t, configs: {retention.ms: 7000, segment.ms: 60000}}")
            try await expectNoChanges(clusters)
            let mirror = clusters.destination
            #expect(await mirror.ownConfigs(of: "t")?["segment.ms"] == "60000")
            #expect(await mirror.ownConfigs(of: "t")?["retention.ms"] == "-1")
            func declare(_ entry: String) async throws -> String {
                try clusters.folder.write(
                    "m/link.yaml", TwoClusters.link("\(Self.configs)\nmirrorTopics: [\(entry)]"))
                let applied = try await clusters.run("apply", "-y", "--allow-irreversible")
                #expect(applied.exitCode == 0, "\(applied.output)\(applied.errorOutput)")
                try await expectNoChanges(clusters)
                return applied.output
            }
            let shown = try await declare("{name: t, configs: {retention.ms: 8000, segment.ms: null}}")
            #expect(shown.contains("8000 at its end (override); -1 while a mirror"), "\(shown)")
            #expect(await mirror.ownConfigs(of: "t")?["segment.ms"] == nil)
            let promoted = try await declare(
                "{name: t, state: PROMOTED, configs: {retention.ms: 8000, segment.ms: null}}")
            #expect(promoted.contains("-1 -> 8000 (override)"), "\(promoted)")
            #expect(await mirror.ownConfigs(of: "t")?["retention.ms"] == "8000")
            #expect(await mirror.ownConfigs(of: "t")?["delete.retention.ms"] == "5")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a promotion asks the source as it is then`() async throws {
        try await TwoClusters.with { clusters in
            try await prepare(clusters)
            await clusters.source.setConfig("retention.ms", "123456", of: "t")
            await clusters.source.setConfig("message.timestamp.after.max.ms", "5000", of: "t")
            try clusters.folder.write(
                "m/link.yaml", TwoClusters.link("\(Self.configs)\nmirrorTopics: [{name: t, state: PROMOTED}]"))
            let applied = try await clusters.run("apply", "-y", "--allow-irreversible")
            #expect(applied.exitCode == 0, "\(applied.output)\(applied.errorOutput)")
            #expect(applied.output.contains("-1 -> 123456 (source)"), "\(applied.output)")
            #expect(
                await clusters.destination.ownConfigs(of: "t") == [
                    "cleanup.policy": "delete", "delete.retention.ms": "5", "max.message.bytes": "1048588",
                    "message.timestamp.after.max.ms": "5000", "retention.ms": "123456",
                ])
        }
    }
}
