import YAMLDocument

/// A value of a manifest that may point to an environment variable or a file: `${env:NAME}`, `${file:path}`,
/// `${file:path:key}`.
///
/// References are resolved only in memory and only when the value is needed, so that checking manifests needs no
/// secrets. Neither the text nor what it resolves to is ever printed.
package struct ReferencedText: Hashable, Sendable {
    /// Where a value comes from.
    package enum Reference: Hashable, Sendable {
        /// An environment variable.
        case environment(String)
        /// The whole content of a file, without line ends at its end.
        case file(String)
        /// One key of a Java properties file.
        case fileKey(path: String, key: String)
    }

    enum Part: Hashable, Sendable {
        case text(String)
        case reference(Reference)
    }

    let parts: [Part]

    /// Why a text with `${` is no legal value.
    package enum Problem: Error, Hashable, Sendable {
        /// `${` without `}`.
        case unclosed
        /// Something else than the three references; the part between `${` and `}` is kept for the message.
        case unknown(String)
    }

    /// Reads a value as written in a manifest.
    package init(_ text: String) throws(Problem) {
        var parts: [Part] = []
        var rest = Substring(text)
        while let opening = Self.index(of: "${", in: rest) {
            if opening > rest.startIndex { parts.append(.text(String(rest[..<opening]))) }
            let inside = rest[opening...].dropFirst(2)
            guard let closing = inside.firstIndex(of: "}") else { throw .unclosed }
            guard let reference = Self.reference(inside[..<closing]) else { throw .unknown(String(inside[..<closing])) }
            parts.append(.reference(reference))
            rest = inside[closing...].dropFirst()
        }
        if !rest.isEmpty || parts.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

    /// Reads a value of a file that is not ours: what is no reference is taken as it is written.
    package init(literally text: String) {
        var parts: [Part] = []
        var plain = ""
        var rest = Substring(text)
        while let opening = Self.index(of: "${", in: rest) {
            let inside = rest[opening...].dropFirst(2)
            guard let closing = inside.firstIndex(of: "}"), let found = Self.reference(inside[..<closing]) else {
                plain += rest[..<inside.startIndex]
                rest = inside
                continue
            }
            plain += rest[..<opening]
            if !plain.isEmpty { parts.append(.text(plain)) }
            plain = ""
            parts.append(.reference(found))
            rest = inside[closing...].dropFirst()
        }
        plain += rest
        if !plain.isEmpty || parts.isEmpty { parts.append(.text(plain)) }
        self.parts = parts
    }

    /// Whether the text is one reference and nothing else.
    static func isReference(_ text: String) -> Bool {
        let parts = ReferencedText(literally: text).parts
        if case .reference? = parts.first { return parts.count == 1 }
        return false
    }

    /// Everything the value points to, in the order written.
    package var references: [Reference] {
        parts.compactMap { if case .reference(let reference) = $0 { reference } else { nil } }
    }

    /// Reports a malformed reference; true when there is none.
    static func check(_ text: String, at spot: YAMLSpot, path: String) -> Bool {
        do throws(Problem) {
            _ = try ReferencedText(text)
            return true
        } catch {
            switch error {
            case .unclosed: spot.report(ManifestCode.reference, "\(path) has \"${\" without \"}\"")
            case .unknown(let inside):
                // Signs of a password may look like a reference: only a provider's name that is known is shown.
                let provider = knownProviders.first { inside.hasPrefix("\($0):") } ?? ""
                spot.report(
                    ManifestCode.reference, "\(path) has a reference that is not known: \"${\(provider)…}\"",
                    hint: "use ${env:NAME}, ${file:path} or ${file:path:key}")
            }
            return false
        }
    }

    /// Config providers of Kafka and of those who sell it, for messages.
    private static let knownProviders = ["env", "file", "dir", "directory", "vault", "securepass", "secretsmanager"]

    private static func index(of marker: String, in text: Substring) -> Substring.Index? {
        var index = text.startIndex
        while index < text.endIndex {
            if text[index...].hasPrefix(marker) { return index }
            index = text.index(after: index)
        }
        return nil
    }

    private static func reference(_ inside: Substring) -> Reference? {
        let fields = inside.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard fields.count == 2, !fields[1].isEmpty else { return nil }
        let argument = fields[1]
        switch fields[0] {
        case "env":
            let isName = argument.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
            return isName ? .environment(String(argument)) : nil
        case "file":
            // The key is what follows the last colon; a path with a colon in it needs a key to be told apart.
            guard let colon = argument.lastIndex(of: ":") else { return .file(String(argument)) }
            let (path, key) = (argument[..<colon], argument[colon...].dropFirst())
            return path.isEmpty || key.isEmpty ? nil : .fileKey(path: String(path), key: String(key))
        default: return nil
        }
    }
}

extension ReferencedText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Dots: a value that may be a secret is never printed.
    package var description: String { "••••" }
    /// Dots: a value that may be a secret is never printed.
    package var debugDescription: String { description }
    /// Nothing: a value that may be a secret is never shown in a dump.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
