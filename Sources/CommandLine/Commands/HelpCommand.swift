/// `lockstep help [COMMAND]`.
enum HelpCommand {
    static let command = Command(
        CommandSyntax(
            "help", "Print what there is, help for a command, the exit codes, or all link configs.",
            operands: "[COMMAND | exit-codes | configs]", operandLimit: 1)
    ) { (arguments, context) throws(CommandFailure) in
        guard let topic = arguments.operands.first else {
            context.terminal.result(overview)
            return .done
        }
        if topic == "exit-codes" {
            context.terminal.result(exitCodes)
        } else if topic == "configs" {
            context.terminal.result(LinkConfigText.all())
        } else if let command = CommandTable.command(named: topic) {
            context.terminal.result(command.syntax.help)
        } else {
            throw .usage(
                "no help on \"\(topic)\"",
                hint: Suggestion.hint(for: topic, among: CommandTable.names + ["exit-codes", "configs"]))
        }
        return .done
    }

    /// All commands, one line each.
    static var overview: String {
        let width = CommandTable.groups.flatMap(\.commands).map { $0.syntax.name.count }.max() ?? 0
        var text = "Kafka cluster linking as code.\n\nUSAGE: lockstep <command> [options]\n"
        for group in CommandTable.groups {
            text += "\n\(group.title)\n"
            for command in group.commands {
                let name = command.syntax.name
                text += "  \(name)" + String(repeating: " ", count: width - name.count + 2) + command.syntax.summary
                text +=
                    command.syntax.aliases.isEmpty
                    ? "\n" : " (also: \(command.syntax.aliases.joined(separator: ", ")))\n"
            }
        }
        text += "\nManifests: -f PATH, a file, a folder, or - for stdin; otherwise manifests/ or the current folder.\n"
        return text + "`lockstep <command> --help` explains a command, `lockstep help exit-codes` the exit codes,\n"
            + "`lockstep help configs` what becomes of each of Cluster Linking's configs."
    }

    static var exitCodes: String {
        ExitStatus.allCases.map { status in
            let code = String(status.rawValue)
            return String(repeating: " ", count: 4 - code.count) + "\(code)  \(status.meaning)\n"
        }.joined()
    }
}
