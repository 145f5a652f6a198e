import Bytes

/// Commits or aborts a transaction.
package struct EndTxnRequest: RequestMessage {
    package typealias Response = EndTxnResponse
    package static let api = APIDescription(.endTxn, versions: 0...5, flexibleFrom: 3)

    /// Transactional id of the producer.
    package var transactionalId = ""
    /// Id of the producer.
    package var producerId: Int64 = 0
    /// Epoch of the producer.
    package var producerEpoch: Int16 = 0
    /// Whether to commit; false aborts.
    package var committed = false

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("transactionalId", &transactionalId)
        try coder.field("producerId", &producerId)
        try coder.field("producerEpoch", &producerEpoch)
        try coder.field("committed", &committed)
        try coder.endOfStruct()
    }
}

/// Says whether the transaction ended; from version 5 with the producer id and epoch for the next one (KIP-890).
package struct EndTxnResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds.
    package var throttleTimeMs: Int32 = 0
    /// 0, or the code of an error.
    package var errorCode: Int16 = 0
    /// Id for the next transaction; -1 when unchanged; from version 5.
    package var producerId: Int64 = -1
    /// Epoch for the next transaction; -1 when unchanged; from version 5.
    package var producerEpoch: Int16 = -1

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("throttleTimeMs", &throttleTimeMs)
        try coder.field("errorCode", &errorCode)
        if coder.version >= 5 {
            try coder.field("producerId", &producerId)
            try coder.field("producerEpoch", &producerEpoch)
        }
        try coder.endOfStruct()
    }
}
