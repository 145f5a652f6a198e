/// How the records of a batch are compressed.
package enum RecordCompression: Sendable, Hashable, CustomStringConvertible {
    /// Not at all.
    case none
    /// With gzip.
    case gzip
    /// With snappy.
    case snappy
    /// With LZ4.
    case lz4
    /// With Zstandard (Produce version 7, Fetch version 10).
    case zstd
    /// With a codec that Kafka had not named when this was written: 5, 6 or 7.
    case unknown(Int16)

    /// The codec of the lowest three attribute bits.
    package init(code: Int16) {
        switch code & RecordBatchAttributes.compressionMask {
        case 0: self = .none
        case 1: self = .gzip
        case 2: self = .snappy
        case 3: self = .lz4
        case 4: self = .zstd
        case let other: self = .unknown(other)
        }
    }

    /// The codec as attribute bits.
    package var code: Int16 {
        switch self {
        case .none: 0
        case .gzip: 1
        case .snappy: 2
        case .lz4: 3
        case .zstd: 4
        case .unknown(let code): code & RecordBatchAttributes.compressionMask
        }
    }

    /// The name as `compression.type` takes it.
    package var description: String {
        switch self {
        case .none: "none"
        case .gzip: "gzip"
        case .snappy: "snappy"
        case .lz4: "lz4"
        case .zstd: "zstd"
        case .unknown(let code): "codec \(code)"
        }
    }
}
