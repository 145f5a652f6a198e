import Diagnostics

/// Finds the characters of a file that must never be shown: values of keys that hold secrets.
package struct SecretMask {
    /// Columns to hide, by line; both counted from 1.
    private(set) var columns: [Int32: [Range<Int32>]] = [:]

    private static let words = [
        "password", "passwd", "passphrase", "secret", "jaas", "token", "credential", "private", "apikey", "api.key",
        "keystore.key", "certificate.chain", "user.info", "assertion",
    ]
    /// Words that are recognised with a slip of the pen as well.
    private static let misspelt = ["password", "passphrase", "secret", "credentials", "token", "jaas"]

    /// Whether a key's name says that its value is a secret.
    ///
    /// Rather one too many: this only hides text.
    package static func looksSecret(_ key: String) -> Bool {
        let lower = key.lowercased()
        if words.contains(where: { lower.contains($0) }) { return true }
        return parts(of: key).contains { $0.count > 4 && DidYouMean.name(for: $0, among: misspelt) != nil }
    }

    /// The words that a key is made of: `ssl.keyPassword` is `ssl`, `key` and `password`.
    private static func parts(of key: String) -> [String] {
        guard key.utf8.count <= DidYouMean.nameLengthLimit else { return [] }
        var parts: [String] = [""]
        for character in key {
            if !character.isLetter || character.isUppercase, parts.last != "" { parts.append("") }
            if character.isLetter { parts[parts.count - 1] += character.lowercased() }
        }
        return parts
    }

    /// Hides every value below `node` whose key looks secret, unless it is only a reference such as `${env:NAME}`.
    mutating func addSecrets(below node: YAMLNode) {
        switch node.content {
        case .scalar(let text, _):
            // A JAAS line or a properties line in an innocent-looking value.
            if Self.isAssignmentOfSecret(text) { hide(node) }
        case .sequence(let elements): elements.forEach { addSecrets(below: $0) }
        case .mapping(let entries):
            for entry in entries {
                if Self.looksSecret(entry.key) { hideScalars(of: entry.value) } else { addSecrets(below: entry.value) }
            }
        }
    }

    private mutating func hideScalars(of node: YAMLNode) {
        switch node.content {
        case .scalar(let text, _):
            if !Self.isReference(text), !node.isNull { hide(node) }
        case .sequence(let elements): elements.forEach { hideScalars(of: $0) }
        case .mapping(let entries): entries.forEach { hideScalars(of: $0.value) }
        }
    }

    /// `${env:…}` or `${file:…}` and nothing else.
    private static func isReference(_ text: String) -> Bool {
        let isKnown = text.hasPrefix("${env:") || text.hasPrefix("${file:")
        return isKnown && text.firstIndex(of: "}") == text.indices.last
    }

    private mutating func hide(_ node: YAMLNode) {
        let (start, end) = (node.spot.start, node.spot.end)
        if start.line == end.line {
            columns[start.line, default: []].append(start.column..<max(start.column, end.column))
        } else if start.line < end.line {
            columns[start.line, default: []].append(start.column..<Int32.max)
            for line in (start.line + 1)..<end.line { columns[line, default: []].append(1..<Int32.max) }
            columns[end.line, default: []].append(1..<max(1, end.column))
        }
    }

    private static func isAssignmentOfSecret(_ text: String) -> Bool {
        guard text.contains("=") else { return false }
        let lower = text.lowercased()
        return words.contains { lower.contains($0) }
    }

    /// The line with the given columns replaced by dots, one to one.
    static func mask(_ scalars: [Unicode.Scalar], columns: [Range<Int32>]) -> String {
        var view = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            let column = Int32(clamping: index + 1)
            view.append(columns.contains { $0.contains(column) } ? "•" : scalar)
        }
        return String(view)
    }

    /// Columns to hide in a line whose structure is not known: all behind the `:` or `=` after a secret-looking word.
    static func guess(in scalars: [Unicode.Scalar]) -> [Range<Int32>] {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        guard looksSecret(String(view)) else { return [] }
        let lower = scalars.map { $0.properties.lowercaseMapping.unicodeScalars.first ?? $0 }
        let begins = words.compactMap { word -> Int? in
            let letters = Array(word.unicodeScalars)
            guard lower.count >= letters.count else { return nil }
            return (0...lower.count - letters.count).first { lower[$0..<$0 + letters.count].elementsEqual(letters) }
        }
        guard let begin = begins.min() else { return [] }
        // Columns count from 1, so the sign's index + 2 is the column behind it.
        let hidden = scalars[begin...].firstIndex { $0 == ":" || $0 == "=" }.map { $0 + 2 } ?? begin + 1
        return [Int32(clamping: hidden)..<Int32.max]
    }
}
