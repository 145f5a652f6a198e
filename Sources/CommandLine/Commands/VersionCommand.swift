/// `lockstep version`.
enum VersionCommand {
    static let text = "lockstep \(Version.current)"

    static let command = Command(CommandSyntax("version", "Print the version.")) { _, context in
        context.terminal.result(text)
        return .done
    }
}
