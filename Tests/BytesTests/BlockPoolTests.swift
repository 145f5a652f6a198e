import Testing

@testable import Bytes

@Suite("Block pool")
struct BlockPoolTests {
    @Test(arguments: [(1, 262_144), (262_144, 262_144), (262_145, 524_288), (9_000_000, 16_777_216)])
    func `sizes are powers of two`(_ count: Int, _ capacity: Int) {
        #expect(BlockPool.capacity(for: count) == capacity)
    }

    @Test func `a piece that was given back goes round, up to the limit`() {
        let pool = BlockPool(keptBytes: 1 << 20)
        let half = BlockPool.capacity(for: 400_000)
        let first = pool.take(half)
        first.storeBytes(of: 7, toByteOffset: half - 1, as: UInt8.self)
        pool.giveBack(first, half)
        let second = pool.take(half)
        #expect(second == first)
        // Of another size is another piece.
        let whole = pool.take(2 * half)
        #expect(whole != first)
        pool.giveBack(whole, 2 * half)
        // One MiB is kept already.
        pool.giveBack(second, half)
        #expect(pool.keptForLater == 2 * half)
    }

    @Test func `blocks of any size are whole`() {
        let sizes = [0, 1, 262_143, 262_144, 300_000, 33_000_000, 70_000_000]
        let blocks = sizes.map { ByteBlock(count: $0) }
        for block in blocks where block.count > 0 {
            block.base.storeBytes(of: 1, as: UInt8.self)
            block.base.storeBytes(of: 2, toByteOffset: block.count - 1, as: UInt8.self)
        }
        #expect(blocks.map(\.count) == sizes)
        for block in blocks where block.count > 1 {
            #expect(block.base.load(as: UInt8.self) == 1)
            #expect(block.base.load(fromByteOffset: block.count - 1, as: UInt8.self) == 2)
        }
    }
}
