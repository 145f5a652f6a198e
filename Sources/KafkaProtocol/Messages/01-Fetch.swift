import Bytes

/// Reads record batches from partitions.
///
/// Version 7 brings incremental sessions (KIP-227), version 12 the check for diverged logs (KIP-595), version 13
/// names topics by id (KIP-516).
package struct FetchRequest: RequestMessage {
    package typealias Response = FetchResponse
    package static let api = APIDescription(.fetch, versions: 4...18, flexibleFrom: 12)

    /// Id of the cluster the client believes to talk to; nil skips the check; from version 12.
    package var clusterId: String?
    /// Id of the follower that reads; -1 for a client; up to version 14.
    package var replicaId: Int32 = -1
    /// The follower that reads; from version 15.
    package var replicaState = ReplicaState()
    /// How long the broker may wait for `minBytes`, in milliseconds.
    package var maxWaitMs: Int32 = 0
    /// How many bytes the broker waits for.
    package var minBytes: Int32 = 0
    /// Most bytes in the whole answer; the first batch comes whole even if it is larger.
    package var maxBytes: Int32 = .max
    /// 0 reads everything up to the high watermark, 1 only up to the last stable offset.
    package var isolationLevel: Int8 = 0
    /// Id of the fetch session; 0 for none or a new one (KIP-227); from version 7.
    package var sessionId: Int32 = 0
    /// Number of the request within the session: 0 opens one, -1 goes without; from version 7.
    package var sessionEpoch: Int32 = -1
    /// The topics.
    package var topics: [FetchTopic] = []
    /// Partitions to drop from the session; from version 7.
    package var forgottenTopicsData: [ForgottenTopic] = []
    /// Rack of the reader, so that a near replica can be offered (KIP-392); from version 11.
    package var rackId = ""

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version <= 14 {
            try coder.field("replicaId", &replicaId)
        } else {
            try coder.require(replicaId == -1, "replicaId")
        }
        try coder.field("maxWaitMs", &maxWaitMs)
        try coder.field("minBytes", &minBytes)
        try coder.field("maxBytes", &maxBytes)
        try coder.field("isolationLevel", &isolationLevel)
        if coder.version >= 7 {
            try coder.field("sessionId", &sessionId)
            try coder.field("sessionEpoch", &sessionEpoch)
        }
        try coder.field("topics", &topics)
        if coder.version >= 7 {
            try coder.field("forgottenTopicsData", &forgottenTopicsData)
        } else {
            try coder.require(forgottenTopicsData.isEmpty, "forgottenTopicsData")
        }
        if coder.version >= 11 { try coder.field("rackId", &rackId) }
        if coder.version >= 12 {
            try coder.tagged(0, "clusterId", isPresent: clusterId != nil) { (inner) throws(WireError) in
                try inner.field("clusterId", &clusterId)
            }
        }
        if coder.version >= 15 {
            try coder.tagged(1, "replicaState", isPresent: replicaState != ReplicaState()) {
                (inner) throws(WireError) in
                try inner.field("replicaState", &replicaState)
            }
        } else {
            try coder.require(replicaState == ReplicaState(), "replicaState")
        }
        try coder.endOfStruct()
    }
}

