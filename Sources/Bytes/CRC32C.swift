import CChecksum

/// CRC-32C (Castagnoli), the checksum of record batches v2.
package enum CRC32C {
    /// The checksum of `bytes`, continuing from `seed` (0 to start).
    package static func checksum(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
        lockstep_crc32c(seed, bytes.baseAddress, bytes.count)
    }

    /// The checksum of an array.
    package static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBytes { checksum($0) }
    }

    /// The checksum of a message whose head changed and whose tail of `tailBytes` bytes did not.
    ///
    /// Nothing of the tail is read: the difference of the two heads' checksums is moved past the tail. A tail that was
    /// damaged since `old` was computed therefore still mismatches (reference: broker facts, section C).
    package static func derived(
        from old: UInt32, oldHead: UnsafeRawBufferPointer, newHead: UnsafeRawBufferPointer, tailBytes: Int
    ) -> UInt32 {
        old ^ lockstep_crc32c_shift(checksum(oldHead) ^ checksum(newHead), UInt64(tailBytes))
    }
}
