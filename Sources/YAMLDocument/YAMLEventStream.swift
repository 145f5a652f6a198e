import CYAML

/// One step of libyaml's parser, copied into Swift values.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias(String)
        case scalar(String, YAMLNode.Style, YAMLProperties)
        case sequenceStart(YAMLProperties)
        case sequenceEnd
        case mappingStart(YAMLProperties)
        case mappingEnd
    }

    var kind: Kind
    var start: YAMLMark
    var end: YAMLMark
}

/// What may stand in front of a value: `&anchor` and `!tag`.
struct YAMLProperties {
    var anchor: String?
    var tag: String?
    /// Whether a list or mapping stands in brackets.
    var isFlow = false
}

/// Why libyaml stopped.
struct YAMLSyntaxError: Error {
    /// libyaml's sentence.
    var problem: String
    /// What was being read, such as `while parsing a block mapping`; may be empty.
    var context: String
    /// Where the problem is; nil when only the byte is known.
    var mark: YAMLMark?
    /// Where the thing that was being read begins.
    var contextMark: YAMLMark?
    /// The byte the problem is at.
    var offset: Int
}

/// libyaml's parser over a copy of the input.
///
/// The parser and the input live on the heap until deinit, because libyaml keeps pointers to the input and into itself.
final class YAMLEventStream {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let isReady: Bool

    init(_ bytes: [UInt8]) {
        parser = .allocate(capacity: 1)
        input = .allocate(capacity: bytes.count)
        _ = input.initialize(from: bytes)
        isReady = yaml_parser_initialize(parser) == 1
        if isReady {
            yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(parser, input.baseAddress, input.count)
        }
    }

    deinit {
        if isReady { yaml_parser_delete(parser) }
        parser.deallocate()
        input.deallocate()
    }

    /// The next event.
    ///
    /// After `streamEnd` and after an error there is none.
    func next() throws(YAMLSyntaxError) -> YAMLEvent {
        guard isReady else { throw YAMLSyntaxError(problem: "there is no memory left", context: "", offset: 0) }
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
        defer { yaml_event_delete(&event) }
        return YAMLEvent(
            kind: Self.kind(of: event), start: Self.mark(event.start_mark), end: Self.mark(event.end_mark))
    }

    private static func kind(of event: yaml_event_t) -> YAMLEvent.Kind {
        switch event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let value = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                String(decoding: value, as: UTF8.self),
                scalar.style == YAML_PLAIN_SCALAR_STYLE ? .plain : .quoted,
                YAMLProperties(anchor: text(scalar.anchor), tag: text(scalar.tag)))
        case YAML_SEQUENCE_START_EVENT:
            let data = event.data.sequence_start
            return .sequenceStart(
                YAMLProperties(
                    anchor: text(data.anchor), tag: text(data.tag), isFlow: data.style == YAML_FLOW_SEQUENCE_STYLE))
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            let data = event.data.mapping_start
            return .mappingStart(
                YAMLProperties(
                    anchor: text(data.anchor), tag: text(data.tag), isFlow: data.style == YAML_FLOW_MAPPING_STYLE))
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        // libyaml answers YAML_NO_EVENT when asked again after the end.
        default: return .streamEnd
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    /// libyaml counts from 0, people from 1.
    private static func mark(_ mark: yaml_mark_t) -> YAMLMark {
        YAMLMark(line: Int32(clamping: mark.line) &+ 1, column: Int32(clamping: mark.column) &+ 1)
    }

    private func syntaxError() -> YAMLSyntaxError {
        let state = parser.pointee
        let isReaderError = state.error == YAML_READER_ERROR
        return YAMLSyntaxError(
            problem: state.problem.map { String(cString: $0) } ?? "the text cannot be read",
            context: state.context.map { String(cString: $0) } ?? "",
            mark: isReaderError ? nil : Self.mark(state.problem_mark),
            contextMark: state.context == nil ? nil : Self.mark(state.context_mark),
            offset: isReaderError ? Int(state.problem_offset) : Int(state.problem_mark.index))
    }
}
