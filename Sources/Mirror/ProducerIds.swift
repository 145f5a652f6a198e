import Bytes

/// The producer id under which a link writes its mirrors.
///
/// Derived from the link's random id, so that every worker of the link uses the same one; near 2^62, where no
/// coordinator hands ids out; never negative, since a negative id switches the broker's sequence check off
/// (reference: broker facts, sections A.2 and S1).
package struct ProducerIds: Hashable, Sendable {
    /// Writes the records: compare-and-append by sequence.
    package let data: Int64
    /// The epoch of all batches; a constant, since a new epoch would begin at sequence 0.
    package static let epoch: Int16 = 0

    /// The id of the link with the random id `linkId`.
    package init(linkId: String) {
        let digest = SHA256Digest.digest(linkId.utf8)
        let hash = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        // 2^61 ids from 2^62 on, even ones: the odd neighbour is kept for markers.
        data = Int64(1) << 62 | Int64(hash >> 3) & ~1
    }

    /// The sequence behind `sequence`; wraps from 2^31 - 1 to 0 (section A.1).
    package static func advance(_ sequence: Int32, by count: Int32) -> Int32 {
        Int32(truncatingIfNeeded: (Int64(sequence) + Int64(count)) & 0x7fff_ffff)
    }

    /// The sequence that seeds a partition at `offset` where the broker holds no state.
    package static func seed(at offset: Int64) -> Int32 {
        Int32(truncatingIfNeeded: offset & 0x7fff_ffff)
    }
}
