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
        let copy = try await batch(holding: end - 1, of: pump.mirror, on: destination, isSource: false)
        guard let copy else {
            // Retention took the mirror's whole log; its end alone says where to go on.
            return nil
        }
        guard let original = try await batch(holding: end - 1, of: pump.source, on: source, isSource: true) else {
            if try await isCompacted(pump.source.topic) { return nil }
            throw .stop(
                MirrorFailure(
                    .diverged,
                    "the mirror \(pump.mirror) has a record at offset \(end - 1) where the source has none."))
        }
        guard isSame(copy, original) || isThinned(copy, original) else {
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
        copy.header.baseOffset == original.header.baseOffset && BatchComparison.difference(original, copy) == nil
    }

    /// Whether a cleaner took records out of one of them since, which no producer can, and what both hold is the same.
    ///
    /// A cleaner keeps the range of a batch, and each cluster cleans its log in its own time. Compressed records cannot
    /// be compared one by one.
    private func isThinned(_ copy: RecordBatchView, _ original: RecordBatchView) -> Bool {
        let (ours, theirs) = (copy.header, original.header)
        guard ours.baseOffset == theirs.baseOffset, ours.lastOffsetDelta == theirs.lastOffsetDelta,
            !theirs.isLegacy, !theirs.isControl, wasCleaned(ours) || wasCleaned(theirs)
        else { return false }
        guard ours.compression == .none, theirs.compression == .none else {
            // A cleaner compresses what it keeps anew, in the same way.
            return ours.compression == theirs.compression
        }
        do throws(WireError) {
            let kept = try records(of: copy)
            for (offset, record) in try records(of: original) {
                if let other = kept[offset], other != record { return false }
            }
            return true
        } catch {
            return false
        }
    }

    private func wasCleaned(_ header: RecordBatchHeader) -> Bool {
        header.hasDeleteHorizon || header.recordCount <= header.lastOffsetDelta
    }

    private func records(of batch: RecordBatchView) throws(WireError) -> [Int64: Record] {
        var cursor = try RecordCursor(batch)
        var records: [Int64: Record] = [:]
        while let record = try cursor.next() { records[record.offset] = record }
        return records
    }

    /// Whether the source's cleaner may have taken a whole batch.
    private func isCompacted(_ topic: String) async throws(ProbeFailure) -> Bool {
        do throws(ClientError) {
            return try await source.topicConfigs(topic)["cleanup.policy"]?.value.contains("compact") ?? false
        } catch {
            throw .wait(error.description, isSource: true)
        }
    }

    /// The batch that holds an offset; nil when there is none.
    private func batch(
        holding offset: Int64, of partition: TopicPartition, on client: ClusterClient, isSource: Bool
    ) async throws(ProbeFailure) -> RecordBatchView? {
        do throws(ClientError) {
            return try await client.batch(holding: offset, of: partition)
        } catch {
            // The source had the offset a moment ago: if it is gone now, the next probe sees its new start.
            if error.errorCode == .offsetOutOfRange && !isSource { return nil }
            throw .wait(error.description, isSource: isSource)
        }
    }
}
