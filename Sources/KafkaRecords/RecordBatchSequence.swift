import Bytes

/// The record batches of a blob, such as the records of a fetched partition, one after the other and uncopied.
///
/// A batch that the end of the blob cuts ends the sequence quietly: brokers cut what does not fit into a response.
package struct RecordBatchSequence: Sendable {
    /// What was not yet returned; after the end, the bytes of the cut batch.
    package private(set) var rest: ByteSlice
    private let size: Int

    /// Iterates the batches of `blob`.
    package init(_ blob: ByteSlice) {
        size = blob.count
        rest = blob
    }

    /// The next batch; nil at the end.
    ///
    /// Throws when no batch's length or magic stands there.
    ///
    /// After an error the sequence stays where it is: the next call throws again. The error's position counts from the
    /// start of the blob.
    package mutating func next() throws(WireError) -> RecordBatchView? {
        do throws(WireError) {
            guard let batch = try RecordBatchView(prefixOf: rest) else { return nil }
            rest = rest.slice(batch.slice.count..<rest.count)
            return batch
        } catch {
            var placed = error
            placed.position += size - rest.count
            throw placed
        }
    }
}
