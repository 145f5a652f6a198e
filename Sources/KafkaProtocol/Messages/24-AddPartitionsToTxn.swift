import Bytes

/// Adds partitions to a transaction.
///
/// Later versions exist for brokers only.
package struct AddPartitionsToTxnRequest: RequestMessage {
    package typealias Response = AddPartitionsToTxnResponse
    package static let api = APIDescription(.addPartitionsToTxn, versions: 0...3, flexibleFrom: 3)

    /// Transactional id of the producer.
    package var v3AndBelowTransactionalId = ""
    /// Id of the producer.
    package var v3AndBelowProducerId: Int64 = 0
    /// Epoch of the producer.
    package var v3AndBelowProducerEpoch: Int16 = 0
    /// The topics.
    package var v3AndBelowTopics: [AddPartitionsToTxnTopic] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("v3AndBelowTransactionalId", &v3AndBelowTransactionalId)
        try coder.field("v3AndBelowProducerId", &v3AndBelowProducerId)
        try coder.field("v3AndBelowProducerEpoch", &v3AndBelowProducerEpoch)
        try coder.field("v3AndBelowTopics", &v3AndBelowTopics)
        try coder.endOfStruct()
    }
}

extension AddPartitionsToTxnRequest {
    /// Partitions of one topic.
    package struct AddPartitionsToTxnTopic: WireStruct {
        /// Name of the topic.
        package var name = ""
        /// Indexes of the partitions.
        package var partitions: [Int32] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("partitions", &partitions)
            try coder.endOfStruct()
        }
    }
}

/// Says for each partition whether it was added to the transaction.
package struct AddPartitionsToTxnResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds.
    package var throttleTimeMs: Int32 = 0
    /// The outcome by topic.
    package var resultsByTopicV3AndBelow: [AddPartitionsToTxnTopicResult] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("throttleTimeMs", &throttleTimeMs)
        try coder.field("resultsByTopicV3AndBelow", &resultsByTopicV3AndBelow)
        try coder.endOfStruct()
    }
}

extension AddPartitionsToTxnResponse {
    /// The outcome for one topic.
    package struct AddPartitionsToTxnTopicResult: WireStruct {
        /// Name of the topic.
        package var name = ""
        /// The outcome by partition.
        package var resultsByPartition: [AddPartitionsToTxnPartitionResult] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("resultsByPartition", &resultsByPartition)
            try coder.endOfStruct()
        }
    }

    /// The outcome for one partition.
    package struct AddPartitionsToTxnPartitionResult: WireStruct {
        /// Index of the partition.
        package var partitionIndex: Int32 = 0
        /// 0, or the code of an error.
        package var partitionErrorCode: Int16 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("partitionIndex", &partitionIndex)
            try coder.field("partitionErrorCode", &partitionErrorCode)
            try coder.endOfStruct()
        }
    }
}
