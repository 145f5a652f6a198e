import EmbeddedBroker
import Foundation
import TestSupport
import Testing

/// `lockstep promote`, `failover`, `pause` and `resume`.
@Suite struct ActNow {
    private static let filters = """
        mirrorTopicOptions:
          autoCreateTopics:
            enabled: true
            topicFilters: [{name: f, patternType: PREFIXED, filterType: INCLUDE}]  # all of them
        mirrorTopics:
          # the important one
          - name: t  # orders
        """

    private func prepare(_ clusters: TwoClusters) async throws {
        for topic in ["t", "f1", "f2"] {
            await clusters.source.createTopic(topic)
            await clusters.source.appendRecord(value: "x", to: topic)
        }
        try clusters.folder.write("m/link.yaml", TwoClusters.link(Self.filters, workers: "{mode: local, count: 1}"))
        #expect(try await clusters.run("apply", "-y").exitCode == 0)
        for topic in ["t", "f1", "f2"] { try await clusters.untilMirrored(topic, [1]) }
        try await waitUntil("the worker has reported", within: .seconds(20)) {
            let status = try await clusters.run("status").output
            return !status.contains("UNKNOWN") && !status.contains("INITIALIZING")
        }
    }

    /// Applies the change that a command printed, with `patch`, as a person would.
    private func commit(_ output: String, _ clusters: TwoClusters) async throws {
        let start = try #require(output.range(of: "--- "))
        try clusters.folder.write("change.diff", String(output[start.lowerBound...]))
        let patch = try await CommandRun.run(
            ["git", "apply", "--unsafe-paths", "-p1", "change.diff"], directory: clusters.folder.path)
        #expect(patch.exitCode == 0, "\(patch.errorOutput)")
    }

    private func act(_ clusters: TwoClusters, _ words: String...) async throws -> CommandRun {
        try await CommandRun.run(
            [lockstepExecutable] + words + ["-f", "m"], environment: ["LOCKSTEP_STATE_DIR": clusters.state],
            directory: clusters.folder.path, within: .seconds(60))
    }

    @Test(.timeLimit(.minutes(2)))
    func `pause and resume act at once, and their change makes the next plan empty`() async throws {
        try await TwoClusters.with { clusters in
            try await prepare(clusters)
            let pause = try await act(clusters, "pause", "t", "f1")
            #expect(pause.exitCode == 0)
            #expect(
                pause.output.hasPrefix("TOPIC  STATE   LAG  FROM\nf1     ACTIVE    0  a/f1\nt      ACTIVE    0  a/t\n"))
            #expect(
                pause.output.hasSuffix(
                    """
                    To keep it so, commit this change (git apply reads it):

                    --- a/m/link.yaml
                    +++ b/m/link.yaml
                    @@ -12,3 +12,5 @@
                       mirrorTopics:
                         # the important one
                         - name: t  # orders
                    +      state: PAUSED
                    +    - {name: f1, state: PAUSED}

                    """))
            #expect(
                pause.errorOutput.contains(
                    "until the change below is committed, the next apply does: mirror topic t: PAUSED -> ACTIVE\n"))
            #expect(!pause.errorOutput.contains("mirror topic f1"))
            #expect(try await clusters.run("plan", "--detailed-exitcode").exitCode == 2)
            try await commit(pause.output, clusters)
            #expect(try await clusters.run("plan", "--detailed-exitcode").exitCode == 0)
            let again = try await act(clusters, "pause", "t")
            #expect(again.exitCode == 0)
            #expect(again.output == "mirror topic t is PAUSED already\n")

            await clusters.source.appendRecord(value: "y", to: "f1")
            let resume = try await act(clusters, "resume", "--all")
            #expect(resume.exitCode == 0)
            try await clusters.untilMirrored("f1", [2])
            try await commit(resume.output, clusters)
            #expect(try await clusters.run("plan", "--detailed-exitcode").exitCode == 0)
            #expect(try await act(clusters, "resume", "--all").output == "No mirror topic of link l to resume.\n")
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `promote and failover need a second yes; one bad topic does not hold the others up`() async throws {
        try await TwoClusters.with { clusters in
            try await prepare(clusters)
            let without = try await act(clusters, "promote", "t")
            #expect(without.exitCode == 64)
            #expect(without.errorOutput.contains("pass --allow-irreversible"))
            let promote = try await act(clusters, "promote", "t", "nope", "--allow-irreversible")
            #expect(promote.exitCode == 4)
            #expect(promote.output.contains("[1/1] ! promote t "))
            #expect(promote.errorOutput.contains("lockstep: there is no mirror topic nope on link l\n"))
            #expect(
                promote.errorOutput.contains(
                    "until the change below is committed, plans show as blocked: mirror topic t"))
            // The topic takes its own writes now, and no plan starts it again.
            await clusters.destination.appendRecord(value: "ours", to: "t")
            #expect(try await clusters.run("apply", "-y").exitCode == 3)
            #expect(await clusters.destination.logOffsets("t")?.logEnd == 2)
            try await commit(promote.output, clusters)
            #expect(try await clusters.run("plan", "--detailed-exitcode").exitCode == 0)

            let again = try await act(clusters, "promote", "t", "--allow-irreversible")
            #expect(again.exitCode == 0)
            #expect(again.output == "mirror topic t has already stopped mirroring from link l: it was promoted\n")
            let pause = try await act(clusters, "pause", "t")
            #expect(pause.exitCode == 3)
            #expect(pause.errorOutput.contains("it has stopped for good"))

            // A failover needs no source.
            await clusters.source.goDown()
            let failover = try await act(clusters, "failover", "--all", "--allow-irreversible")
            #expect(failover.exitCode == 0, "\(failover.output)\(failover.errorOutput)")
            #expect(failover.output.contains("f1") && failover.output.contains("unknown"))
            #expect(failover.output.contains("+    - {name: f1, state: FAILED_OVER}\n"))
            try await clusters.source.comeUp()
            try await commit(failover.output, clusters)
            #expect(try await clusters.run("plan", "--detailed-exitcode").exitCode == 0)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a promotion that waits in vain ends with 4, says so, and its change is printed`() async throws {
        try await TwoClusters.with { clusters in
            await clusters.source.createTopic("t")
            await clusters.source.appendRecord(value: "x", to: "t")
            try clusters.folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: [{name: t}]"))
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            // Nobody mirrors.
            let run = try await act(clusters, "promote", "t", "--allow-irreversible", "--timeout", "1s")
            #expect(run.exitCode == 4 || run.exitCode == 1)
            #expect(run.output.contains("It stays PENDING_STOPPED"))
            #expect(run.output.contains("+  mirrorTopics: [{name: t, state: PROMOTED}]\n"))
        }
    }

    @Test func `topics or --all, not both and not neither`() async throws {
        let folder = try TemporaryDirectory("act")
        try folder.write("m/c.yaml", TwoClusters.clusters("127.0.0.1:1", "127.0.0.1:2"))
        for words in [["pause"], ["pause", "t", "--all"], ["promote"], ["resume", "-x"]] {
            let run = try await CommandRun.run([lockstepExecutable] + words + ["-f", "m"], directory: folder.path)
            #expect(run.exitCode == 64, "\(words)")
        }
    }
}
