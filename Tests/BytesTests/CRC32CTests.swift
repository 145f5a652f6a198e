import Bytes
import CChecksum
import TestSupport
import Testing

/// The checksum of record batches.
@Suite struct CRC32CTests {
    private static func random(_ count: Int, _ generator: inout some RandomNumberGenerator) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// The check value of the polynomial, and the examples of RFC 3720, B.4.
    @Test func `computes the published values`() {
        #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xe306_9283)
        #expect(CRC32C.checksum([]) == 0)
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
        #expect(CRC32C.checksum([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
        #expect(CRC32C.checksum(Array(0..<32)) == 0x46dd_794e)
    }

    @Test func `computes the same with and without special instructions`() {
        let seed = testSeed(1)
        var generator = SeededGenerator(seed: seed)
        let lengths = Array(0...130) + (0..<40).map { _ in Int.random(in: 131...70_000, using: &generator) }
        for length in lengths {
            let start = Int.random(in: 0..<8, using: &generator)
            let bytes = Self.random(start + length, &generator)
            let before = UInt32.random(in: .min ... .max, using: &generator)
            bytes.withUnsafeBytes { all in
                let part = UnsafeRawBufferPointer(rebasing: all[start...])
                let portable = lockstep_crc32c_portable(before, part.baseAddress, part.count)
                #expect(CRC32C.checksum(part, seed: before) == portable, "\(length) bytes from \(start), seed \(seed)")
            }
        }
    }

    @Test func `continues from an earlier checksum`() {
        let seed = testSeed(1)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let bytes = Self.random(Int.random(in: 1...5000, using: &generator), &generator)
            let middle = Int.random(in: 0...bytes.count, using: &generator)
            let head = CRC32C.checksum(Array(bytes[..<middle]))
            let whole = Array(bytes[middle...]).withUnsafeBytes { CRC32C.checksum($0, seed: head) }
            #expect(whole == CRC32C.checksum(bytes), "cut at \(middle), seed \(seed)")
        }
    }

    @Test(arguments: [0, 1, 7, 8, 40, 41, 1000, 65_536, 1_048_576])
    func `derives the checksum of a changed head without reading the tail`(tailBytes: Int) {
        let seed = testSeed(1)
        var generator = SeededGenerator(seed: seed)
        let old = Self.random(40, &generator)
        let new = Self.random(40, &generator)
        let tail = Self.random(tailBytes, &generator)
        let derived = old.withUnsafeBytes { oldHead in
            new.withUnsafeBytes { newHead in
                CRC32C.derived(
                    from: CRC32C.checksum(old + tail), oldHead: oldHead, newHead: newHead, tailBytes: tailBytes)
            }
        }
        #expect(derived == CRC32C.checksum(new + tail), "seed \(seed)")
    }

    @Test func `a derived checksum still shows that the tail was damaged`() {
        let old: [UInt8] = [1, 2, 3]
        let new: [UInt8] = [9, 9, 9]
        var tail = [UInt8](repeating: 7, count: 100)
        let stored = CRC32C.checksum(old + tail)
        tail[50] ^= 1
        let derived = old.withUnsafeBytes { oldHead in
            new.withUnsafeBytes { newHead in
                CRC32C.derived(from: stored, oldHead: oldHead, newHead: newHead, tailBytes: tail.count)
            }
        }
        #expect(derived != CRC32C.checksum(new + tail))
    }
}
