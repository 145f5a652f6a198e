import Bytes
import KafkaProtocol

/// A coder that writes down what a message consists of instead of coding it: one line for each field, in wire order.
///
/// An array is visited with one default element, a tagged field always.
struct RecordingCoder: WireCoder {
    let version: Int16
    let isFlexible: Bool
    var isReading: Bool { false }

    /// The fields, such as `topics.name: nullable string = ""`.
    private(set) var lines: [String] = []
    /// The paths of the fields that this version refuses unless they are at their default.
    var refusals: Set<String> { required.subtracting(coded) }

    private var required: Set<String> = []
    private var coded: Set<String> = []
    private var path: [String] = []
    private var tag: UInt32?

    init(version: Int16, isFlexible: Bool) {
        self.version = version
        self.isFlexible = isFlexible
    }

    private mutating func note(_ name: StaticString, _ type: String, _ value: String) {
        let place = (path + [name.description]).joined(separator: ".")
        coded.insert(place)
        lines.append("\(tag.map { "tag \($0) " } ?? "")\(place): \(type) = \(value)")
    }

    mutating func field(_ name: StaticString, _ value: inout Bool) { note(name, "bool", "\(value)") }
    mutating func field(_ name: StaticString, _ value: inout Int8) { note(name, "int8", "\(value)") }
    mutating func field(_ name: StaticString, _ value: inout Int16) { note(name, "int16", "\(value)") }
    mutating func field(_ name: StaticString, _ value: inout UInt16) { note(name, "uint16", "\(value)") }
    mutating func field(_ name: StaticString, _ value: inout Int32) { note(name, "int32", "\(value)") }
    mutating func field(_ name: StaticString, _ value: inout UInt32) { note(name, "uint32", "\(value)") }
    mutating func field(_ name: StaticString, _ value: inout Int64) { note(name, "int64", "\(value)") }
    mutating func field(_ name: StaticString, _ value: inout Double) { note(name, "float64", "\(value)") }

    mutating func field(_ name: StaticString, _ value: inout KafkaUUID) {
        note(name, "uuid", value == .zero ? "zero" : "\(value)")
    }

    mutating func field(_ name: StaticString, _ value: inout String) { note(name, "string", "\"\(value)\"") }

    mutating func field(_ name: StaticString, _ value: inout String?) {
        note(name, "nullable string", value.map { "\"\($0)\"" } ?? "null")
    }

    mutating func field(_ name: StaticString, _ value: inout ByteSlice) { note(name, "bytes", "\(value.array)") }

    mutating func field(_ name: StaticString, _ value: inout ByteSlice?) {
        note(name, "nullable bytes", value.map { "\($0.array)" } ?? "null")
    }

    mutating func field(_ name: StaticString, _ value: inout [Int32]) { note(name, "[int32]", "\(value)") }
    mutating func field(_ name: StaticString, _ value: inout [Int64]) { note(name, "[int64]", "\(value)") }
    mutating func field(_ name: StaticString, _ value: inout [Int8]) { note(name, "[int8]", "\(value)") }

    mutating func field(_ name: StaticString, _ value: inout [Int32]?) {
        note(name, "nullable [int32]", value.map { "\($0)" } ?? "null")
    }

    mutating func field(_ name: StaticString, _ value: inout [String]) { note(name, "[string]", "\(value)") }

    mutating func field(_ name: StaticString, _ value: inout [String]?) {
        note(name, "nullable [string]", value.map { "\($0)" } ?? "null")
    }

    mutating func field(_ name: StaticString, _ value: inout [KafkaUUID]) { note(name, "[uuid]", "\(value)") }

    mutating func field<Element: WireStruct>(_ name: StaticString, _ value: inout [Element]) throws(WireError) {
        note(name, "[structure]", value.isEmpty ? "[]" : "\(value)")
        try visit(name, Element())
    }

    mutating func field<Element: WireStruct>(_ name: StaticString, _ value: inout [Element]?) throws(WireError) {
        note(name, "nullable [structure]", value.map { $0.isEmpty ? "[]" : "\($0)" } ?? "null")
        try visit(name, Element())
    }

    mutating func field<Element: WireStruct>(_ name: StaticString, _ value: inout Element) throws(WireError) {
        note(name, "structure", value == Element() ? "default" : "\(value)")
        try visit(name, Element())
    }

    private mutating func visit(_ name: StaticString, _ element: some WireStruct) throws(WireError) {
        let outer = tag
        tag = nil
        path.append(name.description)
        var copy = element
        try copy.code(with: &self)
        path.removeLast()
        tag = outer
    }

    mutating func tagged(
        _ tag: UInt32, _ name: StaticString, isPresent: Bool, _ body: (inout Self) throws(WireError) -> Void
    ) throws(WireError) {
        guard isFlexible else {
            throw WireError(.malformed("a tagged field in a version without tags"), field: name, position: 0)
        }
        guard !isPresent else {
            throw WireError(.malformed("a tagged field counts as present at its default"), field: name, position: 0)
        }
        self.tag = tag
        try body(&self)
        self.tag = nil
    }

    mutating func endOfStruct() {
        lines.append("\(path.isEmpty ? "" : path.joined(separator: ".") + " ")end")
    }

    mutating func require(_ condition: Bool, _ name: StaticString) throws(WireError) {
        guard condition else { throw WireError(.notInVersion(version), field: name, position: 0) }
        required.insert((path + [name.description]).joined(separator: "."))
    }
}
