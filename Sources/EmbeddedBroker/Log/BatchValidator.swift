import Bytes
import KafkaProtocol
import KafkaRecords

/// What a broker insists on before it appends a client's batch, in the broker's order (Kafka: `ProduceRequest`,
/// `UnifiedLog.analyzeAndValidateRecords`, `LogValidator`).
struct BatchValidator {
    /// Configs of the topic.
    var config: LogConfig
    /// Version of the Produce request.
    var version: Int16
    /// The broker's wall clock, in milliseconds since 1970.
    var now: Int64
    /// The partition, for messages: `topic-0`.
    var partition: String

    /// Insists that a client may write this batch.
    func validate(_ batch: RecordBatchView) throws(AppendRefusal) {
        guard batch.header.baseOffset == 0 else { throw AppendRefusal(.invalidRecord) }
        guard batch.slice.count <= config.maxMessageBytes else { throw AppendRefusal(.messageTooLarge) }
        guard batch.computedChecksum == batch.header.crc else { throw AppendRefusal(.corruptMessage) }
        guard batch.slice.count <= config.segmentBytes else { throw AppendRefusal(.recordListTooLarge) }
        try checkHeader(batch.header)
    }

    /// Insists on one batch per partition and request, of magic 2, with a codec that the version knows.
    func onlyBatch(in records: ByteSlice?) throws(AppendRefusal) -> RecordBatchView {
        guard let records else { throw AppendRefusal(.invalidRecord, isFromLog: false) }
        var sequence = RecordBatchSequence(records)
        let first: RecordBatchView?
        do throws(WireError) {
            first = try sequence.next()
        } catch {
            throw AppendRefusal(.corruptMessage)
        }
        guard let batch = first, !batch.header.isLegacy else { throw AppendRefusal(.invalidRecord, isFromLog: false) }
        if case .zstd = batch.header.compression, version < 7 {
            throw AppendRefusal(.unsupportedCompressionType, isFromLog: false)
        }
        if case .unknown = batch.header.compression { throw AppendRefusal(.corruptMessage) }
        // A second batch, even one that is cut.
        guard sequence.rest.isEmpty else { throw AppendRefusal(.invalidRecord, isFromLog: false) }
        return batch
    }

    private func checkHeader(_ header: RecordBatchHeader) throws(AppendRefusal) {
        let spansItsRecords = header.recordCount > 0 && header.recordCount == header.lastOffsetDelta &+ 1
        let hasSequence = !header.hasProducerId || header.baseSequence >= 0
        guard spansItsRecords, !header.isControl, hasSequence else { throw AppendRefusal(.invalidRecord) }
    }

    /// Insists on keys and timestamps and returns the largest timestamp.
    ///
    /// Compressed records are not opened: their header is believed (see `NotSupported`).
    func validateRecords(_ batch: RecordBatchView) throws(AppendRefusal) -> Int64 {
        if config.isLogAppendTime && batch.header.isLogAppendTime { throw AppendRefusal(.invalidTimestamp) }
        guard batch.header.compression == .none else {
            try checkTimestamps(of: batch.header)
            return batch.header.maxTimestamp
        }
        var cursor = RecordCursor(header: batch.header, records: batch.payload)
        var missingKeys: [AppendRefusal.RecordError] = []
        var badTimestamps: [AppendRefusal.RecordError] = []
        var maxTimestamp: Int64 = -1
        do throws(WireError) {
            var index: Int32 = 0
            while let record = try cursor.next() {
                maxTimestamp = max(maxTimestamp, record.timestamp)
                if config.isCompacted && record.key == nil {
                    missingKeys.append(.init(batchIndex: index, message: missingKey))
                } else if let complaint = complaint(about: record.timestamp, offset: record.offset) {
                    badTimestamps.append(.init(batchIndex: index, message: complaint))
                }
                index += 1
            }
        } catch {
            throw AppendRefusal(.invalidRecord)
        }
        if !missingKeys.isEmpty { throw AppendRefusal(.invalidRecord, records: missingKeys) }
        if !badTimestamps.isEmpty { throw AppendRefusal(.invalidTimestamp, records: badTimestamps) }
        return maxTimestamp
    }

    private func checkTimestamps(of header: RecordBatchHeader) throws(AppendRefusal) {
        // The base is the first record's timestamp unless a delete horizon stands in its place.
        if !header.hasDeleteHorizon, let complaint = complaint(about: header.baseTimestamp, offset: 0) {
            throw AppendRefusal(.invalidTimestamp, records: [.init(batchIndex: 0, message: complaint)])
        }
        let last = header.lastOffsetDelta
        if let complaint = complaint(about: header.maxTimestamp, offset: Int64(last)) {
            throw AppendRefusal(.invalidTimestamp, records: [.init(batchIndex: last, message: complaint)])
        }
    }

    private var missingKey: String {
        "Compacted topic cannot accept message without key in topic partition \(partition)"
    }

    private func complaint(about timestamp: Int64, offset: Int64) -> String? {
        guard !config.isLogAppendTime, timestamp != -1 else { return nil }
        let (age, overflow) = now.subtractingReportingOverflow(timestamp)
        let isTooOld = !overflow && age > config.timestampBeforeMaxMs
        let isTooNew = overflow || -age > config.timestampAfterMaxMs
        guard isTooOld || isTooNew else { return nil }
        let earliest = now.subtractingReportingOverflow(config.timestampBeforeMaxMs)
        let latest = now.addingReportingOverflow(config.timestampAfterMaxMs)
        return
            "Timestamp \(timestamp) of message with offset \(offset) is out of range. The timestamp should be within "
            + "[\(earliest.overflow ? .min : earliest.partialValue), \(latest.overflow ? .max : latest.partialValue)]"
    }
}
