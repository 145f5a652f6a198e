/// The difference of two texts in the form that `patch` and `git apply` read.
enum UnifiedDiff {
    /// Lines around a change that are shown with it.
    private static let context = 3

    private enum Line: Equatable {
        case kept(Substring)
        case removed(Substring)
        case added(Substring)
    }

    /// The difference, or an empty text when there is none.
    ///
    /// - Parameter path: the file's path as people write it; one below the current folder is shown as git does.
    static func text(path: String, before: String, after: String) -> String {
        let (old, new) = (lines(before), lines(after))
        let script = script(old, new)
        let changed = script.indices.filter { if case .kept = script[$0] { false } else { true } }
        guard !changed.isEmpty else { return "" }
        var hunks: [ClosedRange<Int>] = []
        for index in changed {
            let range = max(0, index - context)...min(script.count - 1, index + context)
            if let last = hunks.last, range.lowerBound <= last.upperBound + 1 {
                hunks[hunks.count - 1] = last.lowerBound...range.upperBound
            } else {
                hunks.append(range)
            }
        }
        let isRelative = !path.hasPrefix("/") && path != "<stdin>"
        var text = "--- \(isRelative ? "a/" : "")\(path)\n+++ \(isRelative ? "b/" : "")\(path)\n"
        var (oldLine, newLine, next) = (1, 1, 0)
        for hunk in hunks {
            advance(&oldLine, &newLine, over: script[next..<hunk.lowerBound])
            text += header(script[hunk], oldLine, newLine)
            text += script[hunk].map(shown).joined()
            advance(&oldLine, &newLine, over: script[hunk])
            next = hunk.upperBound + 1
        }
        return text
    }

    /// Lines with their line ends; a carriage return is part of its line.
    private static func lines(_ text: String) -> [Substring] {
        var lines: [Substring] = []
        var start = text.startIndex
        let bytes = text.utf8
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let next = bytes.index(after: end)
            lines.append(text[start..<next])
            start = next
        }
        if start < text.endIndex { lines.append(text[start...]) }
        return lines
    }

    private static func script(_ old: [Substring], _ new: [Substring]) -> [Line] {
        var (removals, insertions): (Set<Int>, Set<Int>) = ([], [])
        for change in new.difference(from: old, by: { $0.utf8.elementsEqual($1.utf8) }) {
            switch change {
            case .remove(let offset, _, _): removals.insert(offset)
            case .insert(let offset, _, _): insertions.insert(offset)
            }
        }
        var script: [Line] = []
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if left < old.count, removals.contains(left) {
                script.append(.removed(old[left]))
                left += 1
            } else if right < new.count, insertions.contains(right) {
                script.append(.added(new[right]))
                right += 1
            } else {
                script.append(.kept(old[left]))
                left += 1
                right += 1
            }
        }
        return script
    }

    private static func advance(_ old: inout Int, _ new: inout Int, over lines: ArraySlice<Line>) {
        for line in lines {
            switch line {
            case .kept:
                old += 1
                new += 1
            case .removed: old += 1
            case .added: new += 1
            }
        }
    }

    private static func header(_ lines: ArraySlice<Line>, _ old: Int, _ new: Int) -> String {
        let oldCount = lines.count { if case .added = $0 { false } else { true } }
        let newCount = lines.count { if case .removed = $0 { false } else { true } }
        // Of an empty side, the line before it is named.
        return "@@ -\(oldCount == 0 ? old - 1 : old),\(oldCount) +\(newCount == 0 ? new - 1 : new),\(newCount) @@\n"
    }

    private static func shown(_ line: Line) -> String {
        let (sign, text) =
            switch line {
            case .kept(let text): (" ", text)
            case .removed(let text): ("-", text)
            case .added(let text): ("+", text)
            }
        let isWhole = text.utf8.last == UInt8(ascii: "\n")
        return isWhole ? "\(sign)\(text)" : "\(sign)\(text)\n\\ No newline at end of file\n"
    }
}
