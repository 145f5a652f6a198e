extension AclBinding {
    /// How an ACL is written, for people who have to write one.
    package static let form = "\"allow|deny PRINCIPAL to OPERATION RESOURCE-TYPE NAME [(PREFIXED)] [from host HOST]\""

    /// An ACL as `description` writes it, words in any case; nil when it is nothing of the kind.
    ///
    /// Names may hold blanks. Where a text can be read in two ways, the end of it is a pattern or a host rather than a
    /// part of the name.
    package init?(_ text: String) {
        guard let permission = AclPermission.allCases.first(where: { Self.begins(text, with: $0.rawValue + " ") })
        else { return nil }
        let rest = text.dropFirst(permission.rawValue.count + 1)
        // Principals may hold blanks, too, so the first " to " that an operation follows is the one.
        for separator in rest.ranges(of: " to ") {
            let principal = rest[..<separator.lowerBound]
            let words = rest[separator.upperBound...].split(separator: " ", maxSplits: 2).map(String.init)
            guard words.count == 3, let operation = Self.operation(words[0]),
                let type = AclResourceType.allCases.first(where: { $0.rawValue.lowercased() == words[1].lowercased() })
            else { continue }
            guard let colon = principal.firstIndex(of: ":"), colon > principal.startIndex,
                principal.index(after: colon) < principal.endIndex
            else { return nil }
            self.init(permission, String(principal), operation, type, words[2])
            takePatternAndHost()
            // The cluster has one name, and no name begins with it.
            let isKnown = type != .cluster || (name == Self.clusterName && patternType == .literal)
            if name.isEmpty || !isKnown { return nil }
            return
        }
        return nil
    }

    /// Cuts what follows the name off it.
    private mutating func takePatternAndHost() {
        if let from = name.ranges(of: " from host ").last {
            let host = name[from.upperBound...]
            if !host.isEmpty, !host.contains(" ") {
                self.host = String(host)
                name = String(name[..<from.lowerBound])
            }
        }
        let pattern = " (prefixed)"
        if name.lowercased().hasSuffix(pattern) {
            patternType = .prefixed
            name = String(name.dropLast(pattern.count))
        }
    }

    private static func operation(_ word: String) -> AclOperation? {
        AclOperation.allCases.first { $0.rawValue == word.lowercased() }
    }

    private static func begins(_ text: String, with word: String) -> Bool {
        text.prefix(word.count).lowercased() == word
    }
}
