import Bytes
import KafkaClient
import KafkaModel
import KafkaProtocol
import KafkaRecords

/// Step 5: the mirror's last batch against the source's batch at the same offset.
///
/// No checkpoint says that the logs belong together; their last common batch does. It also tells the source's leader
/// epoch there, with which the source recognises a log that was truncated since (KIP-320).
extension MirrorEngine {
    /// Compares the batches below `end`; returns the source batch's leader epoch, nil when there is nothing to compare.
    func tailCheck(_ pump: PartitionPump, end: Int64, sourceStart: Int64) async throws(ProbeFailure) -> Int32? {
        guard end > 0, sourceStart < end else { return nil }
        let copy = try await batch(containing: end - 1, of: pump.mirror, on: destination, isSource: false)
        guard let copy else {
            // Retention took the mirror's whole log; its end alone says where to go on.
            return nil
        }
        guard let original = try await batch(containing: end - 1, of: pump.source, on: source, isSource: true) else {
            throw .stop(
                MirrorFailure(
                    .diverged,
                    "the mirror \(pump.mirror) has a record at offset \(end - 1) where the source has none."))
        }
        guard isSame(copy, original) else {
            throw .stop(
                MirrorFailure(
                    .diverged,
                    "the last batch of \(pump.mirror) (offsets \(copy.header.baseOffset) to \(copy.header.lastOffset)) is "
                        + "not the source's batch at the same place (offsets \(original.header.baseOffset) to "
                        + "\(original.header.lastOffset)): expected the same records, actual others. Another producer "
                        + "wrote into the mirror, or the source is another log than before. Fail the mirror over to "
                        + "keep it as it is, or delete it and let it be made again."))
        }
        return original.header.partitionLeaderEpoch
    }

    private func isSame(_ copy: RecordBatchView, _ original: RecordBatchView) -> Bool {
        copy.header.baseOffset == original.header.baseOffset
            && copy.header.lastOffsetDelta == original.header.lastOffsetDelta
            && copy.header.recordCount == original.header.recordCount
            && copy.header.baseTimestamp == original.header.baseTimestamp
            && copy.header.maxTimestamp == original.header.maxTimestamp
            && copy.header.compression == original.header.compression
            && copy.payload == original.payload
    }

    /// The batch that holds `offset`; nil when the log has none there.
    private func batch(
        containing offset: Int64, of partition: TopicPartition, on client: ClusterClient, isSource: Bool
    ) async throws(ProbeFailure) -> RecordBatchView? {
        let fetched: FetchedPartition
        do throws(ClientError) {
            // The broker returns the first batch whole, however small the limit.
            fetched = try await client.fetchOnce(
                partition, from: offset, maximumBytes: 1, isolation: .readUncommitted, lane: .fetch(-3))
        } catch {
            // The source had the offset a moment ago: if it is gone now, the next probe sees its new start.
            if error.errorCode == .offsetOutOfRange && !isSource { return nil }
            throw .wait(error.description, isSource: isSource)
        }
        do throws(WireError) {
            var batches = RecordBatchSequence(fetched.records)
            while let batch = try batches.next() {
                if batch.header.baseOffset > offset { return nil }
                if batch.header.nextOffset > offset { return batch }
            }
        } catch {
            throw .wait("\(partition) at offset \(offset) cannot be read: \(error)", isSource: isSource)
        }
        return nil
    }
}
