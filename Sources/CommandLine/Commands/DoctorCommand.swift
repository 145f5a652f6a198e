import Reconciler

/// `lockstep doctor`: tests connections and rights.
enum DoctorCommand {
    static let command = Command(
        CommandSyntax(
            "doctor", "Test connections to all brokers, and whether each link can read what it needs.",
            options: [ManifestPaths.option],
            discussion: "Only reads. Exit codes: 0 all is well, 1 something is not.")
    ) { (arguments, context) throws(CommandFailure) in
        let manifests = try LoadedManifests.load(arguments, context)
        let session = try ClusterSession.open(manifests.desired, context)
        let findings = await Doctor(desired: manifests.desired, clients: session.clients).examine()
        await session.close()
        for finding in findings {
            context.terminal.result("\(finding.isProblem ? "problem" : "ok     ")  \(finding.subject): \(finding.text)")
        }
        return findings.contains(where: \.isProblem) ? .failed : .done
    }
}
