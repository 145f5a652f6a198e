import Bytes

/// Obtains a producer id; with a transactional id it also fences the predecessor and aborts its open transaction.
package struct InitProducerIdRequest: RequestMessage {
    package typealias Response = InitProducerIdResponse
    package static let api = APIDescription(.initProducerId, versions: 0...5, flexibleFrom: 2)

    /// Transactional id; nil for an idempotent producer.
    package var transactionalId: String? = ""
    /// How long a transaction may stay open, in milliseconds.
    package var transactionTimeoutMs: Int32 = 0
    /// Id in use; -1 when none (KIP-360); from version 3.
    package var producerId: Int64 = -1
    /// Epoch in use; -1 when none (KIP-360); from version 3.
    package var producerEpoch: Int16 = -1

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("transactionalId", &transactionalId)
        try coder.field("transactionTimeoutMs", &transactionTimeoutMs)
        if coder.version >= 3 {
            try coder.field("producerId", &producerId)
            try coder.field("producerEpoch", &producerEpoch)
        } else {
            try coder.require(producerId == -1, "producerId")
            try coder.require(producerEpoch == -1, "producerEpoch")
        }
        try coder.endOfStruct()
    }
}

/// The producer id and epoch to use.
package struct InitProducerIdResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds.
    package var throttleTimeMs: Int32 = 0
    /// 0, or the code of an error.
    package var errorCode: Int16 = 0
    /// Id to use; -1 on an error.
    package var producerId: Int64 = -1
    /// Epoch to use.
    package var producerEpoch: Int16 = 0

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("throttleTimeMs", &throttleTimeMs)
        try coder.field("errorCode", &errorCode)
        try coder.field("producerId", &producerId)
        try coder.field("producerEpoch", &producerEpoch)
        try coder.endOfStruct()
    }
}
