/// Limits on files, functions and lines.
enum SizeRules {
    static let fileLines = 400
    static let functionLines = 70
    static let columns = 120

    static func findings(in file: SourceFile) -> [Finding] {
        let lines = file.text.originalLines
        var findings: [Finding] = []
        if lines.count > fileLines {
            findings.append(
                file.finding(0, "\(lines.count) lines, at most \(fileLines); split it into one file per idea"))
        }
        for (index, line) in lines.enumerated() where line.count > columns && !file.text.isLiteral(line: index + 1) {
            findings.append(file.finding(index + 1, "\(line.count) columns, at most \(columns); break the line"))
        }
        guard file.isSwift else { return findings }
        for function in functions(in: file.text) where function.lines > functionLines {
            let text = "\(function.name) has \(function.lines) lines, at most \(functionLines); name its parts"
            findings.append(file.finding(function.line, text))
        }
        return findings
    }

    /// A function with a body: its first line, and how many lines it takes with its declaration, literals left out.
    struct Function: Equatable {
        let name: String
        let line: Int
        let lines: Int
    }

    /// Every function, initialiser and subscript, found by counting braces and parentheses.
    static func functions(in text: SwiftText) -> [Function] {
        let code = text.code
        var starts: [Int: String] = [:]
        for keyword in ["func", "init", "deinit", "subscript"] {
            for at in text.offsets(of: keyword) where isDeclaration(keyword, at, code) {
                starts[at] = name(keyword, after: at + keyword.utf8.count, code)
            }
        }
        var (found, open): ([Function], [(depth: Int, line: Int, name: String)]) = ([], [])
        var pending: (parentheses: Int, line: Int, name: String)?
        var (braces, parentheses) = (0, 0)
        for (at, byte) in code.enumerated() {
            if let name = starts[at] { pending = (parentheses, text.line(of: at), name) }
            switch byte {
            // A requirement of a protocol has no body.
            case UInt8(ascii: ";") where pending?.parentheses == parentheses: pending = nil
            case UInt8(ascii: "("): parentheses += 1
            case UInt8(ascii: ")"): parentheses -= 1
            case UInt8(ascii: "{"):
                if let start = pending, start.parentheses == parentheses {
                    open.append((braces, start.line, start.name))
                    pending = nil
                }
                braces += 1
            case UInt8(ascii: "}"):
                braces -= 1
                if pending?.parentheses == parentheses { pending = nil }
                if let last = open.last, last.depth == braces {
                    open.removeLast()
                    let lines = (last.line...text.line(of: at)).filter { !text.isLiteral(line: $0) }
                    found.append(Function(name: last.name, line: last.line, lines: lines.count))
                }
            default: break
            }
        }
        return found.sorted { $0.line < $1.line }
    }

    /// `init` also stands in calls (`self.init(…)`, `.init(…)`), which `offsets(of:)` leaves out for their dot.
    private static func isDeclaration(_ keyword: String, _ at: Int, _ code: [UInt8]) -> Bool {
        let next = code[(at + keyword.utf8.count)...].first { $0 != UInt8(ascii: " ") } ?? 0
        switch keyword {
        case "init", "subscript": return "(<?!".utf8.contains(next)
        case "deinit": return next == UInt8(ascii: "{")
        default: return true
        }
    }

    private static func name(_ keyword: String, after offset: Int, _ code: [UInt8]) -> String {
        guard keyword == "func" else { return keyword }
        let rest = code[offset...].drop { $0 == UInt8(ascii: " ") }
        let name = rest.prefix { $0 != UInt8(ascii: "(") && $0 != UInt8(ascii: "<") && $0 != 10 }
        return String(decoding: name, as: UTF8.self)
    }
}
