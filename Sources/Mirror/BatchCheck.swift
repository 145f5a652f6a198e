import KafkaRecords

/// Whether a fetched batch may be passed on as it is (reference: broker facts, section B, "verbatim reuse").
enum BatchCheck: Equatable {
    /// Passed on with a new header.
    case verbatim
    /// Below what is wanted: the broker returns whole batches.
    case alreadyCopied
    /// Cannot be passed on.
    case refused(MirrorFailure)

    /// Judges a batch of the source where `wanted` is the next offset to copy.
    static func judge(_ header: RecordBatchHeader, wanted: Int64, source: String) -> BatchCheck {
        if header.isLegacy {
            return .refused(
                .init(
                    .needsRebuild,
                    "\(source) holds records of message format v\(header.magic) at offset \(header.baseOffset). "
                        + "Only format v2 is copied. Convert the source topic, or start the mirror on a new topic."))
        }
        if header.nextOffset <= wanted { return .alreadyCopied }
        if header.baseOffset < wanted {
            return .refused(
                .init(
                    .needsRebuild,
                    "the source batch at offsets \(header.baseOffset) to \(header.lastOffset) of \(source) begins "
                        + "below the mirror's end \(wanted) and would have to be split, which is not available yet."))
        }
        if header.baseOffset > wanted {
            return .refused(
                .init(
                    .needsGapFill,
                    "\(source) has no records at offsets \(wanted) to \(header.baseOffset - 1) (compacted away, or "
                        + "transaction markers). Filling such gaps is not available yet; the mirror is complete below "
                        + "offset \(wanted)."))
        }
        return judgeContent(header, source: source)
    }

    private static func judgeContent(_ header: RecordBatchHeader, source: String) -> BatchCheck {
        let place = "\(source) at offsets \(header.baseOffset) to \(header.lastOffset)"
        if header.isControl || header.isTransactional {
            return .refused(
                .init(
                    .needsGapFill,
                    "\(place) belongs to a transaction. Copying transactions is not available yet; the mirror is "
                        + "complete below offset \(header.baseOffset)."))
        }
        if header.isLogAppendTime {
            return .refused(
                .init(
                    .needsRebuild,
                    "\(place) carries LogAppendTime timestamps, which would have to be rebuilt. That is not available "
                        + "yet; set message.timestamp.type=CreateTime on the source for new records."))
        }
        if Int64(header.recordCount) != Int64(header.lastOffsetDelta) + 1 {
            return .refused(
                .init(
                    .needsRebuild,
                    "\(place) has \(header.recordCount) records for \(Int64(header.lastOffsetDelta) + 1) offsets "
                        + "(compaction left holes). Filling holes is not available yet."))
        }
        return .verbatim
    }
}
