import EmbeddedBroker
import EventLoop
import KafkaClient
import LinkStore

/// `lockstep demo`: two embedded clusters, a link, a promotion; nothing to install.
enum DemoCommand {
    static let command = Command(
        CommandSyntax(
            "demo", "Show plan, apply, status and promotion on two clusters inside this process.",
            options: [
                OptionSyntax(
                    "dir", value: "PATH",
                    "Folder for the manifests (default: lockstep-demo under the temporary folder)."),
                OptionSyntax("exit", "End after the tour instead of running until Ctrl-C."),
            ],
            discussion:
                "Needs no Kafka, no Java and no Docker. Listens on loopback only and writes nothing but its folder.")
    ) { (arguments, outer) throws(CommandFailure) in
        var context = outer
        // The demo's result is the whole transcript, with what its commands say on stderr.
        context.terminal = outer.terminal.withEverythingOnOutput(outer.environment)
        let clusters = try await DemoClusters.start()
        do throws(CommandFailure) {
            let status = try await run(clusters, arguments, context)
            await clusters.stop()
            return status
        } catch {
            await clusters.stop()
            throw error
        }
    }

    private static func run(
        _ clusters: DemoClusters, _ arguments: Arguments, _ context: CommandContext
    ) async throws(CommandFailure) -> ExitStatus {
        let isFirst = clusters.paris.port == 19092 && clusters.dublin.port == 29092
        let manifests = DemoManifests(
            folder: DemoManifests.folder(
                given: arguments.value("dir"), environment: context.environment, isFirst: isFirst))
        try manifests.write(parisPort: clusters.paris.port, dublinPort: clusters.dublin.port)
        let loop: EventLoop
        do throws(SystemError) {
            loop = try EventLoop()
        } catch {
            throw CommandFailure(.failed, "the system gave no event loop: \(error)")
        }
        let terminal = context.terminal
        var environment = context.environment
        environment["LOCKSTEP_STATE_DIR"] = manifests.statePath
        let workers = HostedWorkers(
            directory: StateDirectory(path: manifests.statePath), manifests: [manifests.path],
            environment: environment
        ) { manifests.log($0) }
        let client = DemoClusters.client(clusters.paris, name: "paris", loop: loop)
        let data = DemoData(client: client)
        let tour = DemoTour(
            clusters: clusters, manifests: manifests, data: data,
            context: CommandContext(
                terminal: terminal, environment: environment, signals: nil, workerHost: workers), loop: loop)
        var failure: CommandFailure?
        do throws(CommandFailure) {
            try await data.write(atMs: WallClock.nowMs)
            failure = await play(tour, stays: !arguments.has("exit"), context)
        } catch {
            failure = error
        }
        await workers.stopAll()
        await client.close()
        loop.stop()
        if let failure { throw failure }
        return .done
    }

    /// The tour, then the time to play; a signal ends either.
    private static func play(_ tour: DemoTour, stays: Bool, _ context: CommandContext) async -> CommandFailure? {
        await withTaskGroup(of: CommandFailure?.self) { group in
            group.addTask {
                // Only a signal ends this one; a cancelled wait must not look like one.
                guard await context.signals?.firstSignal() != nil else { return nil }
                context.terminal.result("\nStopping.")
                return nil
            }
            group.addTask {
                do throws(CommandFailure) {
                    try await tour.run()
                } catch {
                    return error
                }
                guard stays else { return nil }
                context.terminal.result(tour.invitation(ShellWord.quoted(LocalWorkers.thisProgram)))
                await DemoTraffic(data: tour.data, loop: tour.loop).run()
                while !Task.isCancelled { await tour.loop.pause(.seconds(3600)) }
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}
