/// What a command is called and takes; parsing and `--help` both come from it.
package struct CommandSyntax: Hashable, Sendable {
    /// The name, such as `plan`.
    package var name: String
    /// Other names for it.
    package var aliases: [String]
    /// What it does, in one line.
    package var summary: String
    /// What stands for the operands in the help, such as `[PLANFILE]`; nil when there are none.
    package var operands: String?
    /// Most operands.
    package var operandLimit: Int
    /// The flags of this command.
    package var options: [OptionSyntax]
    /// More about it, below the flags; whole lines.
    package var discussion: String

    /// A command without operands unless `operands` names some.
    package init(
        _ name: String, aliases: [String] = [], _ summary: String, operands: String? = nil, operandLimit: Int = 0,
        options: [OptionSyntax] = [], discussion: String = ""
    ) {
        self.name = name
        self.aliases = aliases
        self.summary = summary
        self.operands = operands
        self.operandLimit = operandLimit
        self.options = options + Self.everywhere
        self.discussion = discussion
    }

    /// The flags of every command.
    private static let everywhere = [
        OptionSyntax("no-color", "Print without colour; so do NO_COLOR, TERM=dumb and a pipe."),
        OptionSyntax("help", letter: "h", "Print this help."),
    ]

    /// The text of `--help`.
    package var help: String {
        var text = "\(summary)\n\nUSAGE: lockstep \(name)"
        text += options.isEmpty ? "" : " [options]"
        text += operands.map { " \($0)" } ?? ""
        text += aliases.isEmpty ? "\n" : "        (also: \(aliases.joined(separator: ", ")))\n"
        let width = min(options.map(\.usage.count).max() ?? 0, 34)
        text += "\nOPTIONS:\n"
        for option in options {
            let usage = option.usage
            if usage.count > width {
                text += "  \(usage)\n" + String(repeating: " ", count: width + 4) + "\(option.summary)\n"
            } else {
                text += "  \(usage)" + String(repeating: " ", count: width - usage.count + 2) + "\(option.summary)\n"
            }
        }
        return discussion.isEmpty ? text : "\(text)\n\(discussion)\n"
    }
}
