import EventLoop
import KafkaModel
import LinkStore
import Reconciler

/// `lockstep status`.
enum StatusCommand {
    static let command = Command(
        CommandSyntax(
            "status", "Show links, workers and mirror topics: state, lag, reasons.",
            options: [
                ManifestPaths.option,
                OptionSyntax("output", letter: "o", value: "FORMAT", choices: ["text", "json"], "How to print it."),
                OptionSyntax("link", value: "NAME", "Only this link."),
                OptionSyntax("partitions", "Show every partition; otherwise only those of topics that are not well."),
                OptionSyntax("include-stopped", "Also show mirror topics that have stopped for good."),
                OptionSyntax("pending-stopped-only", "Show only mirror topics that are stopping."),
                OptionSyntax("watch", "Print again every two seconds until interrupted."),
            ],
            discussion: """
                Lag is the number of records that the mirror does not have yet, age how old the oldest of them is.
                Mirror topics that have stopped are left out, as in Cluster Linking's tools; how many is said.
                What cannot be read is shown as unknown (null in JSON), with the reason.
                Exit codes: 0 everything was read, 1 something could not be read, 65 invalid manifests.
                """)
    ) { (arguments, context) throws(CommandFailure) in
        let selection = try Self.selection(arguments)
        let manifests = try LoadedManifests.load(arguments, context)
        let link = try arguments.value("link").map { (name) throws(CommandFailure) in try manifests.link(name).name }
        let session = try ClusterSession.open(manifests.desired, context)
        let reader = StatusReader(desired: manifests.desired, clients: session.clients)
        let text = StatusText(
            isColoured: context.terminal.colours, showsAllPartitions: arguments.has("partitions"), selection: selection)
        let isJSON = arguments.value("output") == "json"
        let render = { (snapshot: StatusSnapshot) in
            isJSON ? StatusJSON.render(snapshot, selection) : text.render(snapshot)
        }
        var snapshot = await reader.read(link: link) { WallClock.nowMs }
        context.terminal.result(render(snapshot))
        while arguments.has("watch"), !context.terminal.readerIsGone, !Task.isCancelled {
            await session.loop.pause(.seconds(2))
            snapshot = await reader.read(link: link) { WallClock.nowMs }
            let clear = context.terminal.colours && !isJSON ? "\u{1B}[H\u{1B}[2J" : "\n"
            context.terminal.result(clear + render(snapshot))
        }
        await session.close()
        return snapshot.hasProblems ? .failed : .done
    }

    private static func selection(_ arguments: Arguments) throws(CommandFailure) -> TopicSelection {
        switch (arguments.has("include-stopped"), arguments.has("pending-stopped-only")) {
        case (true, true): throw .usage("--include-stopped and --pending-stopped-only exclude each other")
        case (true, false): return .includingStopped
        case (false, true): return .stopping
        case (false, false): return .live
        }
    }
}
