import Diagnostics
import Manifest

/// `lockstep validate`: checks manifests without any cluster.
enum ValidateCommand {
    static let command = Command(
        CommandSyntax(
            "validate", "Check manifests offline: form, references, rules.",
            options: [
                ManifestPaths.option,
                OptionSyntax(
                    "output", letter: "o", value: "FORMAT", choices: ["text", "json", "github"],
                    "How to print findings; github: annotations of a workflow run."),
            ],
            discussion: "Exit codes: 0 valid (warnings allowed), 65 invalid.")
    ) { (arguments, context) throws(CommandFailure) in
        let load = ManifestFiles.load(ManifestPaths.chosen(arguments, context))
        let report = ValidationReport(load)
        switch arguments.value("output") {
        case "json": context.terminal.result(try EncodedJSON.of(report))
        case "github": context.terminal.result(GitHubAnnotations.text(load.diagnostics) + report.summary)
        default:
            let findings = DiagnosticText(coloured: context.terminal.colours).text(load.diagnostics)
            context.terminal.result(findings + report.summary)
        }
        return load.desired == nil ? .manifestsInvalid : .done
    }
}
