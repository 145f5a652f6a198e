import KafkaModel
import KafkaProtocol

/// From the destination's answers about one group to what people are told.
package struct CommitProblems: Sendable {
    /// Cluster Linking's code for a group that has members on the destination.
    package static let inUseCode = "CONSUMER_GROUP_IN_USE_ERROR"

    /// The group's name on the destination.
    let group: String
    /// Name of the destination.
    let cluster: String

    /// Why a group with members is left alone; its state where that is known.
    func inUse(_ state: String? = nil) -> TaskProblem {
        TaskProblem(
            .skipped, code: Self.inUseCode, subject: group,
            "it has members on \(cluster)\(state.map { " (\($0))" } ?? ""), so its own offsets stay as they are. "
                + "It is synced again when they have left; exclude it from the filters once it has moved for good.")
    }

    /// One problem for each code that some partition was answered with; none for what passes by itself.
    func problems(_ codes: [TopicPartition: ErrorCode]) -> [TaskProblem] {
        var partitions: [ErrorCode: [TopicPartition]] = [:]
        for (partition, code) in codes where !code.isSuccess { partitions[code, default: []].append(partition) }
        return partitions.sorted { $0.key.rawValue < $1.key.rawValue }.compactMap { problem($0.key, $0.value.sorted()) }
    }

    private func problem(_ code: ErrorCode, _ partitions: [TopicPartition]) -> TaskProblem? {
        switch code {
        case .unknownMemberId, .illegalGeneration, .rebalanceInProgress, .fencedMemberEpoch, .staleMemberEpoch:
            return inUse()
        // A partition that was added a moment ago is not known to every broker yet.
        case .unknownTopicOrPartition: return nil
        case .groupAuthorizationFailed:
            return error(
                "AUTHORIZATION_ERROR", code, partitions,
                "Allow the link's principal READ on group \(group) on \(cluster).")
        case .topicAuthorizationFailed:
            let topics = Set(partitions.map(\.topic)).sorted().joined(separator: ", ")
            return error(
                "AUTHORIZATION_ERROR", code, partitions, "Allow the link's principal READ on \(topics) on \(cluster).")
        case .offsetMetadataTooLarge:
            return error(
                "POLICY_VIOLATION_ERROR", code, partitions,
                "The text that the group stores with its offsets is longer than \(cluster) takes: "
                    + "raise offset.metadata.max.bytes there to the source's value.")
        case .groupIdNotFound:
            return TaskProblem(
                .skipped, code: "INVALID_REQUEST_ERROR", subject: group,
                "it is a group of another type on \(cluster), which has no committed offsets. "
                    + "Delete it there, or exclude it from the filters.")
        default: return error("INTERNAL_ERROR", code, partitions, "It is tried again.")
        }
    }

    private func error(
        _ name: String, _ code: ErrorCode, _ partitions: [TopicPartition], _ advice: String
    ) -> TaskProblem {
        return TaskProblem(
            .error, code: name, subject: group,
            "\(cluster) refused its offsets of \(listed(partitions.map(\.description), limit: 3)) with \(code): \(code.meaning). \(advice)"
        )
    }
}
