import KafkaModel

/// `lockstep worker`: mirrors for one link until it is told to stop.
enum WorkerCommand {
    static let command = Command(
        CommandSyntax(
            "worker", "Mirror for one link until SIGTERM or SIGINT.",
            options: [
                ManifestPaths.option,
                OptionSyntax("link", value: "NAME", "The link; needed when the manifests declare several."),
                OptionSyntax(
                    "instance-id", value: "ID",
                    "Name of this worker, the same after each restart; it then takes its own place at once."),
                StateDirectory.option,
            ],
            discussion: """
                Any number of workers of one link share its partitions; start another to scale out. A worker follows the
                link's state on the destination, so it need not be restarted after an apply; and it takes over what
                manifests say of its clusters (bootstrapServers, tls, authentication, properties) within seconds.
                Logs go to stderr. Exit codes: 0 stopped, 1 it could not go on.
                """)
    ) { (arguments, context) throws(CommandFailure) in
        let manifests = try LoadedManifests.load(arguments, context)
        let link = try manifests.link(arguments.value("link"))
        let terminal = context.terminal
        let who = "worker \(link.name)"
        let session = try WorkerSession.open(
            link: link, desired: manifests.desired, manifests: manifests.paths,
            instanceId: arguments.value("instance-id"), environment: context.environment
        ) { terminal.note(LogLine.text(who, $0)) }
        terminal.note(LogLine.text(who, "lockstep \(Version.current) mirrors \(link.source) -> \(link.destination)"))
        let signals = context.signals
        let reason = await withTaskGroup(of: Void.self) { group in
            group.addTask {
                guard await signals?.firstSignal() != nil else { return }
                terminal.note(LogLine.text(who, "stopping"))
                await session.stop()
            }
            let reason = await session.run()
            group.cancelAll()
            return reason
        }
        session.close()
        if let directory = try? StateDirectory(arguments, context.environment) {
            LocalWorkers(directory: directory, manifests: []).forgetOwn(link: link.name)
        }
        if let reason { throw CommandFailure(.failed, reason) }
        terminal.note(LogLine.text(who, "stopped"))
        return .done
    }
}
