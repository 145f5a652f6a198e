import Bytes
import Foundation
import KafkaRecords

/// Some time, in milliseconds since 1970, that is young enough for a 4.x broker's bounds.
let someTime: Int64 = 1_700_000_000_000

/// Now, truly: a marker is stamped with the time it is written at, and far older records would end their segment there.
var now: Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }

/// A batch of `count` small records, with whatever producer fields.
func makeBatch(
    _ count: Int = 1, pid: Int64 = -1, epoch: Int16 = -1, sequence: Int32 = -1, timestamp: Int64 = someTime,
    hasKeys: Bool = true, valueBytes: Int = 8, _ change: (inout RecordBatchBuilder) -> Void = { _ in }
) -> ByteSlice {
    var builder = RecordBatchBuilder()
    builder.producerId = pid
    builder.producerEpoch = pid == -1 ? -1 : max(epoch, 0)
    builder.baseSequence = sequence
    change(&builder)
    for index in 0..<count {
        builder.append(
            timestamp: timestamp, key: hasKeys ? ByteSlice(Array("key \(index)".utf8)) : nil,
            value: ByteSlice([UInt8](repeating: UInt8(truncatingIfNeeded: index), count: valueBytes)))
    }
    return builder.build()
}

/// The same batch with other numbers at some places; the checksum is made right again.
func patched(_ batch: ByteSlice, keepingChecksum: Bool = false, _ patch: (UnsafeMutableRawPointer) -> Void) -> ByteSlice
{
    let copy = ByteSlice(batch.array)
    patch(copy.start)
    if !keepingChecksum {
        let crc = copy.slice(RecordBatchLayout.attributes..<copy.count).withUnsafeBytes { CRC32C.checksum($0) }
        copy.start.storeBigEndian(crc, at: RecordBatchLayout.crc)
    }
    return copy
}

/// Several batches one after the other.
func joined(_ batches: ByteSlice...) -> ByteSlice {
    ByteSlice(batches.flatMap(\.array))
}

/// The headers of the batches in a blob.
func headers(_ records: ByteSlice?) throws -> [RecordBatchHeader] {
    var sequence = RecordBatchSequence(records ?? .empty)
    var headers: [RecordBatchHeader] = []
    while let batch = try sequence.next() { headers.append(batch.header) }
    return headers
}
