import Bytes

/// Asks where leader epochs ended (KIP-101, KIP-320).
package struct OffsetForLeaderEpochRequest: RequestMessage {
    package typealias Response = OffsetForLeaderEpochResponse
    package static let api = APIDescription(.offsetForLeaderEpoch, versions: 2...4, flexibleFrom: 4)

    /// Id of the follower; -1 for a client, -2 for a tool; from version 3.
    package var replicaId: Int32 = -2
    /// The topics.
    package var topics: [OffsetForLeaderTopic] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version >= 3 { try coder.field("replicaId", &replicaId) }
        try coder.field("topics", &topics)
        try coder.endOfStruct()
    }
}

extension OffsetForLeaderEpochRequest {
    /// What to ask of one topic.
    package struct OffsetForLeaderTopic: WireStruct {
        /// Name of the topic.
        package var topic = ""
        /// The partitions.
        package var partitions: [OffsetForLeaderPartition] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("topic", &topic)
            try coder.field("partitions", &partitions)
            try coder.endOfStruct()
        }
    }

    /// What to ask of one partition.
    package struct OffsetForLeaderPartition: WireStruct {
        /// Index of the partition.
        package var partition: Int32 = 0
        /// Epoch of the leader as the client knows it; -1 skips the check (KIP-320).
        package var currentLeaderEpoch: Int32 = -1
        /// Epoch whose end is asked for.
        package var leaderEpoch: Int32 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("partition", &partition)
            try coder.field("currentLeaderEpoch", &currentLeaderEpoch)
            try coder.field("leaderEpoch", &leaderEpoch)
            try coder.endOfStruct()
        }
    }
}

/// Where the leader epochs ended.
package struct OffsetForLeaderEpochResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds.
    package var throttleTimeMs: Int32 = 0
    /// The topics.
    package var topics: [OffsetForLeaderTopicResult] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("throttleTimeMs", &throttleTimeMs)
        try coder.field("topics", &topics)
        try coder.endOfStruct()
    }
}

extension OffsetForLeaderEpochResponse {
    /// The answers for one topic.
    package struct OffsetForLeaderTopicResult: WireStruct {
        /// Name of the topic.
        package var topic = ""
        /// The partitions.
        package var partitions: [EpochEndOffset] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("topic", &topic)
            try coder.field("partitions", &partitions)
            try coder.endOfStruct()
        }
    }

    /// Where the log of an epoch ends on the leader.
    package struct EpochEndOffset: WireStruct {
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0
        /// Index of the partition.
        package var partition: Int32 = 0
        /// Largest epoch not above the one asked for; -1 when there is none.
        package var leaderEpoch: Int32 = -1
        /// Offset behind the last record of the epoch; -1 when unknown.
        package var endOffset: Int64 = -1

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("errorCode", &errorCode)
            try coder.field("partition", &partition)
            try coder.field("leaderEpoch", &leaderEpoch)
            try coder.field("endOffset", &endOffset)
            try coder.endOfStruct()
        }
    }
}
