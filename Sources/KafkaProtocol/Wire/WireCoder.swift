import Bytes

/// The visitor that one description of a message is written for: reading fills the fields, writing emits them.
///
/// A message names its fields once, in wire order. Version conditions are ordinary `if`s on `version`. The Swift type
/// of a field chooses its wire form: `String` is a string, `String?` a nullable string, `[T]` an array of structures;
/// from `isFlexible` versions on these take their compact forms (KIP-482).
package protocol WireCoder {
    /// Version of the message being coded.
    var version: Int16 { get }
    /// Whether this version has compact lengths and tagged fields.
    var isFlexible: Bool { get }
    /// Whether fields are filled rather than emitted.
    var isReading: Bool { get }

    /// Codes a boolean.
    mutating func field(_ name: StaticString, _ value: inout Bool) throws(WireError)
    /// Codes an INT8.
    mutating func field(_ name: StaticString, _ value: inout Int8) throws(WireError)
    /// Codes an INT16.
    mutating func field(_ name: StaticString, _ value: inout Int16) throws(WireError)
    /// Codes a UINT16.
    mutating func field(_ name: StaticString, _ value: inout UInt16) throws(WireError)
    /// Codes an INT32.
    mutating func field(_ name: StaticString, _ value: inout Int32) throws(WireError)
    /// Codes a UINT32.
    mutating func field(_ name: StaticString, _ value: inout UInt32) throws(WireError)
    /// Codes an INT64.
    mutating func field(_ name: StaticString, _ value: inout Int64) throws(WireError)
    /// Codes a FLOAT64.
    mutating func field(_ name: StaticString, _ value: inout Double) throws(WireError)
    /// Codes a UUID.
    mutating func field(_ name: StaticString, _ value: inout KafkaUUID) throws(WireError)
    /// Codes a string.
    mutating func field(_ name: StaticString, _ value: inout String) throws(WireError)
    /// Codes a nullable string.
    mutating func field(_ name: StaticString, _ value: inout String?) throws(WireError)
    /// Codes bytes.
    mutating func field(_ name: StaticString, _ value: inout ByteSlice) throws(WireError)
    /// Codes nullable bytes, or records.
    mutating func field(_ name: StaticString, _ value: inout ByteSlice?) throws(WireError)
    /// Codes an array of INT32.
    mutating func field(_ name: StaticString, _ value: inout [Int32]) throws(WireError)
    /// Codes an array of INT64.
    mutating func field(_ name: StaticString, _ value: inout [Int64]) throws(WireError)
    /// Codes an array of INT8.
    mutating func field(_ name: StaticString, _ value: inout [Int8]) throws(WireError)
    /// Codes a nullable array of INT32.
    mutating func field(_ name: StaticString, _ value: inout [Int32]?) throws(WireError)
    /// Codes an array of strings.
    mutating func field(_ name: StaticString, _ value: inout [String]) throws(WireError)
    /// Codes a nullable array of strings.
    mutating func field(_ name: StaticString, _ value: inout [String]?) throws(WireError)
    /// Codes an array of UUIDs.
    mutating func field(_ name: StaticString, _ value: inout [KafkaUUID]) throws(WireError)
    /// Codes an array of structures.
    mutating func field<Element: WireStruct>(_ name: StaticString, _ value: inout [Element]) throws(WireError)
    /// Codes a nullable array of structures.
    mutating func field<Element: WireStruct>(_ name: StaticString, _ value: inout [Element]?) throws(WireError)
    /// Codes a structure in place.
    mutating func field<Element: WireStruct>(_ name: StaticString, _ value: inout Element) throws(WireError)

    /// Codes a tagged field with `body` when it is present; only in flexible versions.
    ///
    /// Call between the last ordinary field and `endOfStruct`, in ascending order of tags. When writing, the field is
    /// emitted if `isPresent`; when reading, `body` runs if the tag came.
    mutating func tagged(
        _ tag: UInt32, _ name: StaticString, isPresent: Bool, _ body: (inout Self) throws(WireError) -> Void
    ) throws(WireError)

    /// Ends a structure: in flexible versions the tagged fields stand here; unknown ones are skipped.
    mutating func endOfStruct() throws(WireError)

    /// Refuses to drop a value that this version cannot carry.
    ///
    /// - Parameter condition: whether this version carries the field or its value is the default.
    mutating func require(_ condition: Bool, _ name: StaticString) throws(WireError)
}

/// A structure inside a message, or a whole message body.
package protocol WireStruct: Sendable, Equatable {
    /// All fields at their defaults.
    init()

    /// Names every field once, in wire order, and ends with `endOfStruct`.
    mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError)
}

extension WireStruct {
    /// All fields at their defaults but those that `fill` sets: `FetchPartition { $0.fetchOffset = 5 }`.
    package init<Failure: Error>(_ fill: (inout Self) throws(Failure) -> Void) throws(Failure) {
        self.init()
        try fill(&self)
    }
}

extension WireCoder {
    /// Codes text that only later versions may leave out: here it must be there.
    package mutating func nonNull(_ name: StaticString, _ value: inout String?) throws(WireError) {
        try require(value != nil, name)
        var text = value ?? ""
        try field(name, &text)
        value = text
    }

    /// Codes an array that only later versions may leave out: here it must be there.
    package mutating func nonNull<Element: WireStruct>(
        _ name: StaticString, _ value: inout [Element]?
    ) throws(WireError) {
        try require(value != nil, name)
        var elements = value ?? []
        try field(name, &elements)
        value = elements
    }

    /// Refuses to drop a value that this version cannot carry; reading never refuses.
    package mutating func require(_ condition: Bool, _ name: StaticString) throws(WireError) {
        if !isReading && !condition {
            throw WireError(.notInVersion(version), field: name, position: 0)
        }
    }
}
