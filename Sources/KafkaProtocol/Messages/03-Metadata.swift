import Bytes

/// Asks for brokers, topics, partitions and leaders.
package struct MetadataRequest: RequestMessage {
    package typealias Response = MetadataResponse
    package static let api = APIDescription(.metadata, versions: 1...13, flexibleFrom: 9)

    /// The topics; nil asks for all, none for brokers only.
    package var topics: [MetadataRequestTopic]? = []
    /// Whether the broker may create topics it does not have; from version 4.
    package var allowAutoTopicCreation = true
    /// Whether to tell what the caller may do with the cluster; versions 8 to 10.
    package var includeClusterAuthorizedOperations = false
    /// Whether to tell what the caller may do with the topics; from version 8.
    package var includeTopicAuthorizedOperations = false

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("topics", &topics)
        if coder.version >= 4 {
            try coder.field("allowAutoTopicCreation", &allowAutoTopicCreation)
        } else {
            try coder.require(allowAutoTopicCreation, "allowAutoTopicCreation")
        }
        if (8...10).contains(coder.version) {
            try coder.field("includeClusterAuthorizedOperations", &includeClusterAuthorizedOperations)
        } else {
            try coder.require(!includeClusterAuthorizedOperations, "includeClusterAuthorizedOperations")
        }
        if coder.version >= 8 {
            try coder.field("includeTopicAuthorizedOperations", &includeTopicAuthorizedOperations)
        } else {
            try coder.require(!includeTopicAuthorizedOperations, "includeTopicAuthorizedOperations")
        }
        try coder.endOfStruct()
    }
}

extension MetadataRequest {
    /// A topic asked for, by name or by id.
    package struct MetadataRequestTopic: WireStruct {
        /// Id of the topic; zero to ask by name; from version 10.
        package var topicId = KafkaUUID.zero
        /// Name of the topic; nil to ask by id.
        package var name: String? = ""

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            if coder.version >= 10 { try coder.field("topicId", &topicId) }
            if coder.version >= 10 {
                try coder.field("name", &name)
            } else {
                try coder.nonNull("name", &name)
            }
            try coder.endOfStruct()
        }
    }
}

/// Brokers, topics, partitions and leaders as this broker knows them.
package struct MetadataResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds; from version 3.
    package var throttleTimeMs: Int32 = 0
    /// The brokers.
    package var brokers: [MetadataResponseBroker] = []
    /// Id of the cluster; nil when it has none; from version 2.
    package var clusterId: String?
    /// Id of the controller; -1 when unknown.
    package var controllerId: Int32 = -1
    /// The topics.
    package var topics: [MetadataResponseTopic] = []
    /// Bit field of what the caller may do with the cluster; the smallest number when not asked for; versions 8 to
    /// 10.
    package var clusterAuthorizedOperations: Int32 = .min
    /// 0, or the code of an error; from version 13.
    package var errorCode: Int16 = 0

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version >= 3 { try coder.field("throttleTimeMs", &throttleTimeMs) }
        try coder.field("brokers", &brokers)
        if coder.version >= 2 { try coder.field("clusterId", &clusterId) }
        try coder.field("controllerId", &controllerId)
        try coder.field("topics", &topics)
        if (8...10).contains(coder.version) {
            try coder.field("clusterAuthorizedOperations", &clusterAuthorizedOperations)
        } else {
            try coder.require(clusterAuthorizedOperations == .min, "clusterAuthorizedOperations")
        }
        if coder.version >= 13 { try coder.field("errorCode", &errorCode) }
        try coder.endOfStruct()
    }
}

extension MetadataResponse {
    /// One broker.
    package struct MetadataResponseBroker: WireStruct {
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

    /// One topic.
    package struct MetadataResponseTopic: WireStruct {
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0
        /// Name of the topic; nil when an id was asked for that does not exist.
        package var name: String? = ""
        /// Id of the topic; zero when a name was asked for that does not exist; from version 10.
        package var topicId = KafkaUUID.zero
        /// Whether it belongs to Kafka itself.
        package var isInternal = false
        /// The partitions.
        package var partitions: [MetadataResponsePartition] = []
        /// Bit field of what the caller may do with the topic; the smallest number when not asked for; from version
        /// 8.
        package var topicAuthorizedOperations: Int32 = .min

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("errorCode", &errorCode)
            if coder.version >= 12 {
                try coder.field("name", &name)
            } else {
                try coder.nonNull("name", &name)
            }
            if coder.version >= 10 { try coder.field("topicId", &topicId) }
            try coder.field("isInternal", &isInternal)
            try coder.field("partitions", &partitions)
            if coder.version >= 8 {
                try coder.field("topicAuthorizedOperations", &topicAuthorizedOperations)
            } else {
                try coder.require(topicAuthorizedOperations == .min, "topicAuthorizedOperations")
            }
            try coder.endOfStruct()
        }
    }

    /// One partition.
    package struct MetadataResponsePartition: WireStruct {
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0
        /// Index of the partition.
        package var partitionIndex: Int32 = 0
        /// Id of the leader's broker; -1 when unknown.
        package var leaderId: Int32 = 0
        /// Epoch of the leader; -1 when unknown; from version 7.
        package var leaderEpoch: Int32 = -1
        /// Ids of the brokers that hold the partition, the preferred leader first.
        package var replicaNodes: [Int32] = []
        /// Ids of the brokers that are in sync.
        package var isrNodes: [Int32] = []
        /// Ids of the brokers whose replica is offline; from version 5.
        package var offlineReplicas: [Int32] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("errorCode", &errorCode)
            try coder.field("partitionIndex", &partitionIndex)
            try coder.field("leaderId", &leaderId)
            if coder.version >= 7 { try coder.field("leaderEpoch", &leaderEpoch) }
            try coder.field("replicaNodes", &replicaNodes)
            try coder.field("isrNodes", &isrNodes)
            if coder.version >= 5 { try coder.field("offlineReplicas", &offlineReplicas) }
            try coder.endOfStruct()
        }
    }
}
