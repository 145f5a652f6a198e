import Bytes

/// Creates topics.
package struct CreateTopicsRequest: RequestMessage {
    package typealias Response = CreateTopicsResponse
    package static let api = APIDescription(.createTopics, versions: 2...7, flexibleFrom: 5)

    /// The topics.
    package var topics: [CreatableTopic] = []
    /// How long the broker may take, in milliseconds.
    package var timeoutMs: Int32 = 60000
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

extension CreateTopicsRequest {
    /// One topic to create.
    package struct CreatableTopic: WireStruct {
        /// Name of the topic.
        package var name = ""
        /// Number of partitions; -1 leaves it to the broker.
        package var numPartitions: Int32 = 0
        /// Replicas of each partition; -1 leaves it to the broker.
        package var replicationFactor: Int16 = 0
        /// Brokers by partition; empty lets the broker choose.
        package var assignments: [CreatableReplicaAssignment] = []
        /// The configs.
        package var configs: [CreatableTopicConfig] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("numPartitions", &numPartitions)
            try coder.field("replicationFactor", &replicationFactor)
            try coder.field("assignments", &assignments)
            try coder.field("configs", &configs)
            try coder.endOfStruct()
        }
    }

    /// The brokers of one partition.
    package struct CreatableReplicaAssignment: WireStruct {
        /// Index of the partition.
        package var partitionIndex: Int32 = 0
        /// Ids of the brokers, the preferred leader first.
        package var brokerIds: [Int32] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("partitionIndex", &partitionIndex)
            try coder.field("brokerIds", &brokerIds)
            try coder.endOfStruct()
        }
    }

    /// One config of a topic to create.
    package struct CreatableTopicConfig: WireStruct {
        /// Name of the config.
        package var name = ""
        /// Value of the config.
        package var value: String? = ""

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("value", &value)
            try coder.endOfStruct()
        }
    }
}

/// Says for each topic whether it was created and with which settings.
package struct CreateTopicsResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds.
    package var throttleTimeMs: Int32 = 0
    /// The topics.
    package var topics: [CreatableTopicResult] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("throttleTimeMs", &throttleTimeMs)
        try coder.field("topics", &topics)
        try coder.endOfStruct()
    }
}

extension CreateTopicsResponse {
    /// The outcome for one topic.
    package struct CreatableTopicResult: WireStruct {
        /// Name of the topic.
        package var name = ""
        /// Id of the topic; from version 7.
        package var topicId = KafkaUUID.zero
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0
        /// The error in words; nil or empty when the broker says no more.
        package var errorMessage: String? = ""
        /// Why `configs` is missing, such as 29 (TOPIC_AUTHORIZATION_FAILED); 0 when it is not; from version 5.
        package var topicConfigErrorCode: Int16 = 0
        /// Number of partitions; -1 when not told; from version 5.
        package var numPartitions: Int32 = -1
        /// Replicas of each partition; -1 when not told; from version 5.
        package var replicationFactor: Int16 = -1
        /// The topic's configs; nil when they may not be told; from version 5.
        package var configs: [CreatableTopicConfigs]? = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            if coder.version >= 7 { try coder.field("topicId", &topicId) }
            try coder.field("errorCode", &errorCode)
            try coder.field("errorMessage", &errorMessage)
            if coder.version >= 5 {
                try coder.field("numPartitions", &numPartitions)
                try coder.field("replicationFactor", &replicationFactor)
                try coder.field("configs", &configs)
            }
            if coder.version >= 5 {
                try coder.tagged(0, "topicConfigErrorCode", isPresent: topicConfigErrorCode != 0) {
                    (inner) throws(WireError) in
                    try inner.field("topicConfigErrorCode", &topicConfigErrorCode)
                }
            }
            try coder.endOfStruct()
        }
    }

    /// One config of the topic created.
    package struct CreatableTopicConfigs: WireStruct {
        /// Name of the config.
        package var name = ""
        /// Value of the config; nil when it has none or it is secret.
        package var value: String? = ""
        /// Whether it cannot be changed.
        package var readOnly = false
        /// Where the value comes from: 1 topic, 2 broker, 3 default of all brokers, 4 the broker's start file, 5
        /// built in; -1 when unknown.
        package var configSource: Int8 = -1
        /// Whether its value is a secret and not told.
        package var isSensitive = false

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("value", &value)
            try coder.field("readOnly", &readOnly)
            try coder.field("configSource", &configSource)
            try coder.field("isSensitive", &isSensitive)
            try coder.endOfStruct()
        }
    }
}
