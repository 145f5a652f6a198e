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
        try check(bytes, wanted: "certificate") { $0 == "certificate" }
    }

    /// Checks that the text has a whole private key.
    package static func checkKey(_ bytes: [UInt8]) throws(Problem) {
        try check(bytes, wanted: "private key") { $0.hasSuffix("private key") }
    }

    /// The text with every marker on a line of its own, as OpenSSL wants it; Kafka takes blocks on one line as well.
    package static func inLines(_ bytes: [UInt8]) -> [UInt8] {
        var lines: [UInt8] = []
        var rest = bytes[...]
        while let marker = firstMarker(in: rest) {
            lines += rest[..<marker.range.lowerBound]
            if lines.last.map(isLineEnd) == false { lines.append(0x0A) }
            lines += rest[marker.range]
            rest = rest[marker.range.upperBound...].drop(while: isBlank)
            if rest.first.map(isLineEnd) == false { lines.append(0x0A) }
        }
        return lines + rest
    }

    private static func check(
        _ bytes: [UInt8], wanted: String, isWanted: (String) -> Bool
    ) throws(Problem) {
        let labels = try labels(bytes)
        guard labels.contains(where: isWanted) else { throw .none(wanted: wanted, found: Set(labels).sorted()) }
    }

    /// The labels of all blocks, in small letters; every block is looked at.
    private static func labels(_ bytes: [UInt8]) throws(Problem) -> [String] {
        var labels: [String] = []
        var open: String?
        var rest = bytes[...]
        while let marker = firstMarker(in: rest) {
            if let open {
                guard isContent(rest[..<marker.range.lowerBound]) else { throw .notBase64(open) }
                guard !marker.isBegin else { throw .noEnd(open) }
            }
            if marker.isBegin {
                open = marker.label
            } else if open == marker.label {
                labels.append(marker.label)
                open = nil
            }
            rest = rest[marker.range.upperBound...]
        }
        if let open { throw .noEnd(open) }
        return labels
    }

    private static func isContent(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.split(whereSeparator: isLineEnd).allSatisfy { line in
            if line.allSatisfy({ isBase64($0) || isBlank($0) }) { return true }
            // Old keys say in headers how they are encrypted (RFC 1421).
            let text = String(decoding: line, as: UTF8.self)
            return text.contains(": ") || text.contains(",")
        }
    }

    // MARK: Markers

    private struct Marker {
        var range: Range<Int>
        var isBegin: Bool
        var label: String
    }

    private static let dashes = Array("-----".utf8)
    private static let begin = Array("-----BEGIN ".utf8)
    private static let end = Array("-----END ".utf8)
    /// More letters than any label has.
    private static let labelLimit = 40

    private static func firstMarker(in bytes: ArraySlice<UInt8>) -> Marker? {
        var rest = bytes
        while let start = rest.firstIndex(of: UInt8(ascii: "-")) {
            if let marker = marker(at: rest[start...]) { return marker }
            rest = rest[start...].dropFirst()
        }
        return nil
    }

    private static func marker(at bytes: ArraySlice<UInt8>) -> Marker? {
        let isBegin = bytes.starts(with: begin)
        guard isBegin || bytes.starts(with: end) else { return nil }
        // Only what looks like a label is one: on a single line a key may stand between dashes.
        let label = bytes.dropFirst(isBegin ? begin.count : end.count).prefix(labelLimit).prefix(while: isOfLabel)
        guard !label.isEmpty, bytes[label.endIndex...].starts(with: dashes) else { return nil }
        return Marker(
            range: bytes.startIndex..<label.endIndex + dashes.count, isBegin: isBegin,
            label: String(decoding: label, as: UTF8.self).lowercased())
    }

    private static func isOfLabel(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: " "): true
        default: false
        }
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
}
