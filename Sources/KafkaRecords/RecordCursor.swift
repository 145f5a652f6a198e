import Bytes

/// The records of an uncompressed batch, one after the other; keys and values stay where they are.
package struct RecordCursor: Sendable {
    /// Records not yet returned, by the header's count.
    package private(set) var remaining: Int32
    private let header: RecordBatchHeader
    private var reader: WireReader

    /// Reads the records of `batch`; throws when it is compressed or of format 0 or 1.
    package init(_ batch: RecordBatchView) throws(WireError) {
        guard !batch.header.isLegacy else {
            throw WireError(
                .outOfRange(value: Int64(batch.header.magic)), field: "magic", position: RecordBatchLayout.magic)
        }
        guard batch.header.compression == .none else {
            throw WireError(
                .malformed("the records are compressed"), field: "records", position: RecordBatchLayout.records)
        }
        self.init(header: batch.header, records: batch.payload)
    }

    /// Reads `records`, the decompressed records of the batch with `header`.
    package init(header: RecordBatchHeader, records: ByteSlice) {
        self.header = header
        remaining = header.recordCount
        reader = WireReader(records)
    }

    /// The next record; nil behind the last.
    ///
    /// Throws when the records end early, and when bytes are left behind them.
    package mutating func next() throws(WireError) -> Record? {
        guard remaining > 0 else {
            try reader.finish("records")
            return nil
        }
        let length = Int(try reader.varint("length"))
        var body = WireReader(try reader.slice(length, "record"))
        let record = try Self.record(from: &body, header: header)
        try body.finish("record")
        remaining -= 1
        return record
    }

    private static func record(
        from body: inout WireReader, header: RecordBatchHeader
    ) throws(WireError) -> Record {
        _ = try body.integer("attributes", as: Int8.self)
        let timestampDelta = try body.varlong("timestampDelta")
        let offsetDelta = try body.varint("offsetDelta")
        guard offsetDelta >= 0, offsetDelta <= header.lastOffsetDelta else {
            throw WireError(.outOfRange(value: Int64(offsetDelta)), field: "offsetDelta", position: body.position)
        }
        let key = try nullable(&body, "key")
        let value = try nullable(&body, "value")
        return Record(
            offset: header.baseOffset &+ Int64(offsetDelta),
            timestamp: header.isLogAppendTime ? header.maxTimestamp : header.baseTimestamp &+ timestampDelta,
            key: key, value: value, headers: try headers(&body))
    }

    private static func headers(_ body: inout WireReader) throws(WireError) -> [Record.Header] {
        let count = Int(try body.varint("headers"))
        // A header takes at least two bytes, so a count beyond the remaining bytes is a lie.
        guard count >= 0, count <= body.remaining else {
            throw WireError(.outOfRange(value: Int64(count)), field: "headers", position: body.position)
        }
        guard count > 0 else { return [] }
        var headers: [Record.Header] = []
        headers.reserveCapacity(Swift.min(count, 64))
        for _ in 0..<count {
            let length = Int(try body.varint("headerKeyLength"))
            let key = try body.slice(length, "headerKey")
            headers.append(Record.Header(key: key, value: try nullable(&body, "headerValue")))
        }
        return headers
    }

    private static func nullable(_ body: inout WireReader, _ field: StaticString) throws(WireError) -> ByteSlice? {
        let length = Int(try body.varint(field))
        return length == -1 ? nil : try body.slice(length, field)
    }
}
