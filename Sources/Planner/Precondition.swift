import KafkaModel

/// What must still hold right before a step is done; the applier reads it again and otherwise refuses the step.
package enum Precondition: Hashable, Sendable, Codable {
    /// The cluster reports this id.
    case clusterId(cluster: String, equals: String)
    /// The destination holds no record of the link.
    case linkAbsent(link: String)
    /// The link's record has this id: the link was not deleted, nor made anew under its name; nil = any id, for a link
    /// that the plan itself makes.
    case linkId(link: String, equals: String?)
    /// The link's record has this state.
    case linkState(link: String, equals: LinkSpec.State)
    /// The link's record has these settings.
    case linkSettings(link: String, equal: LinkSettings)
    /// No link has a record of the mirror topic.
    case mirrorAbsent(topic: String)
    /// The mirror's record has this state.
    case mirrorState(link: String, topic: String, equals: MirrorTopicState)
    /// The cluster answers "unknown topic".
    case topicAbsent(cluster: String, topic: String)
    /// The topic exists with this id.
    case topicId(cluster: String, topic: String, equals: String)
    /// The topic has this many partitions.
    case partitionCount(cluster: String, topic: String, equals: Int)
}
