import Bytes

/// Deletes topics: by name, or from version 6 by id.
package struct DeleteTopicsRequest: RequestMessage {
    package typealias Response = DeleteTopicsResponse
    package static let api = APIDescription(.deleteTopics, versions: 1...6, flexibleFrom: 4)

    /// The topics; from version 6.
    package var topics: [DeleteTopicState] = []
    /// Names of the topics; up to version 5.
    package var topicNames: [String] = []
    /// How long the broker may take, in milliseconds.
    package var timeoutMs: Int32 = 0

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version >= 6 {
            try coder.field("topics", &topics)
        } else {
            try coder.require(topics.isEmpty, "topics")
        }
        if coder.version <= 5 { try coder.field("topicNames", &topicNames) }
        try coder.field("timeoutMs", &timeoutMs)
        try coder.endOfStruct()
    }
}

extension DeleteTopicsRequest {
    /// A topic to delete, by name or by id.
    package struct DeleteTopicState: WireStruct {
        /// Name of the topic; nil to delete by id.
        package var name: String?
        /// Id of the topic; zero to delete by name.
        package var topicId = KafkaUUID.zero

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("topicId", &topicId)
            try coder.endOfStruct()
        }
    }
}

/// Says for each topic whether it was deleted.
package struct DeleteTopicsResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds.
    package var throttleTimeMs: Int32 = 0
    /// The outcome by topic.
    package var responses: [DeletableTopicResult] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("throttleTimeMs", &throttleTimeMs)
        try coder.field("responses", &responses)
        try coder.endOfStruct()
    }
}

extension DeleteTopicsResponse {
    /// The outcome for one topic.
    package struct DeletableTopicResult: WireStruct {
        /// Name of the topic; nil when an id was given that may not be resolved.
        package var name: String? = ""
        /// Id of the topic; from version 6.
        package var topicId = KafkaUUID.zero
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0
        /// The error in words; nil or empty when the broker says no more; from version 5.
        package var errorMessage: String?

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            if coder.version >= 6 {
                try coder.field("name", &name)
            } else {
                try coder.nonNull("name", &name)
            }
            if coder.version >= 6 { try coder.field("topicId", &topicId) }
            try coder.field("errorCode", &errorCode)
            if coder.version >= 5 { try coder.field("errorMessage", &errorMessage) }
            try coder.endOfStruct()
        }
    }
}
