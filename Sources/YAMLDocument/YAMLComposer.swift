import Diagnostics

/// Builds nodes from libyaml's events, and refuses what libyaml lets through: duplicate keys, custom tags, too much.
final class YAMLComposer {
    /// Thrown after a finding was added, when the rest of the file cannot be read.
    struct Stopped: Error {}

    /// A value behind an anchor, with what it costs to use it again.
    private struct Anchored {
        var node: YAMLNode
        var size: Int
        var height: Int
    }

    /// A value with the number of values in it and the levels of nesting below it.
    private struct Built {
        var node: YAMLNode
        var size: Int
        var height: Int
    }

    private let source: YAMLSource
    private let limits: YAMLLimits
    private let events: YAMLEventStream
    private var anchors: [String: Anchored] = [:]
    private var nodeCount = 0
    private var aliasNodeCount = 0

    init(_ source: YAMLSource, limits: YAMLLimits) {
        self.source = source
        self.limits = limits
        events = YAMLEventStream(source.bytes)
    }

    /// The next document's value, or nil at the end of the file.
    func nextDocument() throws(Stopped) -> YAMLNode? {
        while true {
            let event = try next()
            switch event.kind {
            case .streamEnd: return nil
            case .streamStart, .documentStart, .documentEnd: anchors = [:]
            default: return try build(event, depth: 1)?.node ?? nullNode(event)
            }
        }
    }

    private func nullNode(_ event: YAMLEvent) -> YAMLNode { YAMLNode(.scalar("", .plain), at: spot(event)) }

    private func next() throws(Stopped) -> YAMLEvent {
        do throws(YAMLSyntaxError) {
            return try events.next()
        } catch {
            report(error)
            throw Stopped()
        }
    }

    /// The value that begins with `event`; nil at an event that ends something.
    private func build(_ event: YAMLEvent, depth: Int) throws(Stopped) -> Built? {
        switch event.kind {
        case .alias(let name): return try use(name, event, depth)
        case .scalar(let text, let style, let properties):
            try count(event, depth)
            let isText = checkTag(properties.tag, event, allowed: ["str", "int", "bool", "float", "null"])
            let node = YAMLNode(.scalar(text, isText ? .quoted : style), at: spot(event))
            return keep(Built(node: node, size: 1, height: 0), properties)
        case .sequenceStart(let properties):
            try count(event, depth)
            checkTag(properties.tag, event, allowed: ["seq"])
            return keep(try buildSequence(event, depth, isFlow: properties.isFlow), properties)
        case .mappingStart(let properties):
            try count(event, depth)
            checkTag(properties.tag, event, allowed: ["map"])
            return keep(try buildMapping(event, depth, isFlow: properties.isFlow), properties)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd: return nil
        }
    }

    private func buildSequence(_ start: YAMLEvent, _ depth: Int, isFlow: Bool) throws(Stopped) -> Built {
        var elements: [YAMLNode] = []
        var (size, height) = (1, 0)
        while true {
            let event = try next()
            guard let element = try build(event, depth: depth + 1) else {
                let node = YAMLNode(.sequence(elements), at: spot(start), closing: isFlow ? event.end : nil)
                return Built(node: node, size: size, height: height)
            }
            elements.append(element.node)
            size += element.size
            height = max(height, element.height + 1)
        }
    }

    private func buildMapping(_ start: YAMLEvent, _ depth: Int, isFlow: Bool) throws(Stopped) -> Built {
        var entries = YAMLEntries(source)
        var closing: YAMLMark?
        var (size, height) = (1, 0)
        while true {
            let keyEvent = try next()
            guard let key = try build(keyEvent, depth: depth + 1) else {
                closing = isFlow ? keyEvent.end : nil
                break
            }
            let valueEvent = try next()
            let value = try build(valueEvent, depth: depth + 1)
            let valueNode = value?.node ?? nullNode(valueEvent)
            // An alias as a key means the anchor's text; the place is the alias itself.
            entries.add(YAMLNode(key.node.content, at: spot(keyEvent)), valueNode)
            size += key.size + (value?.size ?? 1)
            height = max(height, key.height + 1, (value?.height ?? 0) + 1)
        }
        let node = YAMLNode(.mapping(entries.merged()), at: spot(start), closing: closing)
        return Built(node: node, size: size, height: height)
    }

