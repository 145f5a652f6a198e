/// How scalars become typed values. Strict on purpose: `yes`, `on`, `012` and `1e3` are text, never something else.
extension YAMLNode {
    /// The scalar's text as written; nil for lists, mappings and null.
    package var text: String? {
        guard case .scalar(let text, _) = content, !isNull else { return nil }
        return text
    }

    /// `true` or `false`, without quotes and in lower case; anything else is nil.
    package var boolean: Bool? {
        guard case .scalar(let text, .plain) = content else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default: return nil
        }
    }

    /// A whole decimal number without quotes, leading zeros, plus sign or separators; anything else is nil.
    package var integer: Int64? {
        guard case .scalar(let text, .plain) = content else { return nil }
        return Self.integer(text)
    }

    /// A whole decimal number without leading zeros, plus sign or separators; anything else is nil.
    package static func integer(_ text: String) -> Int64? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            digits == "0" || !digits.hasPrefix("0")
        else { return nil }
        return Int64(text)
    }

    /// The list's elements; a null is an empty list; anything else is nil.
    package var elements: [YAMLNode]? {
        if case .sequence(let elements) = content { return elements }
        return isNull ? [] : nil
    }

    /// The mapping's entries; a null is an empty mapping; anything else is nil.
    package var entries: [YAMLEntry]? {
        if case .mapping(let entries) = content { return entries }
        return isNull ? [] : nil
    }

    /// Reports a value that is not what was wanted, with a hint for the usual slips.
    package func reportWrongType(_ wanted: String, what: String) {
        if isNull {
            spot.report(YAMLCode.noValue, "\(what) has no value; it must be \(wanted)")
        } else {
            // "true" in quotes is text; without this word the sentence would contradict itself.
            let text = if case .scalar(_, .quoted) = content, !wanted.contains("text") { "the text " } else { "" }
            spot.report(
                YAMLCode.wrongType, "\(what) must be \(wanted), not \(text)\(kindInWords)", hint: hint(wanted: wanted))
        }
    }

    private func hint(wanted: String) -> String? {
        guard case .scalar(let text, let style) = content else { return nil }
        let lower = text.lowercased()
        if wanted.contains("true or false") {
            if ["true", "yes", "on", "1", "y"].contains(lower) { return "write true, without quotes" }
            if ["false", "no", "off", "0", "n"].contains(lower) { return "write false, without quotes" }
        }
        if wanted.contains("whole number"), style == .quoted, Self.integer(text) != nil {
            return "write \(text) without quotes"
        }
        if wanted.contains("a list") { return "write each element on a line of its own, after \"- \"" }
        return nil
    }
}
