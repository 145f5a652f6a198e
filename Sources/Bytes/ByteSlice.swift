/// A range of a `ByteBlock` that keeps the block alive: how record batches travel without being copied.
package struct ByteSlice: Sendable {
    /// The memory that holds the bytes.
    package let block: ByteBlock
    /// Offset of the first byte within the block.
    package let offset: Int
    /// Number of bytes.
    package let count: Int

    /// Names `count` bytes from `offset` of `block`.
    ///
    /// The range must lie within the block.
    @inlinable package init(block: ByteBlock, offset: Int, count: Int) {
        precondition(offset >= 0 && count >= 0 && offset <= block.count - count, "a slice lies within its block")
        self.block = block
        self.offset = offset
        self.count = count
    }

    /// A slice with its own copy of `bytes`.
    package init(_ bytes: some Collection<UInt8>) {
        let block = ByteBlock(copying: bytes)
        self.init(block: block, offset: 0, count: block.count)
    }

    /// A slice without bytes.
    package static let empty = ByteSlice(block: ByteBlock(count: 0), offset: 0, count: 0)

    /// Whether there are no bytes.
    package var isEmpty: Bool { count == 0 }

    /// The slice's first byte in memory; valid as long as the slice lives.
    @inlinable package var start: UnsafeMutableRawPointer { block.base + offset }

    /// The bytes in `range` (relative to this slice) of the same block.
    @inlinable package func slice(_ range: Range<Int>) -> ByteSlice {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "a slice of a slice lies within it")
        return ByteSlice(block: block, offset: offset + range.lowerBound, count: range.count)
    }

    /// Runs `body` with the bytes in place.
    @inlinable package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// A copy of the bytes.
    package var array: [UInt8] {
        withUnsafeBytes { Array($0) }
    }

    /// The byte at `index` of this slice.
    @inlinable package subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < count, "an index lies within its slice")
        return start.load(fromByteOffset: index, as: UInt8.self)
    }
}

extension ByteSlice: Equatable {
    /// Whether both slices hold equal bytes, wherever they lie.
    package static func == (left: ByteSlice, right: ByteSlice) -> Bool {
        left.count == right.count
            && left.withUnsafeBytes { mine in right.withUnsafeBytes { mine.elementsEqual($0) } }
    }
}
