/// Loads and stores of Kafka's big-endian integers at unaligned places.
extension UnsafeRawPointer {
    /// The big-endian integer at `offset`.
    @inlinable package func loadBigEndian<Number: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int, as type: Number.Type = Number.self
    ) -> Number {
        Number(bigEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}

extension UnsafeMutableRawPointer {
    /// The big-endian integer at `offset`.
    @inlinable package func loadBigEndian<Number: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int, as type: Number.Type = Number.self
    ) -> Number {
        UnsafeRawPointer(self).loadBigEndian(at: offset)
    }

    /// Writes `value` big-endian at `offset`.
    @inlinable package func storeBigEndian<Number: FixedWidthInteger & BitwiseCopyable>(
        _ value: Number, at offset: Int
    ) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: Number.self)
    }
}
