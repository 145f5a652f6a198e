import Foundation

/// A Swift file with the inside of comments and string literals blanked, so that words and braces in it are code.
///
/// Offsets and line breaks are those of the original. Understands nested block comments, raw and multi-line strings and
/// interpolation (its code is blanked too); regular expression literals it does not.
struct SwiftText {
    /// The original bytes, and the same with everything that is not code turned into spaces.
    let original: [UInt8]
    let code: [UInt8]
    /// Offset of the first byte of each line.
    private let lineStarts: [Int]

    init(_ text: String) {
        let bytes = Array(text.utf8)
        var masker = CodeMasker(bytes)
        original = bytes
        code = masker.masked()
        lineStarts = [0] + bytes.indices.filter { bytes[$0] == 10 }.map { $0 + 1 }
    }

    /// Number, from 1, of the line an offset lies in.
    func line(of offset: Int) -> Int {
        var (low, high) = (0, lineStarts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// The lines of the code or of the original.
    var codeLines: [String] { Self.lines(code) }
    var originalLines: [String] { Self.lines(original) }

    private static func lines(_ bytes: [UInt8]) -> [String] {
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether a line, from 1, is part of a string literal and nothing else: expected text is not held to our measures.
    func isLiteral(line: Int) -> Bool {
        let range = lineStarts[line - 1]..<(line < lineStarts.count ? lineStarts[line] : original.count)
        guard code[range].allSatisfy({ " \n,+)]".utf8.contains($0) }) else { return false }
        let text = original[range].drop { $0 == 32 }
        let isBlank = text.allSatisfy { " \n,+)]".utf8.contains($0) }
        return !isBlank && !text.starts(with: "//".utf8)
    }

    /// Offsets at which `word` stands in the code; letters, digits and `_` beside a word that ends in one do not count.
    func offsets(of word: String) -> [Int] {
        let wanted = Array(word.utf8)
        guard let first = wanted.first, let last = wanted.last else { return [] }
        return code.withUnsafeBytes { code in
            var found: [Int] = []
            guard let base = code.baseAddress else { return found }
            var from = 0
            while let hit = memchr(base + from, Int32(first), code.count - from) {
                let at = base.distance(to: UnsafeRawPointer(hit))
                from = at + 1
                guard at + wanted.count <= code.count else { break }
                guard memcmp(hit, wanted, wanted.count) == 0 else { continue }
                let end = at + wanted.count
                let joinsBefore = at > 0 && (isNamePart(code[at - 1]) || code[at - 1] == UInt8(ascii: "."))
                if isNamePart(first), joinsBefore { continue }
                if isNamePart(last), end < code.count, isNamePart(code[end]) { continue }
                found.append(at)
            }
            return found
        }
    }
}

/// Whether a byte can be part of a Swift name; everything beyond ASCII is taken as one.
func isNamePart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
        true
    default: false
    }
}

/// Walks through Swift text and blanks what is not code.
private struct CodeMasker {
    private let text: [UInt8]
    private var result: [UInt8]
    private var at = 0

    init(_ text: [UInt8]) {
        self.text = text
        result = text
    }

    mutating func masked() -> [UInt8] {
        skipCode(untilClosingParenthesis: false)
        return result
    }

    private func byte(_ ahead: Int) -> UInt8 { at + ahead < text.count ? text[at + ahead] : 0 }

    private mutating func blank() {
        if text[at] != 10 { result[at] = UInt8(ascii: " ") }
        at += 1
    }

    /// Goes over code; inside an interpolation up to the parenthesis that closes it.
    private mutating func skipCode(untilClosingParenthesis: Bool) {
        var depth = 0
        while at < text.count {
            switch (text[at], byte(1)) {
            case (UInt8(ascii: "/"), UInt8(ascii: "/")): while at < text.count, text[at] != 10 { blank() }
            case (UInt8(ascii: "/"), UInt8(ascii: "*")): blankBlockComment()
            case (UInt8(ascii: "\""), _): blankString(hashes: 0)
            case (UInt8(ascii: "#"), UInt8(ascii: "\"")), (UInt8(ascii: "#"), UInt8(ascii: "#")): blankRawString()
            case (UInt8(ascii: "("), _) where untilClosingParenthesis:
                depth += 1
                blank()
            case (UInt8(ascii: ")"), _) where untilClosingParenthesis:
                if depth == 0 { return }
                depth -= 1
                blank()
            default: if untilClosingParenthesis { blank() } else { at += 1 }
            }
        }
    }

    private mutating func blankBlockComment() {
        var depth = 0
        repeat {
            let pair = (text[at], byte(1))
            if pair == (UInt8(ascii: "/"), UInt8(ascii: "*")) { depth += 1 }
            if pair == (UInt8(ascii: "*"), UInt8(ascii: "/")) { depth -= 1 }
            let isPair =
                pair == (UInt8(ascii: "/"), UInt8(ascii: "*")) || pair == (UInt8(ascii: "*"), UInt8(ascii: "/"))
            blank()
            if isPair, at < text.count { blank() }
        } while depth > 0 && at < text.count
    }

    private mutating func blankRawString() {
        var hashes = 0
        while byte(hashes) == UInt8(ascii: "#") { hashes += 1 }
        let isString = byte(hashes) == UInt8(ascii: "\"")
        for _ in 0..<hashes { if isString { blank() } else { at += 1 } }
        if isString { blankString(hashes: hashes) }
    }

    private mutating func blankString(hashes: Int) {
        let quote = UInt8(ascii: "\"")
        let quotes = byte(1) == quote && byte(2) == quote ? 3 : 1
        for _ in 0..<quotes { blank() }
        while at < text.count {
            if text[at] == quote, closes(quotes, hashes) {
                for _ in 0..<min(quotes + hashes, text.count - at) { blank() }
                return
            }
            // A string of one line that is not closed is no Swift: do not blank the rest of the file.
            if text[at] == 10, quotes == 1 { return }
            if text[at] == UInt8(ascii: "\\"), (1...max(hashes, 1)).allSatisfy({ hashes == 0 || byte($0) == 35 }) {
                for _ in 0...hashes { blank() }
                guard at < text.count else { return }
                let opensInterpolation = text[at] == UInt8(ascii: "(")
                blank()
                if opensInterpolation {
                    skipCode(untilClosingParenthesis: true)
                    if at < text.count { blank() }
                }
            } else {
                blank()
            }
        }
    }

    private func closes(_ quotes: Int, _ hashes: Int) -> Bool {
        (0..<quotes).allSatisfy { byte($0) == UInt8(ascii: "\"") }
            && (0..<hashes).allSatisfy { byte(quotes + $0) == UInt8(ascii: "#") }
    }
}
