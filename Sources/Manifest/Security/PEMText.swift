/// Texts with `-----BEGIN …-----` blocks (RFC 7468): certificates and keys.
package enum PEMText {
    /// What is wrong with the form of a text.
    package enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        /// There is not one block of the kind wanted; the labels that were found.
        case none(wanted: String, found: [String])
        /// A block has no end: the file was cut off, or is being written.
        case noEnd(String)
        /// A block's content is not base64.
        case notBase64(String)

        /// The problem in words that fit behind a file's name; never a part of the content.
        package var description: String {
            switch self {
            case .none(let wanted, let found):
                "holds no \(wanted) as PEM" + (found.isEmpty ? "" : ", only \(found.joined(separator: ", "))")
            case .noEnd(let label): "ends in the middle of a block (\(label)); was it cut off while it was written?"
            case .notBase64(let label): "has a block (\(label)) that is not base64; was it damaged on its way?"
            }
        }
    }

    /// Checks that the text has at least one whole certificate.
    package static func checkCertificates(_ bytes: [UInt8]) throws(Problem) {
        try check(bytes, wanted: "certificate") { $0 == "CERTIFICATE" || $0 == "TRUSTED CERTIFICATE" }
    }

    /// Checks that the text has a whole private key.
    package static func checkKey(_ bytes: [UInt8]) throws(Problem) {
        try check(bytes, wanted: "private key") { $0.hasSuffix("PRIVATE KEY") }
    }

    private static func check(
        _ bytes: [UInt8], wanted: String, isWanted: (String) -> Bool
    ) throws(Problem) {
        let labels = try labels(bytes)
        guard !labels.contains(where: isWanted) else { return }
        let shown = labels.map { $0.count > 40 ? "…" : $0.lowercased() }
        throw .none(wanted: wanted, found: Set(shown).sorted())
    }

    /// The labels of all blocks; every block is looked at.
    private static func labels(_ bytes: [UInt8]) throws(Problem) -> [String] {
        var labels: [String] = []
        var open: (label: String, isHeader: Bool)?
        for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            let text = String(decoding: line, as: UTF8.self).trimmed
            if let label = label(text, "BEGIN") {
                if let open { throw .noEnd(open.label.lowercased()) }
                open = (label, false)
            } else if let label = label(text, "END") {
                guard let begun = open, begun.label == label else { continue }
                labels.append(label)
                open = nil
            } else if let begun = open, !isContent(text) {
                // Old keys say in headers how they are encrypted (RFC 1421).
                guard text.contains(": ") || text.contains(",") else { throw .notBase64(begun.label.lowercased()) }
            }
        }
        if let open { throw .noEnd(open.label.lowercased()) }
        return labels
    }

    private static func label(_ line: String, _ word: String) -> String? {
        let start = "-----\(word) "
        guard line.hasPrefix(start), line.hasSuffix("-----"), line.count > start.count + 5 else { return nil }
        return String(line.dropFirst(start.count).dropLast(5))
    }

    private static func isContent(_ line: String) -> Bool {
        line.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
                true
            default: false
            }
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        let rest = drop { $0 == " " || $0 == "\t" }
        return String(rest.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
