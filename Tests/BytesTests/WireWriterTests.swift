import Bytes
import Testing

/// The writer: what is copied, what is spliced, and in which order it comes out.
@Suite struct WireWriterTests {
    private let large = ByteSlice([UInt8](repeating: 0xaa, count: 600))

    @Test func `writes integers big-endian`() {
        var writer = WireWriter()
        writer.integer(Int16(-2))
        writer.integer(UInt32(0x0102_0304))
        #expect(writer.flattened == [0xff, 0xfe, 1, 2, 3, 4])
    }

    @Test func `splices large slices by reference, in order`() {
        var writer = WireWriter()
        writer.append(large)
        writer.append([1, 2])
        writer.append(large.slice(0..<512))
        writer.append(large.slice(0..<511))
        writer.append([3])
        #expect(writer.splices.map(\.position) == [0, 2])
        #expect(writer.splices.allSatisfy { $0.slice.block === large.block })
        #expect(writer.splicedBytes == 1112)
        #expect(writer.count == 600 + 2 + 512 + 511 + 1)
        let expected = large.array + [1, 2] + large.array.prefix(512) + large.array.prefix(511) + [3]
        #expect(writer.flattened == expected)
    }

    @Test func `appends another writer with its splices`() {
        var inner = WireWriter()
        inner.append([2])
        inner.append(large)
        inner.append([3])
        var outer = WireWriter()
        outer.append([1])
        outer.append(inner)
        outer.append([4])
        #expect(outer.splices.map(\.position) == [2])
        #expect(outer.flattened == [1, 2] + large.array + [3, 4])
        #expect(outer.count == outer.flattened.count)
    }

    @Test func `goes back to a mark, splices included`() {
        var writer = WireWriter()
        writer.append([1])
        writer.append(large)
        let mark = writer.mark
        let before = writer.flattened
        writer.append([2, 3])
        writer.append(large)
        writer.drop(behind: mark)
        #expect(writer.flattened == before && writer.count == before.count)
        writer.append([4])
        #expect(writer.flattened == before + [4])
    }

    @Test func `patches an integer written before`() {
        var writer = WireWriter()
        writer.integer(Int32(0))
        writer.append([7])
        writer.patch(Int32(5), at: 0)
        #expect(writer.flattened == [0, 0, 0, 5, 7])
    }

    @Test func `is empty after a reset`() {
        var writer = WireWriter()
        writer.append(large)
        writer.append([1])
        writer.reset()
        #expect(writer.flattened.isEmpty && writer.isBlank)
    }
}

extension WireWriter {
    fileprivate var isBlank: Bool { splices.isEmpty && splicedBytes == 0 && bytes.isEmpty }
}
