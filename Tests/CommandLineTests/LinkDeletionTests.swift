import EmbeddedBroker
import Foundation
import KafkaClient
import KafkaModel
import LinkStore
import TestSupport
import Testing

/// `state: ABSENT` of a link: its mirror topics stay, everything stored about it goes, its workers end.
@Suite struct LinkDeletion {
    private static let local = "{mode: local, count: 1}"

    private func declare(_ clusters: TwoClusters, _ rest: String) throws {
        try clusters.folder.write("m/link.yaml", TwoClusters.link(rest, workers: Self.local))
    }

    private func isForgotten(_ clusters: TwoClusters) async throws -> Bool {
        let stored = try await clusters.stored()
        return stored.links.isEmpty && stored.mirrors.isEmpty && stored.reports.isEmpty && stored.tasks.isEmpty
    }

    @Test(.timeLimit(.minutes(2)))
    func `a link goes in order, and one of its name can be made again`() async throws {
        try await TwoClusters.with { clusters in
            await clusters.source.createTopic("t", configs: ["retention.ms": "86400000"])
            await clusters.source.createTopic("u")
            for number in 0..<10 { await clusters.source.appendRecord(value: "\(number)", to: "t") }
            try declare(clusters, "mirrorTopics: [{name: t}]")
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            try await clusters.untilMirrored("t", [10])

            try declare(clusters, "state: ABSENT\nmirrorTopics: [{name: t}]")
            let protected = try await clusters.run("plan", "--detailed-exitcode")
            #expect(protected.exitCode == 3)
            #expect(protected.output.contains("deletionProtection is true on l"))
            try declare(clusters, "state: ABSENT\npolicy: {deletionProtection: false}\nmirrorTopics: [{name: t}]")
            let live = try await clusters.run("apply", "-y", "--allow-delete", "--allow-irreversible")
            #expect(live.exitCode == 3)
            #expect(live.output.contains("mirror topic t has not stopped"))
            #expect(try await clusters.stored().links["l"] != nil)

            try declare(
                clusters,
                "state: ABSENT\npolicy: {deletionProtection: false, onLinkDelete: FAIL_OVER}\nmirrorTopics: [{name: t}]"
            )
            let without = try await clusters.run("apply", "-y")
            #expect(without.exitCode == 3)
            #expect(without.output.hasSuffix("Applied: nothing. Left: 2 not tried.\n"))
            let with = try await clusters.run("apply", "-y", "--allow-irreversible", "--allow-delete")
            #expect(with.exitCode == 0)
            #expect(
                with.output.hasSuffix(
                    "Applied: 1 changed (1 irreversible), 1 deleted. Left: nothing.  Verified by a second read.\n"))
            try await waitUntil("the worker has ended by itself", within: .seconds(20)) {
                clusters.workerPids().isEmpty
            }
            let log = try String(contentsOfFile: "\(clusters.state)/l-0.log", encoding: .utf8)
            #expect(log.contains("link l was deleted; this worker ends"))
            #expect(try await isForgotten(clusters))

            // The topic is an ordinary one with its source's settings.
            #expect(await clusters.destination.logOffsets("t")?.logEnd == 10)
            let configs = try await clusters.topicConfigs("t")
            #expect(configs["retention.ms"]?.value == "86400000")
            #expect(configs["message.timestamp.type"]?.isOverride != true)
            let settled = try await clusters.run("plan", "--detailed-exitcode")
            #expect(settled.exitCode == 0)
            #expect(settled.output == "No changes. 1 object on 1 link matches.\n")
            #expect(try await clusters.run("apply", "-y", "--allow-delete").exitCode == 0)
            #expect(try await clusters.run("status").output.contains("link l  ABSENT  a -> b"))
            #expect(clusters.workerPids() == [])

            try declare(clusters, "mirrorTopics: [{name: u}]")
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            await clusters.source.appendRecord(value: "again", to: "u")
            try await clusters.untilMirrored("u", [1])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a worker of a supervisor ends with its link, and the next link is another one`() async throws {
        try await TwoClusters.with { clusters in
            await clusters.source.createTopic("t")
            await clusters.source.createTopic("u")
            try clusters.folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: [{name: t}]"))
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            let worker = try clusters.start("worker", "--link", "l")
            try await worker.waitForLine(containing: ": ACTIVE", inErrors: true)
            let first = try await clusters.stored().links["l"]?.linkId
            try clusters.folder.write(
                "m/link.yaml",
                TwoClusters.link("state: ABSENT\npolicy: {deletionProtection: false, onLinkDelete: FAIL_OVER}"))
            #expect(
                try await clusters.run("apply", "-y", "--allow-irreversible", "--allow-delete").exitCode == 0)
            #expect(try await worker.waitForExit(within: .seconds(20)) == .code(0))
            #expect(worker.errorOutput.contains("link l was deleted; this worker ends"))
            #expect(try await isForgotten(clusters))
            try clusters.folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: [{name: u}]"))
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            #expect(try await clusters.stored().links["l"]?.linkId != first)
        }
    }
}
