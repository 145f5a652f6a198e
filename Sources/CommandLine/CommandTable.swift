/// All commands, in the order of the help.
enum CommandTable {
    /// A group of commands under one heading.
    struct Group {
        let title: String
        let commands: [Command]
    }

    static let groups = [
        Group(
            title: "Files",
            commands: [ValidateCommand.command, SchemaCommand.command, WhyCommand.command, ImportCommand.command]),
        Group(title: "Change", commands: [PlanCommand.command, ApplyCommand.command]),
        Group(
            title: "Live",
            commands: [
                StatusCommand.command, DescribeCommand.command, VerifyCommand.command, DoctorCommand.command,
            ]),
        Group(title: "Act now", commands: ActCommand.commands),
        Group(title: "Run", commands: [WorkerCommand.command, RunCommand.command]),
        Group(title: "Other", commands: [DemoCommand.command, HelpCommand.command, VersionCommand.command]),
    ]

    /// Names and aliases of all commands.
    static var names: [String] { groups.flatMap(\.commands).flatMap { [$0.syntax.name] + $0.syntax.aliases } }

    /// The command of a name or alias.
    static func command(named name: String) -> Command? {
        groups.lazy.flatMap(\.commands).first { $0.syntax.name == name || $0.syntax.aliases.contains(name) }
    }
}
