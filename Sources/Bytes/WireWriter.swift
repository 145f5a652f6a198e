/// A growing run of bytes into which large slices are spliced by reference.
///
/// Small fields are copied into `bytes`; record batches stay where they were received and are named in `splices`, so
/// that they can be sent with one gathered write.
package struct WireWriter: Sendable {
    /// A slice that belongs before `bytes[position]`.
    package struct Splice: Sendable {
        /// Index in `bytes` before which the slice's bytes go.
        package var position: Int
        /// The bytes to insert.
        package var slice: ByteSlice
    }

    /// Everything that was copied in, in order.
    package var bytes: [UInt8] = []
    /// Everything that was spliced in, in order.
    package private(set) var splices: [Splice] = []
    /// Sum of the splices' sizes in bytes.
    package private(set) var splicedBytes = 0

    /// Slices below this size are copied: a copy costs less than one more entry in a gathered write.
    private static let spliceMinimumBytes = 512

    /// An empty writer.
    package init() {}

    /// Total number of bytes, spliced ones included.
    package var count: Int { bytes.count + splicedBytes }

    /// Empties the writer and keeps its memory.
    package mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
        splices.removeAll(keepingCapacity: true)
        splicedBytes = 0
    }

    /// A place in a writer, to come back to.
    package struct Mark: Sendable {
        fileprivate var byteCount: Int
        fileprivate var spliceCount: Int
        fileprivate var splicedBytes: Int
    }

    /// The end of what was written so far.
    package var mark: Mark {
        Mark(byteCount: bytes.count, spliceCount: splices.count, splicedBytes: splicedBytes)
    }

    /// Drops everything behind `mark`, which was taken from this writer since its last `reset`.
    package mutating func drop(behind mark: Mark) {
        bytes.removeSubrange(mark.byteCount...)
        splices.removeSubrange(mark.spliceCount...)
        splicedBytes = mark.splicedBytes
    }

    /// Appends a big-endian integer.
    @inlinable package mutating func integer<Number: FixedWidthInteger & BitwiseCopyable>(_ value: Number) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Overwrites the integer that begins at index `position` of `bytes`.
    package mutating func patch<Number: FixedWidthInteger & BitwiseCopyable>(_ value: Number, at position: Int) {
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: value.bigEndian, toByteOffset: position, as: Number.self) }
    }

    /// Appends an unsigned varint.
    @inlinable package mutating func unsignedVarint(_ value: UInt32) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends a zig-zag varint.
    @inlinable package mutating func varlong(_ value: Int64) {
        var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends bytes as they are.
    package mutating func append(_ more: some Sequence<UInt8>) {
        bytes.append(contentsOf: more)
    }

    /// Appends a slice: by reference when it is large, as a copy when it is small.
    package mutating func append(_ slice: ByteSlice) {
        if slice.count < Self.spliceMinimumBytes {
            slice.withUnsafeBytes { bytes.append(contentsOf: $0) }
        } else {
            splices.append(Splice(position: bytes.count, slice: slice))
            splicedBytes += slice.count
        }
    }

    /// Appends all of another writer, its splices by reference.
    package mutating func append(_ other: WireWriter) {
        let base = bytes.count
        bytes.append(contentsOf: other.bytes)
        for splice in other.splices {
            splices.append(Splice(position: base + splice.position, slice: splice.slice))
        }
        splicedBytes += other.splicedBytes
    }

    /// One contiguous copy of everything.
    package var flattened: [UInt8] {
        var flat: [UInt8] = []
        flat.reserveCapacity(count)
        var from = 0
        for splice in splices {
            flat.append(contentsOf: bytes[from..<splice.position])
            splice.slice.withUnsafeBytes { flat.append(contentsOf: $0) }
            from = splice.position
        }
        flat.append(contentsOf: bytes[from...])
        return flat
    }
}
