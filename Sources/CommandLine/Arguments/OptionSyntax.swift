/// A flag that a command takes.
package struct OptionSyntax: Hashable, Sendable {
    /// Its name without the dashes, such as `detailed-exitcode`.
    package var name: String
    /// Its one-letter form, without the dash.
    package var letter: Character?
    /// What stands for its value in the help, such as `PATH`; nil for a flag without a value.
    package var value: String?
    /// The only values allowed; empty when any is.
    package var choices: [String]
    /// Whether it may be given more than once.
    package var isRepeatable: Bool
    /// What it does, in one line.
    package var summary: String

    /// A flag without a value, unless `value` names one.
    package init(
        _ name: String, letter: Character? = nil, value: String? = nil, choices: [String] = [],
        isRepeatable: Bool = false, _ summary: String
    ) {
        self.name = name
        self.letter = letter
        self.value = value
        self.choices = choices
        self.isRepeatable = isRepeatable
        self.summary = summary
    }

    /// As the help and messages show it: `-f, --file PATH`.
    var usage: String {
        let short = letter.map { "-\($0), " } ?? "    "
        let placeholder = choices.isEmpty ? value : choices.joined(separator: "|")
        return "\(short)--\(name)" + (placeholder.map { " \($0)" } ?? "")
    }
}
