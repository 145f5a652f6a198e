import Bytes

/// The reading coder: fills the fields of a message from received bytes.
package struct WireDecoder: WireCoder {
    /// Version of the message being read.
    package let version: Int16
    /// Whether this version has compact lengths and tagged fields.
    package let isFlexible: Bool
    /// Always true.
    package var isReading: Bool { true }

    /// The bytes and how far they are read.
    package var reader: WireReader
    /// Tagged fields of the structure being read, once its first tagged field or its end was reached.
    private var tags: [UInt32: WireReader]?

    /// Elements that further arrays of this message may have, nested ones included.
    private var elementsLeft: Int

    /// Largest number of elements an array may announce, whatever the bytes say.
    private static let maximumElements = 1_000_000

    /// Reads from `slice` in the form of `version`.
    ///
    /// - Parameter maximumElements: elements of all arrays together, so that a frame of many small ones does not become
    ///   many times its size in memory; more than the metadata of a million partitions with three replicas has.
    package init(_ slice: ByteSlice, version: Int16, isFlexible: Bool, maximumElements: Int = 10_000_000) {
        elementsLeft = maximumElements
        self.version = version
        self.isFlexible = isFlexible
        reader = WireReader(slice)
    }

    private init(_ reader: WireReader, version: Int16, isFlexible: Bool, elementsLeft: Int) {
        self.elementsLeft = elementsLeft
        self.version = version
        self.isFlexible = isFlexible
        self.reader = reader
    }

    // MARK: Numbers

    package mutating func field(_ name: StaticString, _ value: inout Bool) throws(WireError) {
        value = try reader.integer(name, as: UInt8.self) != 0
    }

    package mutating func field(_ name: StaticString, _ value: inout Int8) throws(WireError) {
        value = try reader.integer(name)
    }

    package mutating func field(_ name: StaticString, _ value: inout Int16) throws(WireError) {
        value = try reader.integer(name)
    }

    package mutating func field(_ name: StaticString, _ value: inout UInt16) throws(WireError) {
        value = try reader.integer(name)
    }

    package mutating func field(_ name: StaticString, _ value: inout Int32) throws(WireError) {
        value = try reader.integer(name)
    }

    package mutating func field(_ name: StaticString, _ value: inout UInt32) throws(WireError) {
        value = try reader.integer(name)
    }

    package mutating func field(_ name: StaticString, _ value: inout Int64) throws(WireError) {
        value = try reader.integer(name)
    }

    package mutating func field(_ name: StaticString, _ value: inout Double) throws(WireError) {
        value = Double(bitPattern: try reader.integer(name, as: UInt64.self))
    }

    package mutating func field(_ name: StaticString, _ value: inout KafkaUUID) throws(WireError) {
        value = KafkaUUID(high: try reader.integer(name), low: try reader.integer(name))
    }

    // MARK: Text and bytes

    package mutating func field(_ name: StaticString, _ value: inout String) throws(WireError) {
        let place = reader.position
        guard let length = try shortLength(name) else {
            throw WireError(.unexpectedNull, field: name, position: place)
        }
        value = try reader.text(length, name)
    }

    package mutating func field(_ name: StaticString, _ value: inout String?) throws(WireError) {
        value = try shortLength(name).map { length throws(WireError) in try reader.text(length, name) }
    }

    package mutating func field(_ name: StaticString, _ value: inout ByteSlice) throws(WireError) {
        let place = reader.position
        guard let length = try longLength(name) else {
            throw WireError(.unexpectedNull, field: name, position: place)
        }
        value = try reader.slice(length, name)
    }

    package mutating func field(_ name: StaticString, _ value: inout ByteSlice?) throws(WireError) {
        guard let length = try longLength(name) else {
            value = nil
            return
        }
        value = try reader.slice(length, name)
    }

    // MARK: Arrays and structures

    package mutating func field(_ name: StaticString, _ value: inout [Int32]) throws(WireError) {
        value = try list(name) { (decoder) throws(WireError) in try decoder.reader.integer(name) }
    }

    package mutating func field(_ name: StaticString, _ value: inout [Int64]) throws(WireError) {
        value = try list(name) { (decoder) throws(WireError) in try decoder.reader.integer(name) }
    }

    package mutating func field(_ name: StaticString, _ value: inout [Int8]) throws(WireError) {
        value = try list(name) { (decoder) throws(WireError) in try decoder.reader.integer(name) }
    }

    package mutating func field(_ name: StaticString, _ value: inout [Int32]?) throws(WireError) {
        value = try nullableList(name) { (decoder) throws(WireError) in try decoder.reader.integer(name) }
    }

    package mutating func field(_ name: StaticString, _ value: inout [String]) throws(WireError) {
        value = try list(name) { (decoder) throws(WireError) in try decoder.string(name) }
    }

    package mutating func field(_ name: StaticString, _ value: inout [String]?) throws(WireError) {
        value = try nullableList(name) { (decoder) throws(WireError) in try decoder.string(name) }
    }

    package mutating func field(_ name: StaticString, _ value: inout [KafkaUUID]) throws(WireError) {
        value = try list(name) { (decoder) throws(WireError) in
            KafkaUUID(high: try decoder.reader.integer(name), low: try decoder.reader.integer(name))
        }
    }

    package mutating func field<Element: WireStruct>(_ name: StaticString, _ value: inout [Element]) throws(WireError) {
        let place = reader.position
        var elements: [Element]?
        try field(name, &elements)
        guard let elements else { throw WireError(.unexpectedNull, field: name, position: place) }
        value = elements
    }

    package mutating func field<Element: WireStruct>(
        _ name: StaticString, _ value: inout [Element]?
    ) throws(WireError) {
        guard let count = try elementCount(name) else {
            value = nil
            return
        }
        var elements: [Element] = []
        elements.reserveCapacity(Swift.min(count, 1024))
        for index in 0..<count {
            var element = Element()
            do throws(WireError) {
                try structure(&element)
            } catch {
                throw error.within(name, index: index)
            }
            elements.append(element)
        }
        value = elements
    }

    package mutating func field<Element: WireStruct>(_ name: StaticString, _ value: inout Element) throws(WireError) {
        do throws(WireError) {
            try structure(&value)
        } catch {
            throw error.within(name)
        }
    }

    // MARK: Tagged fields

    package mutating func tagged(
        _ tag: UInt32, _ name: StaticString, isPresent: Bool, _ body: (inout Self) throws(WireError) -> Void
    ) throws(WireError) {
        guard isFlexible else { return }
        try collectTags()
        guard let content = tags?[tag] else { return }
        var inner = WireDecoder(content, version: version, isFlexible: true, elementsLeft: elementsLeft)
        try body(&inner)
        elementsLeft = inner.elementsLeft
        try inner.reader.finish(name)
    }

    package mutating func endOfStruct() throws(WireError) {
        guard isFlexible else { return }
        try collectTags()
        tags = nil
    }

    /// Reads the whole tag section once; it stands behind the last ordinary field.
    private mutating func collectTags() throws(WireError) {
        guard tags == nil else { return }
        var found: [UInt32: WireReader] = [:]
        let count = try reader.unsignedVarint("tagged fields")
        var last: UInt32?
        for _ in 0..<count {
            let tag = try reader.unsignedVarint("tag")
            if let last, tag <= last {
                throw WireError(.malformed("tags are not in ascending order"), field: "tag", position: reader.position)
            }
            last = tag
            let size = try reader.unsignedVarint("tag size")
            found[tag] = try reader.part(Int(size), "tagged field")
        }
        tags = found
    }

    // MARK: Parts

    private mutating func structure(_ element: inout some WireStruct) throws(WireError) {
        let outer = tags
        tags = nil
        try element.code(with: &self)
        tags = outer
    }

    private mutating func string(_ name: StaticString) throws(WireError) -> String {
        var text = ""
        try field(name, &text)
        return text
    }

    private mutating func list<Element>(
        _ name: StaticString, _ element: (inout Self) throws(WireError) -> Element
    ) throws(WireError) -> [Element] {
        let place = reader.position
        guard let elements = try nullableList(name, element) else {
            throw WireError(.unexpectedNull, field: name, position: place)
        }
        return elements
    }

    private mutating func nullableList<Element>(
        _ name: StaticString, _ element: (inout Self) throws(WireError) -> Element
    ) throws(WireError) -> [Element]? {
        guard let count = try elementCount(name) else { return nil }
        var elements: [Element] = []
        elements.reserveCapacity(Swift.min(count, 1024))
        for _ in 0..<count { elements.append(try element(&self)) }
        return elements
    }

    /// Length of a string: INT16, or a compact length; nil for null.
    private mutating func shortLength(_ name: StaticString) throws(WireError) -> Int? {
        let place = reader.position
        guard isFlexible else {
            return try checked(Int(try reader.integer(name, as: Int16.self)), name, at: place)
        }
        let length = try compactLength(name)
        // The compact form could say more, but Kafka holds strings to what INT16 can count.
        guard length ?? 0 <= Int(Int16.max) else {
            throw WireError(.outOfRange(value: Int64(length ?? 0)), field: name, position: place)
        }
        return length
    }

    /// Length of bytes: INT32, or a compact length; nil for null.
    private mutating func longLength(_ name: StaticString) throws(WireError) -> Int? {
        if isFlexible { return try compactLength(name) }
        let place = reader.position
        return try checked(Int(try reader.integer(name, as: Int32.self)), name, at: place)
    }

    private mutating func elementCount(_ name: StaticString) throws(WireError) -> Int? {
        let place = reader.position
        guard let count = try longLength(name) else { return nil }
        // Every element takes at least one byte, so a count beyond the remaining bytes is a lie.
        guard count <= Swift.min(reader.remaining, Self.maximumElements, elementsLeft) else {
            throw WireError(.outOfRange(value: Int64(count)), field: name, position: place)
        }
        elementsLeft -= count
        return count
    }

    private mutating func compactLength(_ name: StaticString) throws(WireError) -> Int? {
        let lengthPlusOne = try reader.unsignedVarint(name)
        return lengthPlusOne == 0 ? nil : Int(lengthPlusOne) - 1
    }

    private func checked(_ length: Int, _ name: StaticString, at place: Int) throws(WireError) -> Int? {
        guard length >= -1 else {
            throw WireError(.outOfRange(value: Int64(length)), field: name, position: place)
        }
        return length == -1 ? nil : length
    }
}
