import KafkaModel
import KafkaProtocol

/// What a worker is to do with one partition of a mirror topic.
package struct MirrorTarget: Hashable, Sendable {
    /// What is wanted of the partition now.
    package enum Desire: Hashable, Sendable {
        /// Copy.
        case active
        /// Stand still: the topic is paused.
        case paused
        /// Stand still: the link is paused.
        case linkPaused
        /// End: at a lag of at most `maximumLag` records, or at once.
        case stop(MirrorRecord.Stop)
    }

    /// Partition of the mirror.
    package var mirror: TopicPartition
    /// Name of the source topic.
    package var sourceTopic: String
    /// Id that the source topic must have; nil where topic ids are unknown.
    package var sourceTopicId: KafkaUUID?
    /// Id that the mirror topic must have; nil where topic ids are unknown.
    package var topicId: KafkaUUID?
    /// What is wanted.
    package var desire: Desire

    /// A target of its parts.
    package init(
        mirror: TopicPartition, sourceTopic: String, sourceTopicId: KafkaUUID?, topicId: KafkaUUID?, desire: Desire
    ) {
        self.mirror = mirror
        self.sourceTopic = sourceTopic
        self.sourceTopicId = sourceTopicId
        self.topicId = topicId
        self.desire = desire
    }

    /// Partition of the source.
    package var source: TopicPartition {
        TopicPartition(topic: sourceTopic, partition: mirror.partition)
    }
}
