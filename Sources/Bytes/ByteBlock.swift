/// One fixed block of memory that received frames and record batches live in.
///
/// A block is allocated once at its final size and freed with its last reference; every `ByteSlice` keeps its block
/// alive. A block has one writer at a time by convention: whoever filled it hands it on and does not touch it again.
/// That is why it may cross executors although the compiler cannot see it.
package final class ByteBlock: @unchecked Sendable {
    /// First byte of the block.
    package let base: UnsafeMutableRawPointer
    /// Size in bytes.
    package let count: Int

    /// Allocates `count` uninitialised bytes.
    package init(count: Int) {
        precondition(count >= 0, "a block has no negative size")
        self.count = count
        base =
            count >= BlockPool.smallestBytes
            ? BlockPool.shared.take(BlockPool.capacity(for: count))
            : .allocate(byteCount: Swift.max(count, 1), alignment: 16)
    }

    /// Allocates a block with a copy of `bytes`.
    package convenience init(copying bytes: some Collection<UInt8>) {
        self.init(count: bytes.count)
        UnsafeMutableRawBufferPointer(start: base, count: count).copyBytes(from: bytes)
    }

    deinit {
        if count >= BlockPool.smallestBytes {
            BlockPool.shared.giveBack(base, BlockPool.capacity(for: count))
        } else {
            base.deallocate()
        }
    }
}
