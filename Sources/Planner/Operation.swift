import KafkaModel

extension Step {
    /// What the applier does for a step; names without a cluster are names on the destination.
    package enum Operation: Hashable, Sendable, Codable {
        /// Creates the `__lockstep` topic on the destination.
        case createStore
        /// Writes the record of a new link.
        case createLink(creation: LinkCreation)
        /// Changes the state in the link's record.
        case changeLinkState(from: LinkSpec.State, to: LinkSpec.State)
        /// Changes the settings in the link's record; the workers follow them.
        case changeLinkSettings(from: LinkSettings, to: LinkSettings)
        /// Creates a mirror topic and its record.
        case createMirrorTopic(creation: MirrorTopicCreation)
        /// Raises the number of partitions of a mirror topic to that of its source.
        case addPartitions(topic: String, from: Int, to: Int)
        /// Changes settings of a mirror topic, and what its record says of settings.
        case changeMirrorConfigs(topic: String, change: MirrorConfigChange)
        /// ACTIVE to PAUSED in the mirror's record.
        case pauseMirror(topic: String)
        /// PAUSED to ACTIVE in the mirror's record.
        case resumeMirror(topic: String)
        /// Asks for promotion, or goes on with the one that `requestId` names, and waits for STOPPED.
        case promoteMirror(topic: String, maximumLag: Int64, timeoutMs: Int64, requestId: String?)
        /// Asks for failover, or goes on with the one that `requestId` names, and waits for STOPPED.
        case failOverMirror(topic: String, requestId: String?)
        /// Deletes a mirror topic, then its record.
        case deleteMirror(topic: String, topicId: String?)
        /// Removes a mirror's record and touches no topic: the topic is gone, or is somebody else's by now.
        case forgetMirror(topic: String)
        /// Removes the records of a link and of its mirror topics; touches no topic.
        case deleteLink(mirrors: [String])
        /// Starts the local workers with these numbers (0 up to the declared count, exclusive).
        case startWorkers(indexes: [Int])
        /// Stops the local workers with these numbers: they are more than the link declares.
        case stopWorkers(indexes: [Int])
    }
}

/// What the record of a new link will say; its random id and the time are the applier's.
package struct LinkCreation: Hashable, Sendable, Codable {
    /// Name of the link.
    package var name: String
    /// Cluster id of the source.
    package var sourceClusterId: String
    /// Cluster id of the destination.
    package var destinationClusterId: String
    /// Prefix of mirror names.
    package var prefix: String
    /// First state of the link.
    package var state: LinkSpec.State
    /// What the link's workers do beside copying records.
    package var settings: LinkSettings
}

/// A mirror topic to create.
///
/// The applier first writes the record with `PENDING_MIRROR`, then creates the topic, then writes the record with
/// `state` and the new topic id. So a creation that was cut off can be told from somebody else's topic.
package struct MirrorTopicCreation: Hashable, Sendable, Codable {
    /// Name on the destination.
    package var topic: String
    /// Name on the source.
    package var sourceTopic: String
    /// Topic id on the source; nil when the source has none.
    package var sourceTopicId: String?
    /// Number of partitions, that of the source.
    package var partitions: Int
    /// Replicas; nil = the destination's default.
    package var replicationFactor: Int16?
    /// First state of the mirror: ACTIVE or PAUSED.
    package var state: MirrorTopicState
    /// Settings to set at creation, those of the source and those that a mirror needs; what the destination does not
    /// know is left out.
    ///
    /// The applier adds the bounds of timestamps at their largest value, under the names that the destination knows:
    /// `message.timestamp.before.max.ms` and `…after.max.ms` from 3.6, `message.timestamp.difference.max.ms` before.
    package var configs: [String: String]
    /// Goes into the record: put back when the mirror stops; null = not set on the source.
    package var restoreConfigs: [String: String?]
    /// Goes into the record, and is set as far as a mirror does not need something else; null = not set.
    package var overrides: [String: String?] = [:]
}

/// What to change about the settings of a mirror topic.
package struct MirrorConfigChange: Hashable, Sendable, Codable {
    /// Settings to set on the topic.
    package var set: [String: String] = [:]
    /// Settings to remove from the topic, sorted.
    package var remove: [String] = []
    /// The overrides for the record; nil = as they are.
    package var overrides: [String: String?]?
    /// The source's values that the record keeps for the end of the mirror; nil = as they are.
    package var restoreConfigs: [String: String?]?

    /// No change.
    package init() {}

    /// Whether there is nothing to do.
    package var isEmpty: Bool { self == MirrorConfigChange() }
}
