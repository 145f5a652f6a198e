import EmbeddedBroker
import Foundation
import KafkaModel
import LinkStore
import TestSupport
import Testing

/// `lockstep describe` and the views of `lockstep status`.
@Suite struct Describe {
    private static let configs = """
        configs:
          metadata.max.age.ms: 5000
          availability.check.ms: 1000
          availability.check.consecutive.failure.threshold: 1
        mirrorTopicOptions:
          autoCreateTopics: {enabled: true, topicFilters: [{name: t, patternType: PREFIXED, filterType: INCLUDE}]}
        """

    @Test(.timeLimit(.minutes(1)))
    func `describe says what takes effect, from where, and what is not applied`() async throws {
        try await TwoClusters.with { clusters in
            await clusters.source.createTopic("t1")
            try clusters.folder.write("m/link.yaml", TwoClusters.link(Self.configs))
            let before = try await clusters.run("describe", "l")
            #expect(before.exitCode == 0)
            #expect(before.output.contains("State        NOT APPLIED"))
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            let id = try #require(try await clusters.stored().links["l"]?.linkId)
            let text = try await clusters.run("describe")
            #expect(text.exitCode == 0)
            for line in [
                "  Link ID        \(id)",
                "  Source         a  SourceCluster000000000  available",
                "  Destination    b  DestinationCluster0000",
                "  Mirror topics  UNKNOWN: 1",
                "  Topic filters  include t (PREFIXED)",
                "  none has been reported yet",
                "  0 of 1 declared (external)",
            ] {
                #expect(text.output.split(separator: "\n").contains(Substring(line)), "\(line)\n\(text.output)")
            }
            for (name, value, origin) in [
                ("metadata.max.age.ms", "5000", "\(clusters.manifests)/link.yaml:9"),
                ("replica.fetch.max.bytes", "1048576", "DEFAULT"),
                ("link.mode", "DESTINATION", "derived"),
                ("cluster.link.paused", "false", "DEFAULT"),
                ("cluster.link.id", id, "derived"),
            ] {
                let row = text.output.split(separator: "\n").first { $0.hasPrefix("  \(name) ") }
                #expect(
                    row?.split(separator: " ") == [Substring(name), Substring(origin), Substring(value)], "\(name)")
            }
            #expect(!text.output.contains("not applied"))

            // Another value in the file is not what takes effect until it is applied.
            try clusters.folder.write(
                "m/link.yaml", TwoClusters.link(Self.configs.replacingOccurrences(of: "5000", with: "7000")))
            let changed = try await clusters.run("describe", "l")
            #expect(changed.output.contains("  metadata.max.age.ms  5000 -> 7000\n"))
            let row = changed.output.split(separator: "\n").first { $0.hasPrefix("  metadata.max.age.ms ") }
            #expect(row?.contains("  stored by an apply  ") == true)
            #expect(try await clusters.run("describe", "nope").exitCode == 64)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `describe names the line of everything that a manifest says, and shows the policy`() async throws {
        try await TwoClusters.with { clusters in
            await clusters.source.createTopic("t1")
            let written = """
                mirrorTopicOptions:
                  prefix: eu.
                  replicationFactor: 1
                policy:
                  onUndeclare: PAUSE
                  promote: {timeout: 90s}
                  aclPrune: matching
                """
            try clusters.folder.write("m/link.yaml", TwoClusters.link(written))
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            let rows = { (text: String) in
                Dictionary(
                    text.split(separator: "\n").filter { $0.hasPrefix("  ") }.map { row in
                        let words = row.split(separator: " ").map(String.init)
                        return (words[0], words.dropFirst().joined(separator: " "))
                    }
                ) { first, _ in first }
            }
            let described = try await clusters.run("describe")
            let shown = rows(described.output)
            let file = "\(clusters.manifests)/link.yaml"
            for (name, value) in [
                ("cluster.link.prefix", "\(file):9 eu."), ("replicationFactor", "\(file):10 1"),
                ("policy.onUndeclare", "\(file):12 PAUSE"), ("policy.promote.timeout", "\(file):13 90s"),
                ("policy.promote.maxLag", "DEFAULT 0"), ("policy.aclPrune", "\(file):14 matching"),
                ("policy.onLinkDelete", "DEFAULT REFUSE"), ("policy.deletionProtection", "DEFAULT true"),
            ] {
                #expect(shown[name] == value, "\(name)\n\(described.output)")
            }
            // What the file says otherwise, or does not say any more, was stored by the apply before.
            try clusters.folder.write(
                "m/link.yaml",
                TwoClusters.link(
                    written.replacing("Factor: 1", with: "Factor: 2").replacing(": matching", with: ": never")))
            let changed = rows(try await clusters.run("describe").output)
            #expect(changed["replicationFactor"] == "stored by an apply 1")
            #expect(changed["policy.aclPrune"] == "stored by an apply matching")
            try FileManager.default.removeItem(atPath: file)
            let undeclared = rows(try await clusters.run("describe").output)
            #expect(undeclared["cluster.link.prefix"] == "stored by an apply eu.")
            #expect(undeclared["policy.aclPrune"] == "stored by an apply matching")
            #expect(undeclared["policy.onUndeclare"] == nil)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a link that no file declares any more is still listed and described`() async throws {
        try await TwoClusters.with { clusters in
            await clusters.source.createTopic("t1")
            try clusters.folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: [{name: t1}]"))
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            try FileManager.default.removeItem(atPath: "\(clusters.manifests)/link.yaml")
            let json = try await clusters.run("describe", "-o", "json")
            #expect(json.exitCode == 0)
            let document = try #require(
                try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
            let link = try #require((document["links"] as? [[String: Any]])?.first)
            #expect(link["name"] as? String == "l")
            #expect(link["declared"] as? Bool == false)
            #expect(link["source"] as? String == "a")
            #expect(link["source_cluster_id"] as? String == "SourceCluster000000000")
            #expect(link["source_available"] as? Bool == true)
            #expect((link["mirror_topic_counts"] as? [String: Int]) == ["UNKNOWN": 1])
            let configs = try #require(link["configs"] as? [[String: Any]])
            let age = configs.first { $0["name"] as? String == "metadata.max.age.ms" }
            #expect(age?["value"] as? String == "300000" && age?["source"] as? String == "DEFAULT")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a source that does not answer makes the link unavailable, and its return makes it active`() async throws {
        try await TwoClusters.with { clusters in
            await clusters.source.createTopic("t1")
            try clusters.folder.write("m/link.yaml", TwoClusters.link(Self.configs))
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            let worker = try clusters.start("worker")
            try await worker.waitForLine(containing: ": ACTIVE", inErrors: true)
            let well = try await clusters.run("status")
            #expect(well.output.contains("link l  ACTIVE  a -> b"))
            #expect(well.output.contains("  from SourceCluster000000000 (available) to DestinationCluster0000\n"))
            await clusters.source.goDown()
            try await worker.waitForLine(containing: "AvailabilityCheck: ", inErrors: true)
            try await waitUntil("the link is shown as unavailable", within: .seconds(20)) {
                let status = try await clusters.run("status")
                return status.output.contains("link l  UNAVAILABLE  a -> b")
                    && status.output.contains("(not available)")
            }
            try await clusters.source.comeUp()
            try await waitUntil("the link is active again", within: .seconds(20)) {
                try await clusters.run("status").output.contains("link l  ACTIVE  a -> b")
            }
            worker.signal(SIGTERM)
            #expect(try await worker.waitForExit(within: .seconds(10)) == .code(0))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `status leaves stopped mirror topics out and says how many`() async throws {
        try await TwoClusters.with { clusters in
            await clusters.source.createTopic("t")
            await clusters.source.createTopic("u")
            try clusters.folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: [{name: t}, {name: u}]"))
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            try clusters.folder.write(
                "m/link.yaml", TwoClusters.link("mirrorTopics: [{name: t, state: FAILED_OVER}, {name: u}]"))
            #expect(try await clusters.run("apply", "-y", "--allow-irreversible").exitCode == 0)
            let status = try await clusters.run("status")
            #expect(!status.output.contains("\n  t "))
            #expect(
                status.output.hasSuffix(
                    "  1 mirror topic that has stopped is left out (--include-stopped shows it)\n"))
            let all = try await clusters.run("status", "--include-stopped")
            #expect(all.output.contains("\n  t      STOPPED") && !all.output.contains("left out"))
            let stopping = try await clusters.run("status", "--pending-stopped-only")
            #expect(stopping.output.contains("  no mirror topics are stopping\n  2 mirror topics not stopping are"))
            let json = try await clusters.run("status", "-o", "json")
            let document = try #require(
                try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
            let link = try #require((document["links"] as? [[String: Any]])?.first)
            #expect((link["mirror_topics"] as? [Any])?.count == 1)
            #expect(link["mirror_topics_left_out"] as? Int == 1)
            #expect(link["mirror_topic_counts"] as? [String: Int] == ["STOPPED": 1, "UNKNOWN": 1])
            #expect(
                try await clusters.run("status", "--include-stopped", "--pending-stopped-only").exitCode == 64)
        }
    }
}
