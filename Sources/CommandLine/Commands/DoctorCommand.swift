import KafkaModel
import Manifest
import Planner
import Reconciler

/// `lockstep doctor`: tests connections and rights.
enum DoctorCommand {
    static let command = Command(
        CommandSyntax(
            "doctor", "Test connections to all brokers, and whether each link may do what it needs.",
            options: [
                ManifestPaths.option,
                OptionSyntax(
                    "acls", "Print the ACLs that each link needs, as kafka-acls commands; connects to nothing."),
            ],
            discussion: """
                Changes nothing: what clusters do not tell, because a topic does not exist yet or many names are meant,
                they are asked for in ways that cannot succeed. A right that a declared feature needs and that is
                missing is a problem, with the command that grants it. Exit codes: 0 all is well, 1 something is not.
                """)
    ) { (arguments, context) throws(CommandFailure) in
        let manifests = try LoadedManifests.load(arguments, context)
        if arguments.has("acls") {
            for link in manifests.desired.links { context.terminal.result(acls(of: link, manifests.desired)) }
            return .done
        }
        let session = try ClusterSession.open(manifests.desired, context)
        let findings = await Doctor(desired: manifests.desired, clients: session.clients).examine()
        await session.close()
        for finding in findings {
            context.terminal.result("\(finding.isProblem ? "problem" : "ok     ")  \(finding.subject): \(finding.text)")
        }
        return findings.contains(where: \.isProblem) ? .failed : .done
    }

    /// A script that grants what a link needs, cluster by cluster, with what each right is for.
    private static func acls(of link: LinkSpec, _ desired: DesiredState) -> String {
        guard !link.isAbsent else { return "# link \(link.name) is declared ABSENT: once it is gone it needs nothing" }
        var lines: [String] = []
        let rights = RightsTable.needed(by: link)
        for side in NeededRight.Side.allCases {
            let cluster = side == .source ? link.source : link.destination
            let principal = desired.clusters[cluster]?.security.principal
            lines.append("# link \(link.name), \(side.rawValue) \(cluster)")
            for feature in NeededRight.Feature.allCases {
                let commands = rights.filter { $0.side == side && $0.feature == feature }
                guard !commands.isEmpty else { continue }
                lines.append("# for \(feature.rawValue)")
                lines += commands.map { $0.grant.command(principal: principal) }
            }
        }
        return lines.joined(separator: "\n")
    }
}
