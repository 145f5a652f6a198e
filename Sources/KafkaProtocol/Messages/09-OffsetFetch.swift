import Bytes

/// Reads committed offsets: of one group up to version 7, of many from version 8.
package struct OffsetFetchRequest: RequestMessage {
    package typealias Response = OffsetFetchResponse
    package static let api = APIDescription(.offsetFetch, versions: 1...10, flexibleFrom: 6)

    /// Name of the group; up to version 7.
    package var groupId = ""
    /// The topics; nil asks for all; up to version 7.
    package var topics: [OffsetFetchRequestTopic]? = []
    /// The groups; from version 8.
    package var groups: [OffsetFetchRequestGroup] = []
    /// Whether to refuse offsets that an open transaction may still change (KIP-447); from version 7.
    package var requireStable = false

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version <= 7 {
            try coder.field("groupId", &groupId)
            if coder.version >= 2 {
                try coder.field("topics", &topics)
            } else {
                try coder.nonNull("topics", &topics)
            }
        } else {
            try coder.require(groupId.isEmpty, "groupId")
            try coder.require(topics == [], "topics")
        }
        if coder.version >= 8 {
            try coder.field("groups", &groups)
        } else {
            try coder.require(groups.isEmpty, "groups")
        }
        if coder.version >= 7 {
            try coder.field("requireStable", &requireStable)
        } else {
            try coder.require(!requireStable, "requireStable")
        }
        try coder.endOfStruct()
    }
}

extension OffsetFetchRequest {
    /// Partitions of one topic, up to version 7.
    package struct OffsetFetchRequestTopic: WireStruct {
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

    /// What to read of one group.
    package struct OffsetFetchRequestGroup: WireStruct {
        /// Name of the group.
        package var groupId = ""
        /// Id of the member; nil from outside the group; from version 9.
        package var memberId: String?
        /// Epoch of the member (KIP-848); -1 from outside the group; from version 9.
        package var memberEpoch: Int32 = -1
        /// The topics; nil asks for all.
        package var topics: [OffsetFetchRequestTopics]? = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("groupId", &groupId)
            if coder.version >= 9 {
                try coder.field("memberId", &memberId)
                try coder.field("memberEpoch", &memberEpoch)
            }
            try coder.field("topics", &topics)
            try coder.endOfStruct()
        }
    }

    /// Partitions of one topic, from version 8.
    package struct OffsetFetchRequestTopics: WireStruct {
        /// Name of the topic; up to version 9.
        package var name = ""
        /// Id of the topic; from version 10.
        package var topicId = KafkaUUID.zero
        /// Indexes of the partitions.
        package var partitionIndexes: [Int32] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            if coder.version <= 9 { try coder.field("name", &name) }
            if coder.version >= 10 { try coder.field("topicId", &topicId) }
            try coder.field("partitionIndexes", &partitionIndexes)
            try coder.endOfStruct()
        }
    }
}

/// Committed offsets: of one group up to version 7, of many from version 8.
package struct OffsetFetchResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds; from version 3.
    package var throttleTimeMs: Int32 = 0
    /// The topics; up to version 7.
    package var topics: [OffsetFetchResponseTopic] = []
    /// 0, or the code of an error; versions 2 to 7.
    package var errorCode: Int16 = 0
    /// The groups; from version 8.
    package var groups: [OffsetFetchResponseGroup] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version >= 3 { try coder.field("throttleTimeMs", &throttleTimeMs) }
        if coder.version <= 7 {
            try coder.field("topics", &topics)
        } else {
            try coder.require(topics.isEmpty, "topics")
        }
        if (2...7).contains(coder.version) { try coder.field("errorCode", &errorCode) }
        if coder.version >= 8 {
            try coder.field("groups", &groups)
        } else {
            try coder.require(groups.isEmpty, "groups")
        }
        try coder.endOfStruct()
    }
}

extension OffsetFetchResponse {
    /// Offsets of one topic, up to version 7.
    package struct OffsetFetchResponseTopic: WireStruct {
        /// Name of the topic.
        package var name = ""
        /// The partitions.
        package var partitions: [OffsetFetchResponsePartition] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("partitions", &partitions)
            try coder.endOfStruct()
        }
    }

    /// The offset of one partition, up to version 7.
    package struct OffsetFetchResponsePartition: WireStruct {
        /// Index of the partition.
        package var partitionIndex: Int32 = 0
        /// The offset; -1 when none is committed.
        package var committedOffset: Int64 = 0
        /// Leader epoch of the last record before the offset; -1 when unknown; from version 5.
        package var committedLeaderEpoch: Int32 = -1
        /// Text stored with the offset.
        package var metadata: String? = ""
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("partitionIndex", &partitionIndex)
            try coder.field("committedOffset", &committedOffset)
            if coder.version >= 5 { try coder.field("committedLeaderEpoch", &committedLeaderEpoch) }
            try coder.field("metadata", &metadata)
            try coder.field("errorCode", &errorCode)
            try coder.endOfStruct()
        }
    }

    /// Offsets of one group.
    package struct OffsetFetchResponseGroup: WireStruct {
        /// Name of the group.
        package var groupId = ""
        /// The topics.
        package var topics: [OffsetFetchResponseTopics] = []
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("groupId", &groupId)
            try coder.field("topics", &topics)
            try coder.field("errorCode", &errorCode)
            try coder.endOfStruct()
        }
    }

    /// Offsets of one topic, from version 8.
    package struct OffsetFetchResponseTopics: WireStruct {
        /// Name of the topic; up to version 9.
        package var name = ""
        /// Id of the topic; from version 10.
        package var topicId = KafkaUUID.zero
        /// The partitions.
        package var partitions: [OffsetFetchResponsePartitions] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            if coder.version <= 9 { try coder.field("name", &name) }
            if coder.version >= 10 { try coder.field("topicId", &topicId) }
            try coder.field("partitions", &partitions)
            try coder.endOfStruct()
        }
    }

    /// The offset of one partition, from version 8.
    package struct OffsetFetchResponsePartitions: WireStruct {
        /// Index of the partition.
        package var partitionIndex: Int32 = 0
        /// The offset; -1 when none is committed.
        package var committedOffset: Int64 = 0
        /// Leader epoch of the last record before the offset; -1 when unknown.
        package var committedLeaderEpoch: Int32 = -1
        /// Text stored with the offset.
        package var metadata: String? = ""
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("partitionIndex", &partitionIndex)
            try coder.field("committedOffset", &committedOffset)
            try coder.field("committedLeaderEpoch", &committedLeaderEpoch)
            try coder.field("metadata", &metadata)
            try coder.field("errorCode", &errorCode)
            try coder.endOfStruct()
        }
    }
}
