import Bytes

/// Raises the number of partitions of topics.
package struct CreatePartitionsRequest: RequestMessage {
    package typealias Response = CreatePartitionsResponse
    package static let api = APIDescription(.createPartitions, versions: 0...3, flexibleFrom: 2)

    /// The topics.
    package var topics: [CreatePartitionsTopic] = []
    /// How long the broker may take, in milliseconds.
    package var timeoutMs: Int32 = 0
    /// Whether the broker only checks and changes nothing.
    package var validateOnly = false

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("topics", &topics)
        try coder.field("timeoutMs", &timeoutMs)
        try coder.field("validateOnly", &validateOnly)
        try coder.endOfStruct()
    }
}

extension CreatePartitionsRequest {
    /// One topic that grows.
    package struct CreatePartitionsTopic: WireStruct {
        /// Name of the topic.
        package var name = ""
        /// New number of partitions.
        package var count: Int32 = 0
        /// Brokers by new partition; nil lets the broker choose.
        package var assignments: [CreatePartitionsAssignment]? = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("count", &count)
            try coder.field("assignments", &assignments)
            try coder.endOfStruct()
        }
    }

    /// The brokers of one new partition.
    package struct CreatePartitionsAssignment: WireStruct {
        /// Ids of the brokers, the preferred leader first.
        package var brokerIds: [Int32] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("brokerIds", &brokerIds)
            try coder.endOfStruct()
        }
    }
}

/// Says for each topic whether it has its new partitions.
package struct CreatePartitionsResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds.
    package var throttleTimeMs: Int32 = 0
    /// The outcome by topic.
    package var results: [CreatePartitionsTopicResult] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("throttleTimeMs", &throttleTimeMs)
        try coder.field("results", &results)
        try coder.endOfStruct()
    }
}

extension CreatePartitionsResponse {
    /// The outcome for one topic.
    package struct CreatePartitionsTopicResult: WireStruct {
        /// Name of the topic.
        package var name = ""
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0
        /// The error in words; nil or empty when the broker says no more.
        package var errorMessage: String?

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("errorCode", &errorCode)
            try coder.field("errorMessage", &errorMessage)
            try coder.endOfStruct()
        }
    }
}
