import Bytes

/// Asks for the offset at a time or at an end of partitions.
package struct ListOffsetsRequest: RequestMessage {
    package typealias Response = ListOffsetsResponse
    package static let api = APIDescription(.listOffsets, versions: 1...11, flexibleFrom: 6)

    /// -1 for a client; a broker id asks for the log's end rather than the high watermark.
    package var replicaId: Int32 = 0
    /// 0 reads everything up to the high watermark, 1 only up to the last stable offset; from version 2.
    package var isolationLevel: Int8 = 0
    /// The topics.
    package var topics: [ListOffsetsTopic] = []
    /// How long the broker may look into remote storage, in milliseconds; from version 10.
    package var timeoutMs: Int32 = 0

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("replicaId", &replicaId)
        if coder.version >= 2 {
            try coder.field("isolationLevel", &isolationLevel)
        } else {
            try coder.require(isolationLevel == 0, "isolationLevel")
        }
        try coder.field("topics", &topics)
        if coder.version >= 10 { try coder.field("timeoutMs", &timeoutMs) }
        try coder.endOfStruct()
    }
}

extension ListOffsetsRequest {
    /// What to ask of one topic.
    package struct ListOffsetsTopic: WireStruct {
        /// Name of the topic.
        package var name = ""
        /// The partitions.
        package var partitions: [ListOffsetsPartition] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("partitions", &partitions)
            try coder.endOfStruct()
        }
    }

    /// What to ask of one partition.
    package struct ListOffsetsPartition: WireStruct {
        /// Index of the partition.
        package var partitionIndex: Int32 = 0
        /// Epoch of the leader as the client knows it; -1 skips the check (KIP-320); from version 4.
        package var currentLeaderEpoch: Int32 = -1
        /// Time in milliseconds since 1970, or -1 latest, -2 earliest, -3 largest timestamp, -4 earliest local, -5
        /// last tiered.
        package var timestamp: Int64 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("partitionIndex", &partitionIndex)
            if coder.version >= 4 { try coder.field("currentLeaderEpoch", &currentLeaderEpoch) }
            try coder.field("timestamp", &timestamp)
            try coder.endOfStruct()
        }
    }
}

/// The offsets asked for.
package struct ListOffsetsResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds; from version 2.
    package var throttleTimeMs: Int32 = 0
    /// The topics.
    package var topics: [ListOffsetsTopicResponse] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version >= 2 { try coder.field("throttleTimeMs", &throttleTimeMs) }
        try coder.field("topics", &topics)
        try coder.endOfStruct()
    }
}

extension ListOffsetsResponse {
    /// The offsets of one topic.
    package struct ListOffsetsTopicResponse: WireStruct {
        /// Name of the topic.
        package var name = ""
        /// The partitions.
        package var partitions: [ListOffsetsPartitionResponse] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("partitions", &partitions)
            try coder.endOfStruct()
        }
    }

    /// The offset of one partition.
    package struct ListOffsetsPartitionResponse: WireStruct {
        /// Index of the partition.
        package var partitionIndex: Int32 = 0
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0
        /// Timestamp of the record at the offset; -1 when none was looked up.
        package var timestamp: Int64 = -1
        /// The offset; -1 when no record fits.
        package var offset: Int64 = -1
        /// Leader epoch of the record at the offset; -1 when unknown; from version 4.
        package var leaderEpoch: Int32 = -1

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("partitionIndex", &partitionIndex)
            try coder.field("errorCode", &errorCode)
            try coder.field("timestamp", &timestamp)
            try coder.field("offset", &offset)
            if coder.version >= 4 {
                try coder.field("leaderEpoch", &leaderEpoch)
            } else {
                try coder.require(leaderEpoch == -1, "leaderEpoch")
            }
            try coder.endOfStruct()
        }
    }
}
