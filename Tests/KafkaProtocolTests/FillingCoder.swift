import Bytes
import KafkaProtocol
import TestSupport

/// A coder that fills every field its version carries with random values instead of reading them.
struct FillingCoder: WireCoder {
    let version: Int16
    let isFlexible: Bool
    var isReading: Bool { true }

    /// Where the values come from.
    var generator: SeededGenerator

    /// Lengths of texts, bytes and arrays; 600 makes the writer splice.
    private static let byteCounts = [0, 1, 2, 17, 127, 128, 600]

    private mutating func number<Number: FixedWidthInteger & UnsignedInteger>() -> Number {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: .max
        case 1: 1
        default: Number.random(in: 1...Number.max, using: &generator)
        }
    }

    private mutating func text() -> String {
        let texts = ["a", "orders.v1", "größe", "日本", "🪵", " ", "\0", String(repeating: "x", count: 200)]
        return (0..<Int.random(in: 1...3, using: &generator)).map { _ in texts.randomElement(using: &generator) ?? "" }
            .joined()
    }

    private mutating func bytes() -> ByteSlice {
        let count = Self.byteCounts.randomElement(using: &generator) ?? 0
        return ByteSlice((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    private mutating func oneIn(_ chances: Int) -> Bool {
        Int.random(in: 0..<chances, using: &generator) == 0
    }

    private mutating func list<Element>(
        _ element: (inout Self) throws(WireError) -> Element
    ) throws(WireError) -> [Element] {
        var elements: [Element] = []
        for _ in 0..<Int.random(in: 0...3, using: &generator) { elements.append(try element(&self)) }
        return elements
    }

    mutating func field(_ name: StaticString, _ value: inout Bool) { value.toggle() }
    mutating func field(_ name: StaticString, _ value: inout Int8) { value = Int8(bitPattern: number()) }
    mutating func field(_ name: StaticString, _ value: inout Int16) { value = Int16(bitPattern: number()) }
    mutating func field(_ name: StaticString, _ value: inout UInt16) { value = number() }
    mutating func field(_ name: StaticString, _ value: inout Int32) { value = Int32(bitPattern: number()) }
    mutating func field(_ name: StaticString, _ value: inout UInt32) { value = number() }
    mutating func field(_ name: StaticString, _ value: inout Int64) { value = Int64(bitPattern: number()) }
    mutating func field(_ name: StaticString, _ value: inout Double) { value = .random(in: 1...2, using: &generator) }

    mutating func field(_ name: StaticString, _ value: inout KafkaUUID) {
        value = KafkaUUID(high: number(), low: number())
    }

    mutating func field(_ name: StaticString, _ value: inout String) { value = text() }
    mutating func field(_ name: StaticString, _ value: inout String?) { value = oneIn(4) ? nil : text() }
    mutating func field(_ name: StaticString, _ value: inout ByteSlice) { value = bytes() }
    mutating func field(_ name: StaticString, _ value: inout ByteSlice?) { value = oneIn(4) ? nil : bytes() }

    mutating func field(_ name: StaticString, _ value: inout [Int32]) throws(WireError) {
        value = try list { (coder) throws(WireError) in Int32(bitPattern: coder.number()) }
    }

    mutating func field(_ name: StaticString, _ value: inout [Int64]) throws(WireError) {
        value = try list { (coder) throws(WireError) in Int64(bitPattern: coder.number()) }
    }

    mutating func field(_ name: StaticString, _ value: inout [Int8]) throws(WireError) {
        value = try list { (coder) throws(WireError) in Int8(bitPattern: coder.number()) }
    }

    mutating func field(_ name: StaticString, _ value: inout [Int32]?) throws(WireError) {
        var numbers: [Int32] = []
        try field(name, &numbers)
        value = oneIn(4) ? nil : numbers
    }

    mutating func field(_ name: StaticString, _ value: inout [String]) throws(WireError) {
        value = try list { (coder) throws(WireError) in coder.text() }
    }

    mutating func field(_ name: StaticString, _ value: inout [String]?) throws(WireError) {
        var texts: [String] = []
        try field(name, &texts)
        value = oneIn(4) ? nil : texts
    }

    mutating func field(_ name: StaticString, _ value: inout [KafkaUUID]) throws(WireError) {
        value = try list { (coder) throws(WireError) in KafkaUUID(high: coder.number(), low: coder.number()) }
    }

    mutating func field<Element: WireStruct>(_ name: StaticString, _ value: inout [Element]) throws(WireError) {
        value = try list { (coder) throws(WireError) in
            var element = Element()
            try element.code(with: &coder)
            return element
        }
    }

    mutating func field<Element: WireStruct>(_ name: StaticString, _ value: inout [Element]?) throws(WireError) {
        var elements: [Element] = []
        try field(name, &elements)
        value = oneIn(4) ? nil : elements
    }

    mutating func field<Element: WireStruct>(_ name: StaticString, _ value: inout Element) throws(WireError) {
        try value.code(with: &self)
    }

    mutating func tagged(
        _ tag: UInt32, _ name: StaticString, isPresent: Bool, _ body: (inout Self) throws(WireError) -> Void
    ) throws(WireError) {
        if !oneIn(4) { try body(&self) }
    }

    mutating func endOfStruct() {}
}
