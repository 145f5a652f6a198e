/// The attributes of a record batch: codec in the lowest three bits, then flags.
package struct RecordBatchAttributes: RawRepresentable, Sendable, Hashable {
    /// The bits as they stand on the wire; bits that Kafka gave no meaning are kept.
    package var rawValue: Int16

    /// Attributes of their bits.
    package init(rawValue: Int16) {
        self.rawValue = rawValue
    }

    /// No compression, create time, no flags.
    package static let plain = RecordBatchAttributes(rawValue: 0)

    /// Bits of the codec.
    package static let compressionMask: Int16 = 0x07
    /// Set when the timestamps are the broker's append time.
    package static let logAppendTimeBit: Int16 = 1 << 3
    /// Set when the batch belongs to a transaction.
    package static let transactionalBit: Int16 = 1 << 4
    /// Set when the batch holds a control record, such as the end of a transaction.
    package static let controlBit: Int16 = 1 << 5
    /// Set when the base timestamp is the time from which tombstones may be dropped (KIP-534).
    package static let deleteHorizonBit: Int16 = 1 << 6

    /// The codec.
    package var compression: RecordCompression {
        get { RecordCompression(code: rawValue) }
        set { rawValue = rawValue & ~Self.compressionMask | newValue.code }
    }

    /// Whether the timestamps are the broker's append time rather than the producer's create time.
    package var isLogAppendTime: Bool {
        get { has(Self.logAppendTimeBit) }
        set { set(Self.logAppendTimeBit, newValue) }
    }

    /// Whether the batch belongs to a transaction.
    package var isTransactional: Bool {
        get { has(Self.transactionalBit) }
        set { set(Self.transactionalBit, newValue) }
    }

    /// Whether the batch is a control batch.
    package var isControl: Bool {
        get { has(Self.controlBit) }
        set { set(Self.controlBit, newValue) }
    }

    /// Whether the base timestamp is a delete horizon.
    package var hasDeleteHorizon: Bool {
        get { has(Self.deleteHorizonBit) }
        set { set(Self.deleteHorizonBit, newValue) }
    }

    private func has(_ bit: Int16) -> Bool {
        rawValue & bit != 0
    }

    private mutating func set(_ bit: Int16, _ on: Bool) {
        rawValue = on ? rawValue | bit : rawValue & ~bit
    }
}
