/// A value of a YAML document, with the place where it is written.
///
/// Scalars keep their written text; what type they are is decided by whoever wants one (see `ScalarResolution.swift`).
package struct YAMLNode {
    /// How a scalar was written.
    package enum Style: Sendable {
        /// Without quotes: `yes`, `12`, `orders.v1`.
        case plain
        /// In quotes or as a block: always text.
        case quoted
    }

    /// What the value is.
    package enum Content {
        /// Text, a number, a boolean or null, as written (escapes resolved).
        case scalar(String, Style)
        /// A list.
        case sequence([YAMLNode])
        /// Keys with values, in the order written; merged entries (`<<`) behind the mapping's own.
        case mapping([YAMLEntry])
    }

    /// What the value is.
    package let content: Content
    /// Where it is written; of a list or mapping, where it begins.
    package let spot: YAMLSpot
    /// One behind the closing bracket; nil for a scalar, and for a list or mapping without brackets.
    package let closing: YAMLMark?

    /// A value at a place.
    package init(_ content: Content, at spot: YAMLSpot, closing: YAMLMark? = nil) {
        self.content = content
        self.spot = spot
        self.closing = closing
    }

    /// Whether the value is missing: written as nothing, `~` or `null`.
    package var isNull: Bool {
        guard case .scalar(let text, .plain) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// What the value is, in words for a finding: `a list`, `a mapping`, `nothing`, or the text in quotes.
    package var kindInWords: String {
        switch content {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar where isNull: "nothing"
        case .scalar(let text, _): "\"\(text.count > 60 ? text.prefix(59) + "…" : text[...])\""
        }
    }
}

/// A key of a mapping with its value.
package struct YAMLEntry {
    /// The key's text.
    package let key: String
    /// Where the key is written.
    package let keySpot: YAMLSpot
    /// The value.
    package let value: YAMLNode

    /// A key with its value.
    package init(key: String, keySpot: YAMLSpot, value: YAMLNode) {
        self.key = key
        self.keySpot = keySpot
        self.value = value
    }
}
