import Diagnostics
import KafkaModel
import YAMLDocument

/// Edits one manifest file: finds the entries of a link's mirror topics and changes bytes around them.
struct MirrorStateEditor {
    /// The file as it was read.
    let input: ManifestInput
    private let source: YAMLSource
    /// Specs of the link and lists of its mirror topics, those of sets included.
    private var linkSpecs: [YAMLNode] = []
    private var lists: [YAMLNode] = []
    private var changes: [(range: Range<Int>, text: String)] = []

    init(_ input: ManifestInput, link: String) {
        self.input = input
        source = YAMLSource(name: input.name, bytes: input.bytes, findings: DiagnosticCollector())
        for document in YAMLFile.documents(of: source).documents {
            guard let spec = document["spec"] else { continue }
            switch document["kind"]?.text {
            case ManifestKind.clusterLink.rawValue where document["metadata"]?["name"]?.text == link:
                linkSpecs.append(spec)
            case ManifestKind.mirrorTopicSet.rawValue where spec["linkRef"]?["name"]?.text == link: break
            default: continue
            }
            if let list = spec["mirrorTopics"] { lists.append(list) }
        }
    }

    /// Whether the link itself is declared in this file.
    var hasLink: Bool { !linkSpecs.isEmpty }

    /// Whether the file has an entry for a mirror topic.
    func hasEntry(for topic: String) -> Bool { entry(for: topic) != nil }

    /// The file with all changes.
    var output: [UInt8] {
        var bytes = source.bytes
        // From the end, so that places stay right; of two at one place the earlier stands first.
        for (_, change) in changes.enumerated().sorted(by: {
            ($0.element.range.lowerBound, $0.offset) > ($1.element.range.lowerBound, $1.offset)
        }) {
            bytes.replaceSubrange(change.range, with: Array(change.text.utf8))
        }
        // A byte order mark is not part of the source's bytes.
        return Array(input.bytes.prefix(input.bytes.count - source.bytes.count)) + bytes
    }

    private func entry(for topic: String) -> YAMLNode? {
        lists.lazy.flatMap { $0.elements ?? [] }.first { $0["name"]?.text == topic }
    }

    // MARK: An entry that is there

    /// Declares a state in the entry of a topic; false when that needs a person.
    mutating func set(_ change: MirrorStateChange) -> Bool {
        let word = change.state.rawValue
        guard let entry = entry(for: change.topic), let entries = entry.entries,
            let name = entries.first(where: { $0.key == "name" })
        else { return false }
        if let state = entries.first(where: { $0.key == "state" }), !isBefore(state.keySpot.start, entry.spot.start) {
            guard !isBefore(state.value.spot.start, state.keySpot.end),
                let start = source.byteOffset(of: state.value.spot.start),
                let end = source.byteOffset(of: state.value.spot.end)
            else { return false }
            let isEmpty = start == end
            changes.append((start..<end, isEmpty ? " \(word)" : word))
            return true
        }
        if entry.closing != nil {
            guard let end = source.byteOffset(of: name.value.spot.end) else { return false }
            changes.append((end..<end, ", state: \(word)"))
            return true
        }
        return insertLine("state: \(word)", column: name.keySpot.start.column, after: name.value.spot.end)
    }

    // MARK: New entries

    /// Adds entries at the end of the link's list; false when that needs a person.
    mutating func add(_ new: [MirrorStateChange]) -> Bool {
        guard let spec = linkSpecs.first, let specEntries = spec.entries else { return false }
        let items = new.map { "{name: \($0.topic), state: \($0.state.rawValue)}" }
        guard let entry = specEntries.first(where: { $0.key == "mirrorTopics" }) else {
            return addList(items, to: spec, specEntries)
        }
        guard !isBefore(entry.value.spot.start, entry.keySpot.end), let elements = entry.value.elements else {
            return false
        }
        if let closing = entry.value.closing {
            let at = elements.last.map { extent(of: $0) }.flatMap { source.byteOffset(of: $0) }
            guard let at = at ?? source.byteOffset(of: closing).map({ $0 - 1 }) else { return false }
            let text = items.joined(separator: ", ")
            changes.append((at..<at, elements.isEmpty ? text : ", \(text)"))
            return true
        }
        let lines = items.map { "- \($0)" }
        if let last = elements.last {
            return insertLines(lines, column: entry.value.spot.start.column, after: extent(of: last))
        }
        if let start = source.byteOffset(of: entry.value.spot.start),
            let end = source.byteOffset(of: entry.value.spot.end)
        {
            // What stands for nothing, such as ~, goes.
            changes.append((start..<end, ""))
        }
        return insertLines(lines, column: entry.keySpot.start.column + 2, after: entry.keySpot.end)
    }

    private mutating func addList(_ items: [String], to spec: YAMLNode, _ entries: [YAMLEntry]) -> Bool {
        guard let first = entries.first, let last = entries.map({ extent(of: $0) }).max(by: isBefore) else {
            return false
        }
        if spec.closing != nil {
            guard let at = source.byteOffset(of: last) else { return false }
            changes.append((at..<at, ", mirrorTopics: [\(items.joined(separator: ", "))]"))
            return true
        }
        return insertLines(
            ["mirrorTopics:"] + items.map { "  - \($0)" }, column: first.keySpot.start.column, after: last)
    }

    // MARK: Places

    /// One behind the last character of a value.
    private func extent(of node: YAMLNode) -> YAMLMark {
        if let closing = node.closing { return closing }
        switch node.content {
        case .scalar: return node.spot.end
        case .sequence(let elements): return elements.map { extent(of: $0) }.max(by: isBefore) ?? node.spot.end
        case .mapping(let entries): return entries.map { extent(of: $0) }.max(by: isBefore) ?? node.spot.end
        }
    }

    private func extent(of entry: YAMLEntry) -> YAMLMark {
        let value = extent(of: entry.value)
        return isBefore(value, entry.keySpot.end) ? entry.keySpot.end : value
    }

    private func isBefore(_ left: YAMLMark, _ right: YAMLMark) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }

    private mutating func insertLine(_ text: String, column: Int32, after mark: YAMLMark) -> Bool {
        insertLines([text], column: column, after: mark)
    }

    /// Puts lines behind the line of a place, with the file's own line ends.
    private mutating func insertLines(_ lines: [String], column: Int32, after mark: YAMLMark) -> Bool {
        guard let at = source.endOfLine(mark.line) else { return false }
        let isWindows = at + 1 < source.bytes.count && source.bytes[at] == UInt8(ascii: "\r")
        let indent = String(repeating: " ", count: max(0, Int(column) - 1))
        let text = lines.map { (isWindows ? "\r\n" : "\n") + indent + $0 }.joined()
        changes.append((at..<at, text))
        return true
    }
}

extension YAMLNode {
    /// The value of a key of a mapping.
    fileprivate subscript(key: String) -> YAMLNode? { entries?.first { $0.key == key }?.value }
}
