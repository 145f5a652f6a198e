/// Words inside Markdown: no name and no broker's message may break the table, ping a person or become HTML.
enum MarkdownText {
    /// Plain words.
    static func plain(_ text: String) -> String {
        var result = ""
        for character in text.printable {
            switch character {
            case "\\", "`", "*", "_", "[", "]", "|", "#", "~": result += "\\\(character)"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            // A comment between does not show, and keeps a name from being mentioned.
            case "@": result += "@<!-- -->"
            default: result.append(character)
            }
        }
        return result
    }

    /// A name in a code span; `inTable` when a bar would end the cell.
    static func code(_ text: String, inTable: Bool = false) -> String {
        var inner = text.printable.replacing("`", with: "'")
        if inTable { inner = inner.replacing("|", with: "\\|") }
        return "`\(inner)`"
    }

    /// A line inside a fence of three backticks.
    static func fenced(_ text: String) -> String { text.printable.replacing("```", with: "'''") }
}
