import Bytes
import Testing

/// The reader: bounds, positions and slices.
@Suite struct WireReaderTests {
    @Test func `counts positions from where reading began`() throws {
        let slice = ByteSlice([9, 9, 0, 1, 0xff]).slice(2..<5)
        var reader = WireReader(slice)
        #expect(try reader.integer("first", as: Int16.self) == 1)
        #expect(reader.position == 2 && reader.remaining == 1)
        #expect(throws: WireError(.truncated(needed: 4, left: 1), field: "second", position: 2)) {
            try reader.integer("second", as: Int32.self)
        }
        #expect(reader.position == 2, "a failed read moves nothing")
        #expect(throws: WireError(.bytesLeftOver(count: 1), field: "all", position: 2)) { try reader.finish("all") }
    }

    @Test func `hands out slices without copying`() throws {
        let slice = ByteSlice([1, 2, 3, 4])
        var reader = WireReader(slice)
        _ = try reader.integer("first", as: UInt8.self)
        let part = try reader.slice(2, "part")
        #expect(part.block === slice.block && part.array == [2, 3])
        #expect(throws: WireError.self) { try reader.slice(2, "beyond") }
        #expect(throws: WireError.self) { try reader.slice(-1, "negative") }
    }

    @Test func `gives a part positions of the whole and no more bytes than its own`() throws {
        var reader = WireReader(ByteSlice([1, 2, 3, 4]))
        _ = try reader.integer("first", as: UInt8.self)
        var part = try reader.part(2, "part")
        #expect(part.position == 1 && part.remaining == 2)
        #expect(throws: WireError(.truncated(needed: 4, left: 2), field: "number", position: 1)) {
            try part.integer("number", as: Int32.self)
        }
        #expect(reader.position == 3)
    }

    @Test func `reads text and refuses what is none`() throws {
        var reader = WireReader(ByteSlice(Array("größe".utf8) + [0xc3]))
        #expect(try reader.text(7, "name") == "größe")
        #expect(throws: WireError(.notUTF8, field: "name", position: 7)) { try reader.text(1, "name") }
    }
}

/// Slices of blocks.
@Suite struct ByteSliceTests {
    @Test func `compares bytes, not places`() {
        let slice = ByteSlice([1, 2, 1, 2])
        #expect(slice.slice(0..<2) == slice.slice(2..<4))
        #expect(slice.slice(0..<2) != slice.slice(1..<3))
        #expect(ByteSlice.empty == slice.slice(4..<4) && ByteSlice.empty.isEmpty)
    }

    @Test func `indexes from its own start`() {
        let slice = ByteSlice([1, 2, 3]).slice(1..<3)
        #expect(slice[0] == 2 && slice[1] == 3)
        #expect(slice.slice(1..<2).array == [3])
    }

    @Test func `stops at an index outside`() async {
        await #expect(processExitsWith: .failure) {
            _ = ByteSlice([1, 2, 3]).slice(1..<3)[2]
        }
    }
}
