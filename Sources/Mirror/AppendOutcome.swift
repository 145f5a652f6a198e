import KafkaModel
import KafkaProtocol

/// What became of a batch that was not acknowledged (reference: broker facts, S1 step 8).
enum AppendOutcome: Equatable, Sendable {
    /// Refused for a reason that passes, or not replicated in time: probe and go on.
    case again(String)
    /// The answer was lost: the batch may be appended, or arrive yet. Probe and go on.
    case lost(String)
    /// Out of sequence: what we assumed of the log is wrong.
    case outOfSequence(String)
    /// Refused for a reason that lasts until somebody mends it.
    case refused(String)

    /// What a broker's error code means for the partition.
    init(_ code: ErrorCode, message: String?, partition: TopicPartition) {
        let said = "the destination answers Produce to \(partition) with \(code): \(message ?? code.meaning)"
        switch code {
        case .outOfOrderSequenceNumber, .invalidProducerEpoch, .duplicateSequenceNumber, .unknownProducerId:
            self = .outOfSequence(said)
        case .messageTooLarge, .recordListTooLarge:
            self = .refused(
                "\(said). Raise max.message.bytes (and segment.bytes) of the mirror topic to the source's value.")
        case .topicAuthorizationFailed:
            self = .refused("\(said). Grant WRITE on topic \(partition.topic) to the principal of the destination.")
        case .clusterAuthorizationFailed:
            self = .refused("\(said). Grant IDEMPOTENT_WRITE on the cluster to the principal of the destination.")
        case .invalidRecord, .invalidTimestamp, .unsupportedForMessageFormat, .unsupportedCompressionType,
            .policyViolation, .invalidTopicException, .invalidRequiredAcks:
            self = .refused(said)
        default:
            // Moved leaders, too few replicas, time-outs, damage on the way: the log end tells what was appended.
            self = .again(said)
        }
    }
}
