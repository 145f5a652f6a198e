import Bytes

/// Appends record batches to partitions.
///
/// Versions 0 to 2 carry older record formats and are left out; version 13 names topics by id (KIP-516).
package struct ProduceRequest: RequestMessage {
    package typealias Response = ProduceResponse
    package static let api = APIDescription(.produce, versions: 3...13, flexibleFrom: 9)

    /// Transactional id of the producer; nil outside a transaction.
    package var transactionalId: String?
    /// Who must have the batches before the broker answers: 0 nobody (no answer comes), 1 the leader, -1 all
    /// in-sync replicas.
    package var acks: Int16 = 0
    /// How long the broker may wait for replicas, in milliseconds.
    package var timeoutMs: Int32 = 0
    /// The batches by topic.
    package var topicData: [TopicProduceData] = []

    /// With `acks` 0 the broker keeps silent.
    package var expectsResponse: Bool { acks != 0 }

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("transactionalId", &transactionalId)
        try coder.field("acks", &acks)
        try coder.field("timeoutMs", &timeoutMs)
        try coder.field("topicData", &topicData)
        try coder.endOfStruct()
    }
}

extension ProduceRequest {
    /// The batches for one topic.
    package struct TopicProduceData: WireStruct {
        /// Name of the topic; up to version 12.
        package var name = ""
        /// Id of the topic; from version 13.
        package var topicId = KafkaUUID.zero
        /// The batches by partition.
        package var partitionData: [PartitionProduceData] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            if coder.version <= 12 { try coder.field("name", &name) }
            if coder.version >= 13 { try coder.field("topicId", &topicId) }
            try coder.field("partitionData", &partitionData)
            try coder.endOfStruct()
        }
    }

    /// The batch for one partition.
    package struct PartitionProduceData: WireStruct {
        /// Index of the partition.
        package var index: Int32 = 0
        /// One record batch as it goes into the log, not copied.
        package var records: ByteSlice?

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("index", &index)
            try coder.field("records", &records)
            try coder.endOfStruct()
        }
    }
}

/// Says for each partition at which offset its batch was appended, or why not.
package struct ProduceResponse: WireStruct {
    /// The outcome by topic.
    package var responses: [TopicProduceResponse] = []
    /// How long a quota makes this client wait, in milliseconds.
    package var throttleTimeMs: Int32 = 0
    /// Where the leaders named in `currentLeader` are; from version 10.
    package var nodeEndpoints: [NodeEndpoint] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("responses", &responses)
        try coder.field("throttleTimeMs", &throttleTimeMs)
        if coder.version >= 10 {
            try coder.tagged(0, "nodeEndpoints", isPresent: !nodeEndpoints.isEmpty) { (inner) throws(WireError) in
                try inner.field("nodeEndpoints", &nodeEndpoints)
            }
        } else {
            try coder.require(nodeEndpoints.isEmpty, "nodeEndpoints")
        }
        try coder.endOfStruct()
    }
}

extension ProduceResponse {
    /// The outcome for one topic.
    package struct TopicProduceResponse: WireStruct {
        /// Name of the topic; up to version 12.
        package var name = ""
        /// Id of the topic; from version 13.
        package var topicId = KafkaUUID.zero
        /// The outcome by partition.
        package var partitionResponses: [PartitionProduceResponse] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            if coder.version <= 12 { try coder.field("name", &name) }
            if coder.version >= 13 { try coder.field("topicId", &topicId) }
            try coder.field("partitionResponses", &partitionResponses)
            try coder.endOfStruct()
        }
    }

    /// The outcome for one partition.
    package struct PartitionProduceResponse: WireStruct {
        /// Index of the partition.
        package var index: Int32 = 0
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0
        /// Offset of the batch's first record; -1 when it was not appended.
        package var baseOffset: Int64 = 0
        /// Time the broker stamped, in milliseconds since 1970; -1 when the records keep their own.
        ///
        /// Not -1 on a CreateTime topic means the batch was a duplicate.
        package var logAppendTimeMs: Int64 = -1
        /// Where the log starts; -1 when unknown; from version 5.
        package var logStartOffset: Int64 = -1
        /// The records that made the broker refuse the batch (KIP-467); from version 8.
        package var recordErrors: [BatchIndexAndErrorMessage] = []
        /// The error in words; nil or empty when the broker says no more; from version 8.
        package var errorMessage: String?
        /// The leader, when this broker is not it (KIP-951); from version 10.
        package var currentLeader = LeaderIdAndEpoch()

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("index", &index)
            try coder.field("errorCode", &errorCode)
            try coder.field("baseOffset", &baseOffset)
            try coder.field("logAppendTimeMs", &logAppendTimeMs)
            if coder.version >= 5 { try coder.field("logStartOffset", &logStartOffset) }
            if coder.version >= 8 {
                try coder.field("recordErrors", &recordErrors)
                try coder.field("errorMessage", &errorMessage)
            }
            if coder.version >= 10 {
                try coder.tagged(0, "currentLeader", isPresent: currentLeader != LeaderIdAndEpoch()) {
                    (inner) throws(WireError) in
                    try inner.field("currentLeader", &currentLeader)
                }
            } else {
                try coder.require(currentLeader == LeaderIdAndEpoch(), "currentLeader")
            }
            try coder.endOfStruct()
        }
    }

    /// One record that the broker refused (KIP-467).
    package struct BatchIndexAndErrorMessage: WireStruct {
        /// Index of the record in the batch.
        package var batchIndex: Int32 = 0
        /// What is wrong with the record; nil when the broker does not say.
        package var batchIndexErrorMessage: String?

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("batchIndex", &batchIndex)
            try coder.field("batchIndexErrorMessage", &batchIndexErrorMessage)
            try coder.endOfStruct()
        }
    }

    /// The leader of a partition, for a client that asked the wrong broker (KIP-951).
    package struct LeaderIdAndEpoch: WireStruct {
        /// Id of the leader's broker; -1 when unknown.
        package var leaderId: Int32 = -1
        /// Epoch of the leader; -1 when unknown.
        package var leaderEpoch: Int32 = -1

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("leaderId", &leaderId)
            try coder.field("leaderEpoch", &leaderEpoch)
            try coder.endOfStruct()
        }
    }

    /// Where a leader named in this response can be reached (KIP-951).
    package struct NodeEndpoint: WireStruct {
        /// Id of the broker.
        package var nodeId: Int32 = 0
        /// Host name of the broker.
        package var host = ""
        /// Port of the broker.
        package var port: Int32 = 0
        /// Rack of the broker; nil when it has none.
        package var rack: String?

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("nodeId", &nodeId)
            try coder.field("host", &host)
            try coder.field("port", &port)
            try coder.field("rack", &rack)
            try coder.endOfStruct()
        }
    }
}
