import Bytes
import KafkaRecords

/// Compares a mirror's log with its source's, byte for byte where bytes must be equal.
struct LogComparison {
    var source: [RecordBatchView]
    var mirror: [RecordBatchView]

    /// The first difference in words; nil when the mirror is the beginning of the source, or all of it.
    var difference: String? {
        if mirror.count > source.count { return "the mirror has \(mirror.count) batches, the source \(source.count)" }
        for (copy, original) in zip(mirror, source) {
            if let difference = difference(copy, original) {
                return "offset \(original.header.baseOffset): \(difference)"
            }
        }
        return nil
    }

    private func difference(_ copy: RecordBatchView, _ original: RecordBatchView) -> String? {
        let (mine, theirs) = (copy.header, original.header)
        if mine.baseOffset != theirs.baseOffset { return "base offset \(mine.baseOffset)" }
        if mine.lastOffset != theirs.lastOffset { return "last offset \(mine.lastOffset)" }
        if mine.recordCount != theirs.recordCount { return "\(mine.recordCount) records" }
        if mine.attributes != theirs.attributes { return "attributes \(mine.attributes)" }
        if mine.baseTimestamp != theirs.baseTimestamp { return "base timestamp \(mine.baseTimestamp)" }
        if mine.maxTimestamp != theirs.maxTimestamp { return "largest timestamp \(mine.maxTimestamp)" }
        if copy.computedChecksum != mine.crc { return "the mirror's checksum is wrong" }
        // Keys, values, headers and timestamp deltas are in here.
        if copy.payload != original.payload { return "other records" }
        return nil
    }
}
