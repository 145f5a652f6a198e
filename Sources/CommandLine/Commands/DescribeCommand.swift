import KafkaModel
import LinkStore
import Reconciler

/// `lockstep describe`.
enum DescribeCommand {
    static let command = Command(
        CommandSyntax(
            "describe", "Show all that takes effect on links, and where each value comes from.",
            operands: "[LINK...]", operandLimit: 1000,
            options: [
                ManifestPaths.option,
                OptionSyntax("output", letter: "o", value: "FORMAT", choices: ["text", "json"], "How to print it."),
            ],
            discussion: """
                Configs have Cluster Linking's names, policies the manifest's. Their origin is a line of a manifest,
                DEFAULT, derived from something else, or stored by an apply of manifests that said it. Links that no
                manifest declares are shown as well, from all declared clusters. Of secrets it shows where they come
                from, never what they are.
                Exit codes: 0 everything was read, 1 something could not be read, 65 invalid manifests.
                """)
    ) { (arguments, context) throws(CommandFailure) in
        let manifests = try LoadedManifests.load(arguments, context)
        let session = try ClusterSession.open(manifests.desired, context)
        let snapshot = await StatusReader(desired: manifests.desired, clients: session.clients).read(everywhere: true) {
            WallClock.nowMs
        }
        await session.close()
        let descriptions = try chosen(arguments.operands, snapshot, manifests.desired)
        if arguments.value("output") == "json" {
            context.terminal.result(DescribeJSON.render(descriptions, readAtMs: snapshot.readAtMs))
        } else {
            let text = DescribeText(nowMs: snapshot.readAtMs)
            context.terminal.result(
                descriptions.isEmpty ? "No links." : descriptions.map(text.render).joined(separator: "\n"))
        }
        for cluster in snapshot.clusters {
            guard let problem = cluster.problem else { continue }
            context.terminal.note("lockstep: cluster \(cluster.name) cannot be read: \(problem)")
        }
        for link in snapshot.links {
            let unread = snapshot.unreadTopics(of: link)
            guard let first = unread.first else { continue }
            let others = unread.count == 1 ? "" : ", and \(unread.count - 1) others"
            context.terminal.note(
                "lockstep: link \(link.name): mirror topic \(first.topic.topic)\(others) cannot be read in full: "
                    + first.because)
        }
        return snapshot.hasProblems ? .failed : .done
    }

    /// The links of these names; all of them when none is given.
    private static func chosen(
        _ names: [String], _ snapshot: StatusSnapshot, _ desired: DesiredState
    ) throws(CommandFailure) -> [LinkDescription] {
        let known = snapshot.links.map(\.name)
        if let unknown = names.first(where: { !known.contains($0) }) {
            throw .usage(
                "there is no link \(unknown), neither declared nor stored on a cluster that answers",
                hint: Suggestion.hint(for: unknown, among: known)
                    ?? (known.isEmpty ? nil : "there are \(known.joined(separator: ", "))"))
        }
        return snapshot.links.filter { names.isEmpty || names.contains($0.name) }
            .map { LinkDescription($0, desired: desired) }
    }
}
