/// The APIs that Lockstep speaks, by Kafka's key.
package enum APIKey: Int16, Sendable, CaseIterable {
    /// Appends record batches.
    case produce = 0
    /// Reads record batches.
    case fetch = 1
    /// Asks for offsets by time or end.
    case listOffsets = 2
    /// Asks for brokers, topics and leaders.
    case metadata = 3
    /// Commits offsets of a group.
    case offsetCommit = 8
    /// Reads committed offsets of a group.
    case offsetFetch = 9
    /// Finds the coordinator of a group or transaction.
    case findCoordinator = 10
    /// Joins a group.
    case joinGroup = 11
    /// Keeps a membership alive.
    case heartbeat = 12
    /// Leaves a group.
    case leaveGroup = 13
    /// Exchanges the assignment of a group.
    case syncGroup = 14
    /// Describes groups and their members.
    case describeGroups = 15
    /// Lists groups.
    case listGroups = 16
    /// Chooses a SASL mechanism.
    case saslHandshake = 17
    /// Asks which APIs and versions a broker speaks.
    case apiVersions = 18
    /// Creates topics.
    case createTopics = 19
    /// Deletes topics.
    case deleteTopics = 20
    /// Moves the start of logs.
    case deleteRecords = 21
    /// Obtains a producer id and epoch.
    case initProducerId = 22
    /// Asks where an epoch ended.
    case offsetForLeaderEpoch = 23
    /// Adds partitions to a transaction.
    case addPartitionsToTxn = 24
    /// Commits or aborts a transaction.
    case endTxn = 26
    /// Lists ACLs.
    case describeAcls = 29
    /// Creates ACLs.
    case createAcls = 30
    /// Deletes ACLs.
    case deleteAcls = 31
    /// Reads configs.
    case describeConfigs = 32
    /// Carries a SASL exchange.
    case saslAuthenticate = 36
    /// Adds partitions to topics.
    case createPartitions = 37
    /// Deletes groups.
    case deleteGroups = 42
    /// Changes configs key by key.
    case incrementalAlterConfigs = 44
    /// Describes a cluster.
    case describeCluster = 60
    /// Describes the producers a partition knows.
    case describeProducers = 61
}
