import Bytes

/// Compares batches of both clusters that hold the same offsets.
package enum BatchComparison {
    /// How two batches with the same first offset differ in what consumers see; nil when they do not.
    ///
    /// Producer ids, epochs and sequences may differ (design: mirroring.md §6), everything else may not.
    package static func difference(_ source: RecordBatchView, _ mirror: RecordBatchView) -> String? {
        let (theirs, ours) = (source.header, mirror.header)
        if theirs.lastOffsetDelta != ours.lastOffsetDelta || theirs.recordCount != ours.recordCount {
            return "the batch holds \(theirs.recordCount) records on the source, \(ours.recordCount) on the mirror"
        }
        if theirs.compression != ours.compression {
            return "the batch is compressed with \(theirs.compression) on the source, \(ours.compression) on the mirror"
        }
        if theirs.isLogAppendTime != ours.isLogAppendTime {
            return "the kind of timestamps differs"
        }
        if theirs.baseTimestamp != ours.baseTimestamp || theirs.maxTimestamp != ours.maxTimestamp {
            return "the timestamps differ"
        }
        let isSame = source.payload.withUnsafeBytes { theirs in
            mirror.payload.withUnsafeBytes { ours in
                theirs.count == ours.count && (theirs.isEmpty || theirs.elementsEqual(ours))
            }
        }
        return isSame ? nil : "keys, values or headers differ"
    }
}
