import Bytes

/// Moves the start of partition logs forward.
package struct DeleteRecordsRequest: RequestMessage {
    package typealias Response = DeleteRecordsResponse
    package static let api = APIDescription(.deleteRecords, versions: 0...2, flexibleFrom: 2)

    /// The topics.
    package var topics: [DeleteRecordsTopic] = []
    /// How long the broker may take, in milliseconds.
    package var timeoutMs: Int32 = 0

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("topics", &topics)
        try coder.field("timeoutMs", &timeoutMs)
        try coder.endOfStruct()
    }
}

extension DeleteRecordsRequest {
    /// New starts for one topic.
    package struct DeleteRecordsTopic: WireStruct {
        /// Name of the topic.
        package var name = ""
        /// The partitions.
        package var partitions: [DeleteRecordsPartition] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("partitions", &partitions)
            try coder.endOfStruct()
        }
    }

    /// The new start of one partition.
    package struct DeleteRecordsPartition: WireStruct {
        /// Index of the partition.
        package var partitionIndex: Int32 = 0
        /// New start of the log; -1 is the high watermark.
        package var offset: Int64 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("partitionIndex", &partitionIndex)
            try coder.field("offset", &offset)
            try coder.endOfStruct()
        }
    }
}

/// The new starts of the logs.
package struct DeleteRecordsResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds.
    package var throttleTimeMs: Int32 = 0
    /// The topics.
    package var topics: [DeleteRecordsTopicResult] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("throttleTimeMs", &throttleTimeMs)
        try coder.field("topics", &topics)
        try coder.endOfStruct()
    }
}

extension DeleteRecordsResponse {
    /// The outcome for one topic.
    package struct DeleteRecordsTopicResult: WireStruct {
        /// Name of the topic.
        package var name = ""
        /// The partitions.
        package var partitions: [DeleteRecordsPartitionResult] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("partitions", &partitions)
            try coder.endOfStruct()
        }
    }

    /// The outcome for one partition.
    package struct DeleteRecordsPartitionResult: WireStruct {
        /// Index of the partition.
        package var partitionIndex: Int32 = 0
        /// Smallest log start among the replicas; -1 on an error.
        package var lowWatermark: Int64 = 0
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("partitionIndex", &partitionIndex)
            try coder.field("lowWatermark", &lowWatermark)
            try coder.field("errorCode", &errorCode)
            try coder.endOfStruct()
        }
    }
}
