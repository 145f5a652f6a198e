import Bytes

/// Commits offsets of a group.
///
/// Version 10 names topics by id (KIP-848).
package struct OffsetCommitRequest: RequestMessage {
    package typealias Response = OffsetCommitResponse
    package static let api = APIDescription(.offsetCommit, versions: 2...10, flexibleFrom: 8)

    /// Name of the group.
    package var groupId = ""
    /// Generation of the classic group or epoch of the member (KIP-848); -1 from outside the group.
    package var generationIdOrMemberEpoch: Int32 = -1
    /// Id of the member; empty from outside the group.
    package var memberId = ""
    /// Name of a static member (KIP-345); nil for a dynamic one; from version 7.
    package var groupInstanceId: String?
    /// How long to keep the offset, in milliseconds; -1 for the broker's setting; up to version 4.
    package var retentionTimeMs: Int64 = -1
    /// The topics.
    package var topics: [OffsetCommitRequestTopic] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("groupId", &groupId)
        try coder.field("generationIdOrMemberEpoch", &generationIdOrMemberEpoch)
        try coder.field("memberId", &memberId)
        if coder.version >= 7 {
            try coder.field("groupInstanceId", &groupInstanceId)
        } else {
            try coder.require(groupInstanceId == nil, "groupInstanceId")
        }
        if coder.version <= 4 { try coder.field("retentionTimeMs", &retentionTimeMs) }
        try coder.field("topics", &topics)
        try coder.endOfStruct()
    }
}

extension OffsetCommitRequest {
    /// Offsets of one topic.
    package struct OffsetCommitRequestTopic: WireStruct {
        /// Name of the topic; up to version 9.
        package var name = ""
        /// Id of the topic; from version 10.
        package var topicId = KafkaUUID.zero
        /// The partitions.
        package var partitions: [OffsetCommitRequestPartition] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            if coder.version <= 9 { try coder.field("name", &name) }
            if coder.version >= 10 { try coder.field("topicId", &topicId) }
            try coder.field("partitions", &partitions)
            try coder.endOfStruct()
        }
    }

    /// The offset of one partition.
    package struct OffsetCommitRequestPartition: WireStruct {
        /// Index of the partition.
        package var partitionIndex: Int32 = 0
        /// The offset: the next one to read.
        package var committedOffset: Int64 = 0
        /// Leader epoch of the last record before the offset; -1 when unknown; from version 6.
        package var committedLeaderEpoch: Int32 = -1
        /// Text to store with the offset; nil is stored as empty.
        package var committedMetadata: String? = ""

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("partitionIndex", &partitionIndex)
            try coder.field("committedOffset", &committedOffset)
            if coder.version >= 6 { try coder.field("committedLeaderEpoch", &committedLeaderEpoch) }
            try coder.field("committedMetadata", &committedMetadata)
            try coder.endOfStruct()
        }
    }
}

/// Says for each partition whether its offset was committed.
package struct OffsetCommitResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds; from version 3.
    package var throttleTimeMs: Int32 = 0
    /// The topics.
    package var topics: [OffsetCommitResponseTopic] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version >= 3 { try coder.field("throttleTimeMs", &throttleTimeMs) }
        try coder.field("topics", &topics)
        try coder.endOfStruct()
    }
}

extension OffsetCommitResponse {
    /// The outcome for one topic.
    package struct OffsetCommitResponseTopic: WireStruct {
        /// Name of the topic; up to version 9.
        package var name = ""
        /// Id of the topic; from version 10.
        package var topicId = KafkaUUID.zero
        /// The partitions.
        package var partitions: [OffsetCommitResponsePartition] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            if coder.version <= 9 { try coder.field("name", &name) }
            if coder.version >= 10 { try coder.field("topicId", &topicId) }
            try coder.field("partitions", &partitions)
            try coder.endOfStruct()
        }
    }

    /// The outcome for one partition.
    package struct OffsetCommitResponsePartition: WireStruct {
        /// Index of the partition.
        package var partitionIndex: Int32 = 0
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("partitionIndex", &partitionIndex)
            try coder.field("errorCode", &errorCode)
            try coder.endOfStruct()
        }
    }
}