    private func keep(_ built: Built, _ properties: YAMLProperties) -> Built {
        if let name = properties.anchor {
            anchors[name] = Anchored(node: built.node, size: built.size, height: built.height)
        }
        return built
    }

    private func use(_ name: String, _ event: YAMLEvent, _ depth: Int) throws(Stopped) -> Built {
        guard let anchored = anchors[name] else {
            // An anchor is known when its value is complete, so an alias inside its own anchor ends here, too.
            spot(event).report(
                YAMLCode.alias, "alias \"*\(name)\" has no anchor \"&\(name)\" before it in this document",
                hint: DidYouMean.hint(for: name, among: anchors.keys))
            try count(event, depth)
            return Built(node: nullNode(event), size: 1, height: 0)
        }
        aliasNodeCount += anchored.size
        guard aliasNodeCount <= limits.aliasNodes else {
            spot(event).report(
                YAMLCode.tooComplex, "the aliases of this file stand for more than \(limits.aliasNodes) values",
                hint: "write the values out, or split the file")
            throw Stopped()
        }
        try count(event, depth + anchored.height)
        return Built(node: anchored.node, size: anchored.size, height: anchored.height)
    }

    private func count(_ event: YAMLEvent, _ depth: Int) throws(Stopped) {
        guard depth <= limits.depth else {
            spot(event).report(
                YAMLCode.tooComplex, "more than \(limits.depth) levels of lists and mappings",
                hint: "manifests need fewer than ten; is a bracket missing?")
            throw Stopped()
        }
        nodeCount += 1
        guard nodeCount <= limits.nodes else {
            spot(event).report(
                YAMLCode.tooComplex, "more than \(limits.nodes) values in one file", hint: "split the file")
            throw Stopped()
        }
    }

    /// Refuses tags that are not YAML's own for this kind of value; the answer says whether a tag makes it text.
    @discardableResult
    private func checkTag(_ tag: String?, _ event: YAMLEvent, allowed: [String]) -> Bool {
        guard let tag else { return false }
        let standard = "tag:yaml.org,2002:"
        if tag == "!" || tag == standard + "str" && allowed.contains("str") { return true }
        guard !allowed.contains(where: { tag == standard + $0 }) else { return false }
        let shown = tag.hasPrefix(standard) ? "!!" + tag.dropFirst(standard.count) : tag
        spot(event).report(
            YAMLCode.tag, "the tag \"\(shown)\" is not allowed here", hint: "remove the tag")
        return false
    }

    private func spot(_ event: YAMLEvent) -> YAMLSpot {
        YAMLSpot(source: source, start: event.start, end: event.end)
    }

    private func report(_ error: YAMLSyntaxError) {
        let spot: YAMLSpot
        if let mark = error.mark {
            let end = YAMLMark(line: mark.line, column: mark.column + 1)
            spot = YAMLSpot(source: source, start: mark, end: end)
        } else {
            spot = source.spot(ofByte: error.offset)
        }
        var related: [Diagnostic.Related] = []
        if let began = error.contextMark, began.line != spot.start.line {
            let place = SourcePlace(file: source.name, line: Int(began.line), column: Int(began.column))
            related.append(.init(place, error.context))
        }
        spot.report(
            YAMLCode.syntax, "this is not \(source.name.hasSuffix(".json") ? "JSON" : "YAML"): \(error.problem)",
            hint: Self.hint(for: error),
            related: related)
    }

    /// What most often leads to libyaml's sentence.
    private static func hint(for error: YAMLSyntaxError) -> String? {
        switch error.problem {
        case let text where text.contains("cannot start any token"):
            "indent with spaces, not tabs, and put text that begins with @, ` or % in quotes"
        case let text where text.contains("mapping values are not allowed"):
            "put text that contains \": \" in quotes; check the indentation here and on the line above"
        case let text where text.contains("did not find expected key"), let text where text.contains("block end"):
            "check the indentation of this line and the ones above"
        case let text where text.contains("expected ',' or"): "is a bracket, a comma or a quote missing?"
        case let text where text.contains("could not find expected ':'"): "a key must be followed by \":\" and a blank"
        case let text where text.contains("unexpected end of stream"): "is a closing quote or bracket missing?"
        case let text where text.contains("control characters"): "remove the control character"
        default: nil
        }
    }
}
