import Diagnostics

/// Collects the entries of one mapping: refuses duplicate keys and resolves `<<`.
struct YAMLEntries {
    private let source: YAMLSource
    private var entries: [YAMLEntry] = []
    private var indexByKey: [String: Int] = [:]
    private var mergeKeySpot: YAMLSpot?
    private var mergedMappings: [[YAMLEntry]] = []

    init(_ source: YAMLSource) {
        self.source = source
    }

    /// Adds an entry; a key that cannot be used is reported and left out.
    mutating func add(_ key: YAMLNode, _ value: YAMLNode) {
        guard case .scalar(let name, let style) = key.content else {
            key.spot.report(
                YAMLCode.key, "a key must be text, not \(key.kindInWords)",
                hint: "put a value that begins with { or [ in quotes")
            return
        }
        if name == "<<", style == .plain {
            addMerge(key, value)
        } else if name.isEmpty {
            key.spot.report(YAMLCode.key, "a key may not be empty", hint: "write a name in front of \":\"")
        } else if let index = indexByKey[name] {
            reportDuplicate(name, key.spot, first: entries[index].keySpot)
        } else {
            indexByKey[name] = entries.count
            entries.append(YAMLEntry(key: name, keySpot: key.spot, value: value))
        }
    }

    /// The mapping's own entries, then those it merges that it does not have itself; the earlier mapping wins.
    func merged() -> [YAMLEntry] {
        var all = entries
        var known = Set(indexByKey.keys)
        for mapping in mergedMappings {
            all += mapping.filter { known.insert($0.key).inserted }
        }
        return all
    }

    private mutating func addMerge(_ key: YAMLNode, _ value: YAMLNode) {
        if let first = mergeKeySpot {
            reportDuplicate("<<", key.spot, first: first)
            return
        }
        mergeKeySpot = key.spot
        let mappings: [YAMLNode]
        if case .sequence(let elements) = value.content { mappings = elements } else { mappings = [value] }
        for mapping in mappings {
            guard case .mapping(let entries) = mapping.content else {
                key.spot.report(
                    YAMLCode.merge, "\"<<\" needs a mapping or a list of mappings, not \(mapping.kindInWords)")
                continue
            }
            mergedMappings.append(entries)
        }
    }

    private func reportDuplicate(_ name: String, _ spot: YAMLSpot, first: YAMLSpot) {
        spot.report(
            YAMLCode.duplicateKey, "key \"\(name)\" stands twice in the same mapping",
            hint: "remove one of them", related: [.init(first.place, "the first one")])
    }
}
