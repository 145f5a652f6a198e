import KafkaModel
import KafkaProtocol

/// What a principal may do with a resource, as a cluster tells it (KIP-430).
package enum AuthorizedOperations: Hashable, Sendable {
    /// It may do these.
    case told(Set<AclOperation>)
    /// It may not even ask; with the code the cluster answers.
    case refused(ErrorCode)
    /// The resource does not exist, so the cluster does not tell.
    case absent
    /// The cluster does not tell for another reason, in words.
    case unknown(String)

    /// Whether an operation is permitted; nil when that is not known.
    package func permits(_ operation: AclOperation) -> Bool? {
        switch self {
        case .told(let operations): operations.contains(operation)
        // Whoever may read, write, delete or alter may also ask: that is why nothing is told of the rest.
        case .refused: operation.allows(.describe) ? false : nil
        case .absent, .unknown: nil
        }
    }
}

extension ClusterClient {
    /// What this client's principal may do with the cluster.
    ///
    /// A principal without DESCRIBE on the cluster is told nothing, and may still be allowed to create topics or to
    /// take producer ids.
    package func clusterOperations() async throws(ClientError) -> AuthorizedOperations {
        var request = MetadataRequest()
        request.topics = []
        request.allowAutoTopicCreation = false
        request.includeClusterAuthorizedOperations = true
        let bits = try await askForOperations(request).clusterAuthorizedOperations
        return bits == 0 ? .refused(.clusterAuthorizationFailed) : Self.operations(bits)
    }

    /// What this client's principal may do with topics, by name.
    package func topicOperations(_ names: [String]) async throws(ClientError) -> [String: AuthorizedOperations] {
        var found: [String: AuthorizedOperations] = [:]
        guard !names.isEmpty else { return found }
        var request = MetadataRequest()
        request.topics = names.map { name in MetadataRequest.MetadataRequestTopic { $0.name = name } }
        request.allowAutoTopicCreation = false
        request.includeTopicAuthorizedOperations = true
        for topic in try await askForOperations(request).topics {
            guard let name = topic.name else { continue }
            found[name] =
                switch ErrorCode(topic.errorCode) {
                case .unknownTopicOrPartition: .absent
                case .topicAuthorizationFailed: .refused(.topicAuthorizationFailed)
                // Without a leader now, and there all the same.
                default: Self.operations(topic.topicAuthorizedOperations)
                }
        }
        for name in names where found[name] == nil { found[name] = .unknown("the cluster's answer leaves it out") }
        return found
    }

    /// Whether this client's principal may DESCRIBE and READ a group, existing or not; nothing else is told.
    ///
    /// Any broker is asked: each looks at the right first, and at whether it coordinates the group afterwards. Looking
    /// for the coordinator would make a broker create `__consumer_offsets`, and no question is a reason to write.
    package func groupOperations(_ groupId: String) async throws(ClientError) -> AuthorizedOperations {
        let described = try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
            try await client.sendToAny(DescribeGroupsRequest { $0.groups = [groupId] })
        }
        guard let group = described.groups.first(where: { $0.groupId == groupId }) else {
            throw error(.incomplete(.describeGroups, subject: "group \(groupId)"))
        }
        if ErrorCode(group.errorCode) == .groupAuthorizationFailed { return .refused(.groupAuthorizationFailed) }
        let heartbeat = HeartbeatRequest {
            $0.groupId = groupId
            $0.memberId = "nobody"
        }
        let answer = try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
            try await client.sendToAny(heartbeat)
        }
        return .told(ErrorCode(answer.errorCode) == .groupAuthorizationFailed ? [.describe] : [.describe, .read])
    }

    /// Whether this client's principal may WRITE a transactional id; nil when an answer leaves it open.
    ///
    /// A broker looks at the right first: asked to add a partition that no topic has to a transaction, it answers that
    /// the right is missing or that the partition is, and asks no coordinator.
    package func mayWrite(transactionalId: String) async throws(ClientError) -> Bool? {
        let request = AddPartitionsToTxnRequest {
            $0.v3AndBelowTransactionalId = transactionalId
            $0.v3AndBelowTopics = [
                AddPartitionsToTxnRequest.AddPartitionsToTxnTopic {
                    $0.name = StateTopic.name
                    $0.partitions = [Int32.max]
                }
            ]
        }
        let response = try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
            try await client.sendToAny(request)
        }
        switch response.resultsByTopicV3AndBelow.first?.resultsByPartition.first.map({
            ErrorCode($0.partitionErrorCode)
        }) {
        case .transactionalIdAuthorizationFailed?: return false
        case .unknownTopicOrPartition?, .topicAuthorizationFailed?, .operationNotAttempted?: return true
        default: return nil
        }
    }

    // MARK: Answers

    /// Versions 8 to 10 tell operations of topics and of the cluster.
    private func askForOperations(_ request: MetadataRequest) async throws(ClientError) -> MetadataResponse {
        try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
            try await client.sendToAny(request, maximumVersion: 10)
        }
    }

    private static func operations(_ bits: Int32) -> AuthorizedOperations {
        // Kafka's number for an answer that was not asked for.
        guard bits != .min else { return .unknown("the cluster does not tell what it permits") }
        return .told(Set(AclOperation.allCases.filter { bits & (1 << Int32($0.code)) != 0 }))
    }
}
