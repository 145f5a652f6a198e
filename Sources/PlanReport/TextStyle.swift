import Planner

/// Colour for terminals, and nothing otherwise.
struct TextStyle {
    /// Whether colour is wanted.
    let color: Bool

    /// A symbol of a plan in its colour.
    func symbol(_ text: String) -> String {
        switch text {
        case Step.Action.create.rawValue: paint(text, "32")
        case Step.Action.change.rawValue: paint(text, "33")
        case Step.Action.delete.rawValue, "x": paint(text, "31")
        case Step.Action.irreversible.rawValue: paint(text, "1;35")
        default: text
        }
    }

    /// A word that must not be missed.
    func warning(_ text: String) -> String { paint(text, "33") }

    /// Something that did not work.
    func failure(_ text: String) -> String { paint(text, "31") }

    private func paint(_ text: String, _ code: String) -> String {
        color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

extension String {
    /// The text without control characters, so that no name and no broker's message can move the cursor.
    package var printable: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars { result.append(scalar.isControl ? " " : scalar) }
        return String(result)
    }

    /// The text with blanks after it, up to `width` characters.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    /// The words of the text in lines of at most `width` characters; a longer word has a line of its own.
    func wrapped(at width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ", omittingEmptySubsequences: false) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = String(word)
            } else {
                line += (line.isEmpty ? "" : " ") + word
            }
        }
        return lines + [line]
    }
}

extension Unicode.Scalar {
    /// C0 and C1 controls, DEL, and the marks that turn the direction of text.
    fileprivate var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x2028...0x2029: true
        default: false
        }
    }
}
