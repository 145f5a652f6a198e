import EmbeddedBroker
import EventLoop
import KafkaClient
import KafkaModel
import LinkStore
import Reconciler

/// Shows the way of a topic from plan to promotion, with real commands on real (embedded) clusters.
struct DemoTour: Sendable {
    /// Longest wait for something that takes well under a second.
    private static let patience = Duration.seconds(30)

    let clusters: DemoClusters
    let manifests: DemoManifests
    let data: DemoData
    let context: CommandContext
    let loop: EventLoop

    private var terminal: Terminal { context.terminal }

    /// The whole tour; throws when something did not go as it should.
    func run() async throws(CommandFailure) {
        say(
            "Two Kafka clusters run in this process: paris on port \(clusters.paris.port), "
                + "dublin on port \(clusters.dublin.port).")
        let count = DemoData.topics.reduce(0) { $0 + $1.records }
        say("paris has \(DemoData.topics.count) topics with \(count) records. The manifests are in \(manifests.path):")
        show(manifests.linkFile)

        title("1. What would change?")
        try await command("plan")
        title("2. Make it so. Mirror topics are created, and a worker starts to copy.")
        try await command("apply", "--auto-approve")
        say("The worker runs in this process; its log is \(manifests.logPath).")
        try await untilLevel()
        title("3. Every record has the same offset on both clusters.")
        try await command("status")
        try await command("verify")

        title("4. Move the topic customers to dublin for good: one word in a manifest.")
        try manifests.writeLink(customers: "PROMOTED")
        say("  mirrorTopics:\n    - name: customers\n-     state: ACTIVE\n+     state: PROMOTED")
        try await command("plan")
        say("Promotion is one-way, so it needs a second yes.")
        try await command("apply", "--auto-approve", "--allow-irreversible")
        try await writeOnDublin()
        try await command("status")

        title("5. Everything is as declared.")
        try await command("plan")
    }

    /// What a person can do while the clusters run.
    func invitation(_ program: String) -> String {
        """

        Everything keeps running until Ctrl-C. To play with it, in another terminal:

          export LOCKSTEP_STATE_DIR=\(manifests.statePath)
          \(program) status --watch -f \(manifests.path)
          \(program) verify -f \(manifests.path)
          kcat -C -e -b 127.0.0.1:\(clusters.dublin.port) -t orders.v1 -f '%p %o %k %s\\n' | head
          echo hello | kcat -P -b 127.0.0.1:\(clusters.paris.port) -t orders.v1

        Change \(manifests.linkFile), such as a state to PAUSED or FAILED_OVER, then
          \(program) plan -f \(manifests.path)
          \(program) apply -f \(manifests.path)
        """
    }

    private func command(_ words: String...) async throws(CommandFailure) {
        let words = words + ["-f", manifests.path]
        terminal.result("$ lockstep \(words.joined(separator: " "))")
        let status = await LockstepProgram.run(words, in: context)
        terminal.result("\n")
        guard status == .done else {
            throw CommandFailure(status, "the demo's `\(words[0])` ended with \(status.rawValue): \(status.meaning)")
        }
    }

    /// Waits until every mirror has what its source had when the wait began.
    private func untilLevel() async throws(CommandFailure) {
        let began = ContinuousClock.now
        let manifests = try LoadedManifests.load([manifests.path], terminal)
        let session = try ClusterSession.open(manifests.desired, context)
        let reader = StatusReader(desired: manifests.desired, clients: session.clients)
        var isLevel = false
        while !isLevel, ContinuousClock.now - began < Self.patience, !Task.isCancelled {
            let topics = await reader.read { WallClock.nowMs }.links.flatMap(\.topics)
            isLevel = !topics.isEmpty && topics.allSatisfy { $0.state == .active && $0.lagRecords == .known(0) }
            if !isLevel { await session.loop.pause(.milliseconds(100)) }
        }
        await session.close()
        guard isLevel else { throw CommandFailure(.failed, "the demo's mirrors did not catch up") }
        let took = (ContinuousClock.now - began).components
        say("(caught up \(took.seconds).\(took.attoseconds / 100_000_000_000_000_000) s later)\n")
    }

    /// The promoted topic is an ordinary one: it takes writes, behind the last mirrored record.
    private func writeOnDublin() async throws(CommandFailure) {
        let client = DemoClusters.client(clusters.dublin, name: "dublin", loop: loop)
        do throws(ClientError) {
            let offset = try await DemoData(client: client).append(
                "customers", 0, numbers: 300..<301, atMs: WallClock.nowMs)
            say(
                "A producer wrote to customers on dublin: partition 0, offset \(offset), "
                    + "right behind the last mirrored record.\n")
        } catch {
            await client.close()
            throw CommandFailure(.failed, "the promoted topic takes no writes: \(error)")
        }
        await client.close()
    }

    private func title(_ text: String) {
        terminal.result(terminal.colours ? "\u{1B}[1m\(text)\u{1B}[0m\n" : "\(text)\n")
    }

    private func say(_ text: String) { terminal.result(text) }

    private func show(_ path: String) {
        let text = ProcessFiles.text(path) ?? ""
        say("\n" + text.split(separator: "\n").map { "    \($0)\n" }.joined() + "\n")
    }
}
