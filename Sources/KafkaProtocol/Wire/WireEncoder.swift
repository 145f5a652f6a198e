import Bytes

/// The writing coder: emits the fields of a message.
package struct WireEncoder: WireCoder {
    /// Version of the message being written.
    package let version: Int16
    /// Whether this version has compact lengths and tagged fields.
    package let isFlexible: Bool
    /// Always false.
    package var isReading: Bool { false }

    /// What was written so far.
    package var writer: WireWriter
    /// Tagged fields of the structure being written.
    private var tags: [(tag: UInt32, content: WireWriter)] = []

    /// Writes behind what `writer` holds, in the form of `version`.
    package init(_ writer: WireWriter = WireWriter(), version: Int16, isFlexible: Bool) {
        self.writer = writer
        self.version = version
        self.isFlexible = isFlexible
    }

    // MARK: Numbers

    package mutating func field(_ name: StaticString, _ value: inout Bool) throws(WireError) {
        writer.integer(value ? 1 as UInt8 : 0)
    }

    package mutating func field(_ name: StaticString, _ value: inout Int8) throws(WireError) {
        writer.integer(value)
    }

    package mutating func field(_ name: StaticString, _ value: inout Int16) throws(WireError) {
        writer.integer(value)
    }

    package mutating func field(_ name: StaticString, _ value: inout UInt16) throws(WireError) {
        writer.integer(value)
    }

    package mutating func field(_ name: StaticString, _ value: inout Int32) throws(WireError) {
        writer.integer(value)
    }

    package mutating func field(_ name: StaticString, _ value: inout UInt32) throws(WireError) {
        writer.integer(value)
    }

    package mutating func field(_ name: StaticString, _ value: inout Int64) throws(WireError) {
        writer.integer(value)
    }

    package mutating func field(_ name: StaticString, _ value: inout Double) throws(WireError) {
        writer.integer(value.bitPattern)
    }

    package mutating func field(_ name: StaticString, _ value: inout KafkaUUID) throws(WireError) {
        writer.integer(value.high)
        writer.integer(value.low)
    }

    // MARK: Text and bytes

    package mutating func field(_ name: StaticString, _ value: inout String) throws(WireError) {
        try string(name, value)
    }

    package mutating func field(_ name: StaticString, _ value: inout String?) throws(WireError) {
        if let text = value {
            try string(name, text)
        } else if isFlexible {
            writer.unsignedVarint(0)
        } else {
            writer.integer(Int16(-1))
        }
    }

    package mutating func field(_ name: StaticString, _ value: inout ByteSlice) throws(WireError) {
        try length(name, value.count)
        writer.append(value)
    }

    package mutating func field(_ name: StaticString, _ value: inout ByteSlice?) throws(WireError) {
        try length(name, value?.count)
        if let value { writer.append(value) }
    }

    // MARK: Arrays and structures

    package mutating func field(_ name: StaticString, _ value: inout [Int32]) throws(WireError) {
        try length(name, value.count)
        for element in value { writer.integer(element) }
    }

    package mutating func field(_ name: StaticString, _ value: inout [Int64]) throws(WireError) {
        try length(name, value.count)
        for element in value { writer.integer(element) }
    }

    package mutating func field(_ name: StaticString, _ value: inout [Int8]) throws(WireError) {
        try length(name, value.count)
        for element in value { writer.integer(element) }
    }

    package mutating func field(_ name: StaticString, _ value: inout [Int32]?) throws(WireError) {
        try length(name, value?.count)
        for element in value ?? [] { writer.integer(element) }
    }

    package mutating func field(_ name: StaticString, _ value: inout [String]) throws(WireError) {
        try length(name, value.count)
        for element in value { try string(name, element) }
    }

    package mutating func field(_ name: StaticString, _ value: inout [String]?) throws(WireError) {
        try length(name, value?.count)
        for element in value ?? [] { try string(name, element) }
    }

    package mutating func field(_ name: StaticString, _ value: inout [KafkaUUID]) throws(WireError) {
        try length(name, value.count)
        for element in value {
            writer.integer(element.high)
            writer.integer(element.low)
        }
    }

    package mutating func field<Element: WireStruct>(_ name: StaticString, _ value: inout [Element]) throws(WireError) {
        try length(name, value.count)
        try structures(name, value)
    }

    package mutating func field<Element: WireStruct>(
        _ name: StaticString, _ value: inout [Element]?
    ) throws(WireError) {
        try length(name, value?.count)
        try structures(name, value ?? [])
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
        guard isPresent else { return }
        try require(isFlexible, name)
        var inner = WireEncoder(version: version, isFlexible: true)
        try body(&inner)
        tags.append((tag, inner.writer))
    }

    package mutating func endOfStruct() throws(WireError) {
        guard isFlexible else { return }
        writer.unsignedVarint(UInt32(tags.count))
        for (tag, content) in tags {
            writer.unsignedVarint(tag)
            writer.unsignedVarint(UInt32(content.count))
            writer.append(content)
        }
        tags.removeAll(keepingCapacity: true)
    }

    // MARK: Parts

    private mutating func structures(
        _ name: StaticString, _ elements: [some WireStruct]
    ) throws(WireError) {
        for index in elements.indices {
            // A copy of one element: to visit it in place would copy the whole array, which the caller still holds.
            var element = elements[index]
            do throws(WireError) {
                try structure(&element)
            } catch {
                throw error.within(name, index: index)
            }
        }
    }

    private mutating func structure(_ element: inout some WireStruct) throws(WireError) {
        let outer = tags
        tags = []
        try element.code(with: &self)
        tags = outer
    }

    private mutating func string(_ name: StaticString, _ text: String) throws(WireError) {
        let count = text.utf8.count
        guard count <= Int(Int16.max) else {
            throw WireError(.outOfRange(value: Int64(count)), field: name, position: writer.count)
        }
        if isFlexible {
            writer.unsignedVarint(UInt32(count) + 1)
        } else {
            writer.integer(Int16(count))
        }
        writer.append(text.utf8)
    }

    private mutating func length(_ name: StaticString, _ count: Int?) throws(WireError) {
        guard let count else {
            if isFlexible { writer.unsignedVarint(0) } else { writer.integer(Int32(-1)) }
            return
        }
        guard let small = Int32(exactly: count), small < Int32.max else {
            throw WireError(.outOfRange(value: Int64(count)), field: name, position: writer.count)
        }
        if isFlexible { writer.unsignedVarint(UInt32(small) + 1) } else { writer.integer(small) }
    }
}
