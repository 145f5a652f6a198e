import EmbeddedBroker
import Foundation
import KafkaProtocol
import TestSupport
import Testing

/// Commands that run until they are told to stop.
@Suite struct LongRunningCommands {
    @Test(.timeLimit(.minutes(1)), arguments: [SIGTERM, SIGINT])
    func `a worker leaves its group within seconds`(_ signal: Int32) async throws {
        try await TwoClusters.with { clusters in
            try clusters.folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: [{name: t}]"))
            await clusters.source.createTopic("t")
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            let worker = try clusters.start("worker", "--link", "l", "--instance-id", "w1")
            try await worker.waitForLine(containing: ": ACTIVE", inErrors: true)
            let busy = try await clusters.run("status", "-o", "json")
            #expect(busy.output.contains("\"name\": \"w1\""))
            worker.signal(signal)
            #expect(try await worker.waitForExit(within: .seconds(8)) == .code(0))
            #expect(worker.output == "")
            #expect(worker.errorOutput.hasSuffix("worker l: stopped\n"))
            let idle = try await clusters.run("status")
            #expect(idle.output.contains("workers 0 of 1 (external)"))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `run reconciles, mirrors, follows the manifests, and stops in order`() async throws {
        try await TwoClusters.with { clusters in
            try clusters.folder.write(
                "m/link.yaml", TwoClusters.link("mirrorTopics: [{name: t}]", workers: "{mode: local, count: 1}"))
            await clusters.source.createTopic("t")
            await clusters.source.createTopic("u")
            await clusters.source.appendRecord(value: "x", to: "u")
            let run = try clusters.start("run", "--interval", "200ms", "--jitter", "0")
            try await run.waitForLine(containing: ": ACTIVE", inErrors: true)
            // Another apply on this machine sees the hosted worker.
            #expect(try await clusters.run("plan", "--detailed-exitcode").exitCode == 0)
            try clusters.folder.write("m/link.yaml", "nonsense: [")
            try await run.waitForLine(containing: "run: the manifests are invalid", inErrors: true)
            try clusters.folder.write(
                "m/link.yaml",
                TwoClusters.link(
                    "mirrorTopics: [{name: t, state: FAILED_OVER}, {name: u}]", workers: "{mode: local, count: 1}"))
            try await waitUntil("the new topic is mirrored", within: .seconds(20)) {
                await clusters.destination.logOffsets("u")?.logEnd == 1
            }
            run.signal(SIGTERM)
            #expect(try await run.waitForExit(within: .seconds(10)) == .code(0))
            // Without --allow-irreversible nothing was failed over.
            #expect(try await clusters.run("status", "--include-stopped").output.contains("STOPPED") == false)
            #expect(clusters.workerPids() == [])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `one cycle that a signal cuts short does not look done`() async throws {
        try await TwoClusters.with { clusters in
            try clusters.folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: []"))
            #expect(try await clusters.run("run", "--once").exitCode == 0)
            for name in ["t", "u"] { await clusters.source.createTopic(name) }
            try clusters.folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: [{name: t}, {name: u}]"))
            let gate = RequestGate()
            await clusters.destination.intercept(.createTopics) { _ in .holdReply(until: gate) }
            let run = try clusters.start("run", "--once")
            try await waitUntil("t is made") { await clusters.destination.topicId("t") != nil }
            run.signal(SIGTERM)
            try await run.waitForLine(containing: "run: stopping", inErrors: true)
            gate.open()
            #expect(try await run.waitForExit(within: .seconds(10)) == .code(4))
            #expect(await clusters.destination.topicId("u") == nil)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `links of one name from other manifests never take each other's workers for their own`() async throws {
        try await TwoClusters.with { clusters in
            let local = "{mode: local, count: 1}"
            let there = TwoClusters.link("mirrorTopics: [{name: t}]", workers: local)
            try clusters.folder.write("m/link.yaml", there)
            await clusters.source.createTopic("t")
            // The same name, the other way round.
            let back = there.replacing("{name: a}", with: "{name: x}").replacing("{name: b}", with: "{name: a}")
                .replacing("{name: x}", with: "{name: b}").replacing("name: t", with: "name: u")
            try clusters.folder.write(
                "n/m.yaml",
                TwoClusters.clusters(clusters.source.bootstrap, clusters.destination.bootstrap)
                    + "---\n" + back)
            await clusters.destination.createTopic("u")
            let others = ["-f", clusters.folder.file("n")]
            let environment = ["LOCKSTEP_STATE_DIR": clusters.state]
            let foreign = "worker l-0 runs here already, with the manifests of "

            let run = try clusters.start("run", "--interval", "200ms", "--jitter", "0")
            try await run.waitForLine(containing: ": ACTIVE", inErrors: true)
            let apply = try await CommandRun.run(
                [lockstepExecutable, "apply", "-y"] + others, environment: environment)
            #expect(apply.exitCode == 4)
            #expect(apply.output.contains(foreign + clusters.manifests), "\(apply.output)")
            run.signal(SIGTERM)
            #expect(try await run.waitForExit(within: .seconds(10)) == .code(0))

            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            let workers = clusters.workerPids()
            #expect(workers.count == 1)
            let other = try RunningCommand(
                [lockstepExecutable, "run", "--interval", "200ms"] + others, environment: environment)
            try await other.waitForLine(containing: "run: " + foreign + clusters.manifests, inErrors: true)
            other.signal(SIGTERM)
            #expect(try await other.waitForExit(within: .seconds(10)) == .code(0))
            #expect(clusters.workerPids() == workers)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `the demo shows the whole way and leaves nothing behind`() async throws {
        let folder = try TemporaryDirectory("demo")
        let run = try await CommandRun.run([lockstepExecutable, "demo", "--exit", "--dir", folder.file("d")])
        #expect(run.exitCode == 0)
        #expect(run.errorOutput == "")
        for line in [
            "$ lockstep plan -f \(folder.file("d"))/manifests",
            "Plan: 6 to create, 0 to change, 0 to delete.",
            "Applied: 6 created. Left: nothing.  Verified by a second read.",
            "orders.v1: equal to paris/orders.v1, 2000 records on 4 partitions, up to 500, 500, 500, 500",
            "Compared 2700 records: 3 of 3 mirror topics are equal to their sources.",
            "Plan: 0 to create, 1 to change (1 irreversible), 0 to delete.",
            "Applied: 1 changed (1 irreversible). Left: nothing.  Verified by a second read.",
            "A producer wrote to customers on dublin: partition 0, offset 100, right behind the last mirrored record.",
            "No changes. 4 objects on 1 link match.",
        ] {
            #expect(run.output.split(separator: "\n").contains(Substring(line)), "\(line)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("d/state")) == ["worker.log"])
    }

    @Test(.timeLimit(.minutes(1)))
    func `the demo stays until it is told to stop`() async throws {
        let folder = try TemporaryDirectory("demo")
        let demo = try RunningCommand([lockstepExecutable, "demo", "--dir", folder.file("d")])
        try await demo.waitForLine(containing: "Everything keeps running until Ctrl-C.")
        let status = try await CommandRun.run(
            [lockstepExecutable, "status", "-f", folder.file("d/manifests")],
            environment: ["LOCKSTEP_STATE_DIR": folder.file("d/state")])
        #expect(status.exitCode == 0)
        #expect(status.output.contains("link paris-to-dublin  ACTIVE  paris -> dublin  workers 1 of 1 (local)\n"))
        demo.signal(SIGINT)
        #expect(try await demo.waitForExit(within: .seconds(10)) == .code(0))
    }
}
