import Diagnostics
import KafkaModel
import Manifest

/// Manifests that are valid, and where they came from.
struct LoadedManifests: Sendable {
    /// What they declare.
    let desired: DesiredState
    /// The paths they were read from.
    let paths: [String]

    /// Reads the manifests of a command line; findings go to stderr, and errors end the command.
    static func load(_ arguments: Arguments, _ context: CommandContext) throws(CommandFailure) -> LoadedManifests {
        try load(ManifestPaths.chosen(arguments, context), context.terminal)
    }

    /// Reads manifests; findings go to stderr, and errors are thrown.
    static func load(_ paths: [String], _ terminal: Terminal) throws(CommandFailure) -> LoadedManifests {
        let load = ManifestFiles.load(paths)
        terminal.note(DiagnosticText(coloured: terminal.errorColours).text(load.diagnostics))
        guard let desired = load.desired else {
            throw CommandFailure(.manifestsInvalid, "the manifests are invalid. \(ValidationReport(load).summary)")
        }
        return LoadedManifests(desired: desired, paths: paths)
    }

    /// The link of that name; the only one when no name is given.
    func link(_ name: String?) throws(CommandFailure) -> LinkSpec {
        let known = desired.links.map(\.name)
        guard let name else {
            guard let only = desired.links.first, known.count == 1 else {
                throw .usage("the manifests declare \(known.count) links", hint: "choose one with --link NAME")
            }
            return only
        }
        guard let link = desired.links.first(where: { $0.name == name }) else {
            let hint = Suggestion.hint(for: name, among: known)
            throw .usage(
                "the manifests declare no link \(name)", hint: hint ?? "they declare \(known.joined(separator: ", "))")
        }
        return link
    }
}
