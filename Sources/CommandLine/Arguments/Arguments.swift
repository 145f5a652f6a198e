/// What a command line says, checked against the command's syntax.
package struct Arguments: Hashable, Sendable {
    /// The command.
    package let command: CommandSyntax
    /// What stands on the command line besides flags.
    package private(set) var operands: [String] = []
    private var given: [String: [String]] = [:]

    /// Whether help was asked for; everything else may then be missing.
    package var wantsHelp: Bool { has("help") }

    /// Whether a flag was given.
    package func has(_ name: String) -> Bool {
        precondition(command.options.contains { $0.name == name }, "the syntax of this command has no such flag")
        return given[name] != nil
    }

    /// The value of a flag; nil when it was not given.
    package func value(_ name: String) -> String? { values(name).last }

    /// All values of a flag that may be repeated, in order.
    package func values(_ name: String) -> [String] { has(name) ? given[name] ?? [] : [] }

    /// The value of a flag as a duration such as `30s`; nil when it was not given.
    package func duration(_ name: String) throws(CommandFailure) -> Duration? {
        guard let text = value(name) else { return nil }
        guard let duration = DurationArgument.parse(text) else {
            throw .usage("--\(name) takes a duration such as 500ms, 30s, 10m or 2h, not \"\(text)\"")
        }
        return duration
    }

    /// Reads what follows the command's name.
    ///
    /// Accepted: `--name`, `--name value`, `--name=value`, `-n`, `-n value`, `-nvalue`, and `--` before operands.
    package init(_ words: some Sequence<String>, for command: CommandSyntax) throws(CommandFailure) {
        self.command = command
        var rest = Array(words)[...]
        // Help wins over mistakes: who asks for it may not know how to write the rest.
        if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
            given["help"] = [""]
            return
        }
        while let word = rest.popFirst() {
            if word == "--" {
                operands += rest
                break
            } else if word.hasPrefix("--") {
                try takeLong(word.dropFirst(2), &rest)
            } else if word.hasPrefix("-"), word != "-" {
                try takeShort(word.dropFirst(), &rest)
            } else {
                operands.append(word)
            }
        }
        if operands.count > command.operandLimit {
            let extra = operands[command.operandLimit]
            let hint = command.options.contains { $0.name == "file" } ? "manifests are given with -f" : nil
            throw .usage("\(command.name) does not take \"\(extra)\"", hint: hint)
        }
    }

    private mutating func takeLong(_ word: Substring, _ rest: inout ArraySlice<String>) throws(CommandFailure) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let option = command.options.first(where: { $0.name == name }) else {
            throw unknown("--\(name)", name)
        }
        try take(option, written: "--\(name)", attached: parts.count > 1 ? String(parts[1]) : nil, &rest)
    }

    private mutating func takeShort(_ word: Substring, _ rest: inout ArraySlice<String>) throws(CommandFailure) {
        var letters = word
        while let letter = letters.popFirst() {
            guard let option = command.options.first(where: { $0.letter == letter }) else {
                throw unknown("-\(letter)", String(word))
            }
            if option.value == nil {
                try take(option, written: "-\(letter)", attached: nil, &rest)
            } else {
                let attached = letters.hasPrefix("=") ? letters.dropFirst() : letters
                try take(option, written: "-\(letter)", attached: letters.isEmpty ? nil : String(attached), &rest)
                return
            }
        }
    }

    private mutating func take(
        _ option: OptionSyntax, written: String, attached: String?, _ rest: inout ArraySlice<String>
    ) throws(CommandFailure) {
        if given[option.name] != nil, !option.isRepeatable { throw .usage("\(written) is given twice") }
        guard let placeholder = option.value else {
            guard attached == nil else { throw .usage("\(written) takes no value") }
            given[option.name, default: []].append("")
            return
        }
        var value = attached
        if value == nil, let next = rest.first, next == "-" || !next.hasPrefix("-") { value = rest.popFirst() }
        guard let value, !value.isEmpty else { throw .usage("\(written) needs a value: \(written) \(placeholder)") }
        if !option.choices.isEmpty, !option.choices.contains(value) {
            throw .usage(
                "\(written) is one of \(option.choices.joined(separator: ", ")), not \"\(value)\"",
                hint: Suggestion.hint(for: value, among: option.choices))
        }
        given[option.name, default: []].append(value)
    }

    private func unknown(_ written: String, _ name: String) -> CommandFailure {
        let known = command.options.map(\.name)
        return .usage(
            "\(command.name) has no flag \(written)", hint: Suggestion.hint(for: name, among: known, prefix: "--"))
    }
}
