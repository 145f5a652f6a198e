/// A cursor over received bytes: every read is bounds-checked and fails with the field's name and place.
///
/// It holds its block, so the slices it hands out stay valid after it is gone.
package struct WireReader: Sendable {
    /// The block that is read.
    @usableFromInline let block: ByteBlock
    /// Offset in the block where reading began; positions in errors count from here.
    @usableFromInline let start: Int
    /// Offset in the block of the next byte.
    @usableFromInline var cursor: Int
    /// Offset in the block behind the last byte.
    @usableFromInline let end: Int

    /// Reads `slice` from its first byte.
    package init(_ slice: ByteSlice) {
        block = slice.block
        start = slice.offset
        cursor = slice.offset
        end = slice.offset + slice.count
    }

    private init(block: ByteBlock, start: Int, cursor: Int, end: Int) {
        self.block = block
        self.start = start
        self.cursor = cursor
        self.end = end
    }

    /// Bytes not yet read.
    @inlinable package var remaining: Int { end - cursor }

    /// Bytes read so far.
    @inlinable package var position: Int { cursor - start }

    /// Moves on by `count` bytes and returns where they began; throws when fewer remain.
    @inlinable package mutating func advance(
        _ count: Int, _ field: StaticString
    ) throws(WireError) -> UnsafeRawPointer {
        guard count >= 0, count <= remaining else {
            throw WireError(.truncated(needed: count, left: remaining), field: field, position: position)
        }
        defer { cursor += count }
        return UnsafeRawPointer(block.base + cursor)
    }

    /// Reads a big-endian integer.
    @inlinable package mutating func integer<Number: FixedWidthInteger & BitwiseCopyable>(
        _ field: StaticString, as type: Number.Type = Number.self
    ) throws(WireError) -> Number {
        try advance(MemoryLayout<Number>.size, field).loadBigEndian(at: 0)
    }

    /// Reads an unsigned varint of at most five bytes, as lengths and tags use it.
    @inlinable package mutating func unsignedVarint(_ field: StaticString) throws(WireError) -> UInt32 {
        var value: UInt64 = 0
        for shift in stride(from: 0, through: 28, by: 7) {
            let byte = try advance(1, field).load(as: UInt8.self)
            value |= UInt64(byte & 0x7f) << UInt64(shift)
            if byte & 0x80 == 0 {
                guard value <= UInt64(UInt32.max) else { break }
                return UInt32(value)
            }
        }
        throw WireError(.malformed("a varint is longer than five bytes"), field: field, position: position)
    }

    /// Reads a zig-zag varint of at most ten bytes, as records use it.
    @inlinable package mutating func varlong(_ field: StaticString) throws(WireError) -> Int64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            let byte = try advance(1, field).load(as: UInt8.self)
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 {
                return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
            }
        }
        throw WireError(.malformed("a varint is longer than ten bytes"), field: field, position: position)
    }

    /// Reads a zig-zag varint that must fit into 32 bits.
    @inlinable package mutating func varint(_ field: StaticString) throws(WireError) -> Int32 {
        let value = try varlong(field)
        guard let small = Int32(exactly: value) else {
            throw WireError(.outOfRange(value: value), field: field, position: position)
        }
        return small
    }

    /// Takes `count` bytes without copying them.
    package mutating func slice(_ count: Int, _ field: StaticString) throws(WireError) -> ByteSlice {
        let offset = cursor
        _ = try advance(count, field)
        return ByteSlice(block: block, offset: offset, count: count)
    }

    /// Takes `count` bytes as a reader of their own whose positions count from where this one began.
    package mutating func part(_ count: Int, _ field: StaticString) throws(WireError) -> WireReader {
        let first = cursor
        _ = try advance(count, field)
        return WireReader(block: block, start: start, cursor: first, end: cursor)
    }

    /// Reads `count` bytes as UTF-8 text.
    package mutating func text(_ count: Int, _ field: StaticString) throws(WireError) -> String {
        let place = position
        let bytes = UnsafeRawBufferPointer(start: try advance(count, field), count: count)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw WireError(.notUTF8, field: field, position: place)
        }
        return text
    }

    /// Insists that every byte was read.
    package func finish(_ field: StaticString) throws(WireError) {
        guard remaining == 0 else {
            throw WireError(.bytesLeftOver(count: remaining), field: field, position: position)
        }
    }
}
