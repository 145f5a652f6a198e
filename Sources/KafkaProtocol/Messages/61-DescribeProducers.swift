import Bytes

/// Asks which producers partitions remember (KIP-664).
package struct DescribeProducersRequest: RequestMessage {
    package typealias Response = DescribeProducersResponse
    package static let api = APIDescription(.describeProducers, versions: 0...0, flexibleFrom: 0)

    /// The topics.
    package var topics: [TopicRequest] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("topics", &topics)
        try coder.endOfStruct()
    }
}

extension DescribeProducersRequest {
    /// Partitions of one topic.
    package struct TopicRequest: WireStruct {
        /// Name of the topic.
        package var name = ""
        /// Indexes of the partitions.
        package var partitionIndexes: [Int32] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("partitionIndexes", &partitionIndexes)
            try coder.endOfStruct()
        }
    }
}

/// The producers that partitions remember.
package struct DescribeProducersResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds.
    package var throttleTimeMs: Int32 = 0
    /// The topics.
    package var topics: [TopicResponse] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("throttleTimeMs", &throttleTimeMs)
        try coder.field("topics", &topics)
        try coder.endOfStruct()
    }
}

extension DescribeProducersResponse {
    /// Partitions of one topic.
    package struct TopicResponse: WireStruct {
        /// Name of the topic.
        package var name = ""
        /// The partitions.
        package var partitions: [PartitionResponse] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("partitions", &partitions)
            try coder.endOfStruct()
        }
    }

    /// The producers of one partition.
    package struct PartitionResponse: WireStruct {
        /// Index of the partition.
        package var partitionIndex: Int32 = 0
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0
        /// The error in words; nil or empty when the broker says no more.
        package var errorMessage: String?
        /// The producers.
        package var activeProducers: [ProducerState] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("partitionIndex", &partitionIndex)
            try coder.field("errorCode", &errorCode)
            try coder.field("errorMessage", &errorMessage)
            try coder.field("activeProducers", &activeProducers)
            try coder.endOfStruct()
        }
    }

    /// What a partition remembers of one producer.
    package struct ProducerState: WireStruct {
        /// Id of the producer.
        package var producerId: Int64 = 0
        /// Epoch of the producer.
        package var producerEpoch: Int32 = 0
        /// Sequence of the last record; -1 when there is none.
        package var lastSequence: Int32 = -1
        /// Largest timestamp of the last batch, in milliseconds since 1970; -1 when there is none.
        package var lastTimestamp: Int64 = -1
        /// Epoch of the last marker's coordinator; -1 before the first marker.
        package var coordinatorEpoch: Int32 = 0
        /// Offset where the open transaction began; -1 when none is open.
        package var currentTxnStartOffset: Int64 = -1

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("producerId", &producerId)
            try coder.field("producerEpoch", &producerEpoch)
            try coder.field("lastSequence", &lastSequence)
            try coder.field("lastTimestamp", &lastTimestamp)
            try coder.field("coordinatorEpoch", &coordinatorEpoch)
            try coder.field("currentTxnStartOffset", &currentTxnStartOffset)
            try coder.endOfStruct()
        }
    }
}
