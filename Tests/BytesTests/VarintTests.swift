import Bytes
import Testing

/// Numbers of variable length.
@Suite struct VarintTests {
    @Test(
        arguments: [
            (0, [0]), (1, [1]), (127, [0x7f]), (128, [0x80, 1]), (300, [0xac, 2]), (16_383, [0xff, 0x7f]),
            (16_384, [0x80, 0x80, 1]), (UInt32.max, [0xff, 0xff, 0xff, 0xff, 0x0f]),
        ] as [(UInt32, [UInt8])])
    func `writes and reads an unsigned varint`(value: UInt32, bytes: [UInt8]) throws {
        var writer = WireWriter()
        writer.unsignedVarint(value)
        #expect(writer.flattened == bytes)
        var reader = WireReader(ByteSlice(bytes))
        #expect(try reader.unsignedVarint("length") == value)
        try reader.finish("length")
    }

    @Test(
        arguments: [
            (0, [0]), (-1, [1]), (1, [2]), (-2, [3]), (63, [0x7e]), (-64, [0x7f]), (64, [0x80, 1]),
            (Int64.max, [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
            (Int64.min, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
        ] as [(Int64, [UInt8])])
    func `writes and reads a zig-zag varint`(value: Int64, bytes: [UInt8]) throws {
        var writer = WireWriter()
        writer.varlong(value)
        #expect(writer.flattened == bytes)
        var reader = WireReader(ByteSlice(bytes))
        #expect(try reader.varlong("delta") == value)
        try reader.finish("delta")
    }

    @Test func `refuses a varint beyond its width`() {
        let sixBytes: [UInt8] = [0x80, 0x80, 0x80, 0x80, 0x80, 1]
        let tooLarge: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x1f]
        for bytes in [sixBytes, tooLarge] {
            var reader = WireReader(ByteSlice(bytes))
            #expect(throws: WireError.self) { try reader.unsignedVarint("length") }
        }
        var long = WireReader(ByteSlice([UInt8](repeating: 0x80, count: 10) + [1]))
        #expect(throws: WireError.self) { try long.varlong("delta") }
        var wide = WireReader(ByteSlice([0x80, 0x80, 0x80, 0x80, 0x10]))
        #expect(throws: WireError.self) { try wide.varint("delta") }
    }

    @Test func `refuses a varint that was cut off`() {
        var reader = WireReader(ByteSlice([0x80]))
        #expect(throws: WireError(.truncated(needed: 1, left: 0), field: "length", position: 1)) {
            try reader.unsignedVarint("length")
        }
    }

    @Test func `reads the largest and the smallest 32-bit number`() throws {
        for value in [Int32.max, .min, 0, -1] {
            var writer = WireWriter()
            writer.varlong(Int64(value))
            var reader = WireReader(ByteSlice(writer.flattened))
            #expect(try reader.varint("delta") == value)
        }
    }
}
