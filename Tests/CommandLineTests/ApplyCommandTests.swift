import EmbeddedBroker
import Foundation
import KafkaProtocol
import TestSupport
import Testing

@testable import CommandLine

/// Whole lives of links, with real worker processes.
@Suite struct AppliedLinks {
    private static let local = TwoClusters.link("mirrorTopics: [{name: t}]", workers: "{mode: local, count: 1}")

    private func fill(_ clusters: TwoClusters, _ count: Int) async {
        await clusters.source.createTopic("t", partitions: 2)
        for number in 0..<count {
            await clusters.source.appendRecord(
                key: "k\(number)", value: "v\(number)", to: "t", Int32(number % 2))
        }
    }

    private func untilMirrored(_ clusters: TwoClusters, _ offsets: [Int64]) async throws {
        try await waitUntil("the mirror has everything", within: .seconds(20)) {
            for (partition, end) in offsets.enumerated() {
                guard await clusters.destination.logOffsets("t", Int32(partition))?.logEnd == end else { return false }
            }
            return true
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `apply starts a worker, notices that it died, and starts it again`() async throws {
        try await TwoClusters.with { clusters in
            try clusters.folder.write("m/link.yaml", Self.local)
            await fill(clusters, 100)
            let first = try await clusters.run("apply", "--auto-approve")
            #expect(first.exitCode == 0)
            #expect(first.output.hasSuffix("Applied: 4 created. Left: nothing.  Verified by a second read.\n"))
            #expect(
                first.errorOutput
                    == "lockstep: process ids and logs of local workers are in \(clusters.state)\n")
            try await untilMirrored(clusters, [50, 50])
            let settled = try await clusters.run("plan", "--detailed-exitcode")
            #expect(settled.exitCode == 0)
            #expect(settled.output == "No changes. 2 objects on 1 link match.\n")

            let worker = try #require(clusters.workerPids().first)
            kill(worker, SIGKILL)
            try await waitUntil("the worker is gone", within: .seconds(10)) { !isRunning(pid: worker) }
            let plan = try await clusters.run("plan", "--detailed-exitcode")
            #expect(plan.exitCode == 2)
            #expect(plan.output.contains("1  + workers l: start 1 "))
            #expect(plan.errorOutput == "lockstep: 1 change\n")
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            #expect(clusters.workerPids().count == 1)
            #expect(clusters.workerPids() != [worker])
            for _ in 0..<10 { await clusters.source.appendRecord(value: "more", to: "t") }
            try await untilMirrored(clusters, [60, 50])
            let verify = try await clusters.run("verify")
            #expect(verify.exitCode == 0)
            #expect(
                verify.output == """
                    t: equal to a/t, 110 records on 2 partitions, up to 60, 50
                    Compared 110 records: 1 of 1 mirror topics are equal to their sources.

                    """)
            try await expectHonestVerify(clusters)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a comparison of nothing is no success`() async throws {
        try await TwoClusters.with { clusters in
            try clusters.folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: [{name: t}]"))
            let early = try await clusters.run("verify")
            #expect(early.exitCode == 1)
            #expect(early.output.hasPrefix("t: not compared: it is not made yet; apply first\n"), "\(early.output)")
            try clusters.folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: []"))
            let empty = try await clusters.run("verify")
            #expect(empty.exitCode == 1)
            #expect(empty.errorOutput == "lockstep: no link has a mirror topic, so nothing was compared\n")
        }
    }

    /// What the source deletes by and by can be compared no more; all of it is no success.
    private func expectHonestVerify(_ clusters: TwoClusters) async throws {
        await clusters.source.moveLogStart("t", 0, to: 20)
        let partly = try await clusters.run("verify")
        #expect(partly.exitCode == 0)
        #expect(
            partly.output == """
                t: equal to a/t as far as both hold the same offsets, 90 records on 2 partitions, up to 60, 50
                t-0: not compared below 20: the source does not hold offsets 0 to 19 any more
                Compared 90 records: 1 of 1 mirror topics are equal to their sources, 1 of them only as far as both \
                clusters hold the same offsets.

                """)
        await clusters.source.moveLogStart("t", 0, to: 60)
        let blind = try await clusters.run("verify")
        #expect(blind.exitCode == 1)
        #expect(
            blind.output == """
                t-0: not compared: the source does not hold offsets 0 to 59 any more, and the mirror ends at 60: nothing \
                can be compared
                Compared 50 records: 0 of 1 mirror topics are equal to their sources.

                """)
    }

    @Test(.timeLimit(.minutes(2)))
    func `promotion needs a second yes, stops the mirror, and is never undone`() async throws {
        try await TwoClusters.with { clusters in
            try clusters.folder.write("m/link.yaml", Self.local)
            await fill(clusters, 20)
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            try await untilMirrored(clusters, [10, 10])
            try clusters.folder.write(
                "m/link.yaml",
                TwoClusters.link(
                    "mirrorTopics: [{name: t, state: PROMOTED}]", workers: "{mode: local, count: 1}"))
            let without = try await clusters.run("apply", "-y")
            #expect(without.exitCode == 3)
            #expect(without.errorOutput == "lockstep: steps that need --allow-irreversible are left\n")
            #expect(without.output.hasSuffix("Applied: nothing. Left: 1 not tried.\n"))
            let with = try await clusters.run("apply", "-y", "--allow-irreversible")
            #expect(with.exitCode == 0)
            #expect(
                with.output.hasSuffix(
                    "Applied: 1 changed (1 irreversible). Left: nothing.  Verified by a second read.\n"))
            await clusters.destination.appendRecord(value: "ours now", to: "t")
            #expect(try await clusters.run("plan", "--detailed-exitcode").exitCode == 0)
            // Going back to ACTIVE is impossible, and leaving the files changes nothing.
            try clusters.folder.write("m/link.yaml", Self.local)
            #expect(try await clusters.run("plan", "--detailed-exitcode").exitCode == 3)
            try clusters.folder.write(
                "m/link.yaml", TwoClusters.link("mirrorTopics: []", workers: "{mode: local, count: 1}"))
            #expect(try await clusters.run("plan", "--detailed-exitcode").exitCode == 0)
            let status = try await clusters.run("status", "--include-stopped")
            #expect(status.output.contains("  t      STOPPED    -    -  "))
            #expect(try await clusters.run("verify").exitCode == 0)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `surplus workers are planned to stop and stopped, others are not`() async throws {
        try await TwoClusters.with { clusters in
            await fill(clusters, 2)
            try clusters.folder.write(
                "m/link.yaml", TwoClusters.link("mirrorTopics: [{name: t}]", workers: "{mode: local, count: 2}"))
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            #expect(clusters.workerPids().count == 2)
            try clusters.folder.write("m/link.yaml", Self.local)
            let plan = try await clusters.run("plan", "--detailed-exitcode")
            #expect(plan.exitCode == 2)
            #expect(plan.output.contains("1  ~ workers l: stop 1, as 1 is declared"), "\(plan.output)")
            #expect(clusters.workerPids().count == 2)
            let run = try await clusters.run("apply", "-y")
            #expect(run.exitCode == 0)
            #expect((run.output + run.errorOutput).contains(") was stopped"), "\(run.output)\(run.errorOutput)")
            #expect(clusters.workerPids().count == 1)
            #expect(try await clusters.run("plan", "--detailed-exitcode").exitCode == 0)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `without a terminal and without a yes nothing happens`() async throws {
        try await TwoClusters.with { clusters in
            try clusters.folder.write("m/link.yaml", Self.local)
            let run = try await clusters.run("apply")
            #expect(run.exitCode == 64)
            #expect(
                run.errorOutput == """
                    lockstep: apply asks before it changes anything, and there is nobody to ask; pass --auto-approve
                    Run `lockstep apply --help` to see what is possible.

                    """)
            #expect(await clusters.destination.requestCount(.metadata) == 0)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a second apply ends with 5 and has changed nothing`() async throws {
        try await TwoClusters.with { clusters in
            try clusters.folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: [{name: t}, {name: u}]"))
            await clusters.source.createTopic("t")
            #expect(try await clusters.run("apply", "-y", "--skip-blocked").exitCode == 3)
            await clusters.source.createTopic("u")
            // The first holds the lock for as long as its creation of the topic is held.
            let gate = RequestGate()
            await clusters.destination.intercept(.createTopics, .once) { _ in .holdReply(until: gate) }
            let first = try clusters.start("apply", "-y")
            try await waitUntil("the first apply creates the topic", within: .seconds(20)) {
                await clusters.destination.topicId("u") != nil
            }
            try clusters.folder.write("m/more.yaml", "")
            let second = try await clusters.run("apply", "-y", "--skip-blocked")
            gate.open()
            #expect(try await first.waitForExit(within: .seconds(20)) == .code(0))
            #expect(second.exitCode == 5)
            #expect(second.errorOutput.contains("another apply is at work on b: "))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `an interrupted apply ends in order, gives its lock back, and goes on when run again`() async throws {
        try await TwoClusters.with { clusters in
            try clusters.folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: [{name: t}]"))
            await fill(clusters, 4)
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            try clusters.folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: [{name: t, state: PROMOTED}]"))
            // Nobody mirrors, so the promotion waits.
            let apply = try clusters.start("apply", "-y", "--allow-irreversible")
            try await apply.waitForLine(containing: "[1/1] ! promote t ", inErrors: true)
            apply.signal(SIGINT)
            let exit = try await apply.waitForExit(within: .seconds(10))
            #expect(exit == .code(4))
            #expect(apply.errorOutput.contains("lockstep: ending after the step at hand; again to end at once\n"))
            let worker = try clusters.start("worker")
            let again = try await clusters.run("apply", "-y", "--allow-irreversible")
            #expect(again.exitCode == 0)
            #expect(await clusters.destination.logOffsets("t")?.logEnd == 2)
            worker.signal(SIGTERM)
            #expect(try await worker.waitForExit(within: .seconds(10)) == .code(0))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a saved plan is applied as it is, or not at all`() async throws {
        try await TwoClusters.with { clusters in
            try clusters.folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: [{name: t}]"))
            await clusters.source.createTopic("t")
            let file = clusters.folder.file("plan.json")
            let plan = try await clusters.run("plan", "--out", file)
            #expect(plan.exitCode == 0)
            #expect(
                plan.output.hasSuffix("To apply exactly this:\n  lockstep apply \(file) -f \(clusters.manifests)\n"))
            #expect(try await clusters.run("apply", file).exitCode == 0)
            let again = try await clusters.run("apply", file)
            #expect(again.exitCode == 6)
            #expect(
                again.errorOutput
                    == "lockstep: the clusters have changed since the plan was saved; plan again, review it, and apply "
                    + "that\n")
            let text = try String(contentsOfFile: file, encoding: .utf8)
            try clusters.folder.write("forged.json", text.replacingOccurrences(of: "\"t\"", with: "\"v\""))
            let forged = try await clusters.run("apply", clusters.folder.file("forged.json"))
            #expect(forged.exitCode == 6)
            #expect(forged.errorOutput.hasSuffix("its id does not fit its content; plan again\n"))
        }
    }
}