extension FetchRequest {
    /// Which follower is asking (KIP-903).
    package struct ReplicaState: WireStruct {
        /// Id of the follower that reads; -1 for a client.
        package var replicaId: Int32 = -1
        /// Epoch of the follower's registration; -1 for none.
        package var replicaEpoch: Int64 = -1

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("replicaId", &replicaId)
            try coder.field("replicaEpoch", &replicaEpoch)
            try coder.endOfStruct()
        }
    }

    /// What to read of one topic.
    package struct FetchTopic: WireStruct {
        /// Name of the topic; up to version 12.
        package var topic = ""
        /// Id of the topic; from version 13.
        package var topicId = KafkaUUID.zero
        /// The partitions.
        package var partitions: [FetchPartition] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            if coder.version <= 12 { try coder.field("topic", &topic) }
            if coder.version >= 13 { try coder.field("topicId", &topicId) }
            try coder.field("partitions", &partitions)
            try coder.endOfStruct()
        }
    }

    /// What to read of one partition.
    package struct FetchPartition: WireStruct {
        /// Index of the partition.
        package var partition: Int32 = 0
        /// Epoch of the leader as the client knows it; -1 skips the check (KIP-320); from version 9.
        package var currentLeaderEpoch: Int32 = -1
        /// Offset to read from.
        package var fetchOffset: Int64 = 0
        /// Leader epoch of the last record read, to detect a diverged log; -1 for none; from version 12.
        package var lastFetchedEpoch: Int32 = -1
        /// Where the follower's log starts; -1 for a client; from version 5.
        package var logStartOffset: Int64 = -1
        /// Most bytes of this partition; the first batch comes whole even if it is larger.
        package var partitionMaxBytes: Int32 = 0
        /// Id of the log directory of the follower (KIP-853); from version 17.
        package var replicaDirectoryId = KafkaUUID.zero
        /// High watermark the follower knows (KIP-1166); the largest number for a client; from version 18.
        package var highWatermark: Int64 = .max

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("partition", &partition)
            if coder.version >= 9 { try coder.field("currentLeaderEpoch", &currentLeaderEpoch) }
            try coder.field("fetchOffset", &fetchOffset)
            if coder.version >= 12 {
                try coder.field("lastFetchedEpoch", &lastFetchedEpoch)
            } else {
                try coder.require(lastFetchedEpoch == -1, "lastFetchedEpoch")
            }
            if coder.version >= 5 { try coder.field("logStartOffset", &logStartOffset) }
            try coder.field("partitionMaxBytes", &partitionMaxBytes)
            if coder.version >= 17 {
                try coder.tagged(0, "replicaDirectoryId", isPresent: replicaDirectoryId != .zero) {
                    (inner) throws(WireError) in
                    try inner.field("replicaDirectoryId", &replicaDirectoryId)
                }
            }
            if coder.version >= 18 {
                try coder.tagged(1, "highWatermark", isPresent: highWatermark != .max) { (inner) throws(WireError) in
                    try inner.field("highWatermark", &highWatermark)
                }
            }
            try coder.endOfStruct()
        }
    }

    /// Partitions of one topic to drop from the session.
    package struct ForgottenTopic: WireStruct {
        /// Name of the topic; up to version 12.
        package var topic = ""
        /// Id of the topic; from version 13.
        package var topicId = KafkaUUID.zero
        /// Indexes of the partitions.
        package var partitions: [Int32] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            if coder.version <= 12 { try coder.field("topic", &topic) }
            if coder.version >= 13 { try coder.field("topicId", &topicId) }
            try coder.field("partitions", &partitions)
            try coder.endOfStruct()
        }
    }
}

/// Record batches of the partitions asked for.
///
/// In an incremental session only partitions with news are listed.
package struct FetchResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds.
    package var throttleTimeMs: Int32 = 0
    /// 0, or the code of an error; from version 7.
    package var errorCode: Int16 = 0
    /// Id of the fetch session; 0 for none or a new one (KIP-227); from version 7.
    package var sessionId: Int32 = 0
    /// What was read, by topic.
    package var responses: [FetchableTopicResponse] = []
    /// Where the leaders named in `currentLeader` are; from version 16.
    package var nodeEndpoints: [NodeEndpoint] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("throttleTimeMs", &throttleTimeMs)
        if coder.version >= 7 {
            try coder.field("errorCode", &errorCode)
            try coder.field("sessionId", &sessionId)
        } else {
            try coder.require(sessionId == 0, "sessionId")
        }
        try coder.field("responses", &responses)
        if coder.version >= 16 {
            try coder.tagged(0, "nodeEndpoints", isPresent: !nodeEndpoints.isEmpty) { (inner) throws(WireError) in
                try inner.field("nodeEndpoints", &nodeEndpoints)
            }
        } else {
            try coder.require(nodeEndpoints.isEmpty, "nodeEndpoints")
        }
        try coder.endOfStruct()
    }
}

