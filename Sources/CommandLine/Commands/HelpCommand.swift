import KafkaModel
import Planner

/// `lockstep help [COMMAND]`.
enum HelpCommand {
    static let command = Command(
        CommandSyntax(
            "help", "Print what there is, help for a command, the exit codes, all link configs, or the ACLs needed.",
            operands: "[COMMAND | exit-codes | configs | acls]", operandLimit: 1)
    ) { (arguments, context) throws(CommandFailure) in
        guard let topic = arguments.operands.first else {
            context.terminal.result(overview)
            return .done
        }
        if topic == "exit-codes" {
            context.terminal.result(exitCodes)
        } else if topic == "configs" {
            context.terminal.result(LinkConfigText.all())
        } else if topic == "acls" {
            context.terminal.result(acls)
        } else if let command = CommandTable.command(named: topic) {
            context.terminal.result(command.syntax.help)
        } else {
            throw .usage(
                "no help on \"\(topic)\"",
                hint: Suggestion.hint(for: topic, among: CommandTable.names + ["exit-codes", "configs", "acls"]))
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
            + "`lockstep help configs` what becomes of each of Cluster Linking's configs,\n"
            + "`lockstep help acls` which ACLs it needs."
    }

    /// What Lockstep's principals need, feature by feature.
    static var acls: String {
        let rows = RightsTable.rules.map { rule in
            [rule.side.rawValue, "\(rule.operation.kafkaName) on \(rule.subject.rawValue)", rule.purpose]
        }
        let widths = (0..<2).map { column in rows.map { $0[column].count }.max() ?? 0 }
        var text = "ACLs that Lockstep needs; READ, WRITE, DELETE and ALTER permit DESCRIBE, ALTER_CONFIGS permits\n"
        text += "DESCRIBE_CONFIGS. `lockstep doctor --acls` prints those of your links as commands.\n"
        for feature in NeededRight.Feature.allCases {
            text += "\n\(feature.rawValue)\n"
            for (rule, row) in zip(RightsTable.rules, rows) where rule.feature == feature {
                let cells = row.enumerated().map { index, cell in
                    index < 2 ? cell + String(repeating: " ", count: widths[index] - cell.count) : "to \(cell)"
                }
                text += "  \(cells.joined(separator: "  "))\n"
            }
        }
        return String(text.dropLast())
    }

    static var exitCodes: String {
        ExitStatus.allCases.map { status in
            let code = String(status.rawValue)
            return String(repeating: " ", count: 4 - code.count) + "\(code)  \(status.meaning)\n"
        }.joined()
    }
}