extension FetchResponse {
    /// What was read of one topic.
    package struct FetchableTopicResponse: WireStruct {
        /// Name of the topic; up to version 12.
        package var topic = ""
        /// Id of the topic; from version 13.
        package var topicId = KafkaUUID.zero
        /// The partitions.
        package var partitions: [PartitionData] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            if coder.version <= 12 { try coder.field("topic", &topic) }
            if coder.version >= 13 { try coder.field("topicId", &topicId) }
            try coder.field("partitions", &partitions)
            try coder.endOfStruct()
        }
    }

    /// What was read of one partition.
    package struct PartitionData: WireStruct {
        /// Index of the partition.
        package var partitionIndex: Int32 = 0
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0
        /// Offset behind the last record that all in-sync replicas have.
        package var highWatermark: Int64 = 0
        /// Offset before which every transaction is decided; -1 when unknown.
        package var lastStableOffset: Int64 = -1
        /// Where the log starts; -1 when unknown; from version 5.
        package var logStartOffset: Int64 = -1
        /// Where the reader's log departed from the leader's, if it did; from version 12.
        package var divergingEpoch = EpochEndOffset()
        /// The leader, when this broker is not it (KIP-951); from version 12.
        package var currentLeader = LeaderIdAndEpoch()
        /// The snapshot to load when the offset lies before the log's start; from version 12.
        package var snapshotId = SnapshotId()
        /// Aborted transactions within what was read; nil unless only committed records were asked for.
        package var abortedTransactions: [AbortedTransaction]? = []
        /// Id of the broker to read from instead; -1 for none (KIP-392); from version 11.
        package var preferredReadReplica: Int32 = -1
        /// Record batches as they stand in the log, not copied; the last may be cut off.
        package var records: ByteSlice?

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("partitionIndex", &partitionIndex)
            try coder.field("errorCode", &errorCode)
            try coder.field("highWatermark", &highWatermark)
            try coder.field("lastStableOffset", &lastStableOffset)
            if coder.version >= 5 { try coder.field("logStartOffset", &logStartOffset) }
            try coder.field("abortedTransactions", &abortedTransactions)
            if coder.version >= 11 {
                try coder.field("preferredReadReplica", &preferredReadReplica)
            } else {
                try coder.require(preferredReadReplica == -1, "preferredReadReplica")
            }
            try coder.field("records", &records)
            if coder.version >= 12 {
                try coder.tagged(0, "divergingEpoch", isPresent: divergingEpoch != EpochEndOffset()) {
                    (inner) throws(WireError) in
                    try inner.field("divergingEpoch", &divergingEpoch)
                }
                try coder.tagged(1, "currentLeader", isPresent: currentLeader != LeaderIdAndEpoch()) {
                    (inner) throws(WireError) in
                    try inner.field("currentLeader", &currentLeader)
                }
                try coder.tagged(2, "snapshotId", isPresent: snapshotId != SnapshotId()) { (inner) throws(WireError) in
                    try inner.field("snapshotId", &snapshotId)
                }
            } else {
                try coder.require(divergingEpoch == EpochEndOffset(), "divergingEpoch")
                try coder.require(currentLeader == LeaderIdAndEpoch(), "currentLeader")
                try coder.require(snapshotId == SnapshotId(), "snapshotId")
            }
            try coder.endOfStruct()
        }
    }

    /// Where the log of an epoch ends on the leader.
    package struct EpochEndOffset: WireStruct {
        /// The epoch; -1 when unknown.
        package var epoch: Int32 = -1
        /// Offset behind the last record of the epoch; -1 when unknown.
        package var endOffset: Int64 = -1

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("epoch", &epoch)
            try coder.field("endOffset", &endOffset)
            try coder.endOfStruct()
        }
    }

    /// The leader of a partition, for a client that asked the wrong broker (KIP-951).
    package struct LeaderIdAndEpoch: WireStruct {
        /// Id of the leader's broker; -1 when unknown.
        package var leaderId: Int32 = -1
        /// Epoch of the leader; -1 when unknown.
        package var leaderEpoch: Int32 = -1

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("leaderId", &leaderId)
            try coder.field("leaderEpoch", &leaderEpoch)
            try coder.endOfStruct()
        }
    }

    /// A snapshot to load instead of the log; only controllers send it (KIP-630).
    package struct SnapshotId: WireStruct {
        /// Offset behind the last record of the epoch; -1 when unknown.
        package var endOffset: Int64 = -1
        /// The epoch; -1 when unknown.
        package var epoch: Int32 = -1

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("endOffset", &endOffset)
            try coder.field("epoch", &epoch)
            try coder.endOfStruct()
        }
    }

    /// A transaction whose records a read_committed reader leaves out.
    package struct AbortedTransaction: WireStruct {
        /// Id of the producer.
        package var producerId: Int64 = 0
        /// Offset of the transaction's first record.
        package var firstOffset: Int64 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("producerId", &producerId)
            try coder.field("firstOffset", &firstOffset)
            try coder.endOfStruct()
        }
    }

    /// Where a leader named in this response can be reached (KIP-951).
    package struct NodeEndpoint: WireStruct {
        /// Id of the broker.
        package var nodeId: Int32 = 0
        /// Host name of the broker.
        package var host = ""
        /// Port of the broker.
        package var port: Int32 = 0
        /// Rack of the broker; nil when it has none.
        package var rack: String?

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("nodeId", &nodeId)
            try coder.field("host", &host)
            try coder.field("port", &port)
            try coder.field("rack", &rack)
            try coder.endOfStruct()
        }
    }
}
